"""An invitation: what it offers, and taking it. Looking changes nothing; the place is taken by who has the address.

The link is in a mail, so programs open it and people pass it on. It shows what is offered; a code sent to the invited
address, or a session of the person who has it, takes it.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import long_date
from app.core.seals import new_token
from app.people import codes, inviting, join_drafts, joining
from app.people.actor import Actor
from app.people.mail_addresses import hidden
from app.people.models import Organisation, Role, User
from app.people.ways_in import Invitation, InvitationState
from app.web.code_trial import proven_address
from app.web.forms import Filled, Form, sealed
from app.web.join_cookie import draft_token, give_draft_cookie
from app.web.needs import Here, Me, Reading, Writing
from app.web.own_organisation import role_names
from app.web.proving import let_in, send_code
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.visit import Visit, address

router = APIRouter()

INVITE: Final = "invite"
"""The purpose of the codes."""

Token = Annotated[str, Path(max_length=100)]


@dataclass(frozen=True, kw_only=True)
class InvitationView:
    """An invitation, as whoever has the link sees it."""

    form: Form
    is_open: bool
    is_accepted: bool
    organisation: Organisation | None
    who: str
    role: str
    until: str
    message: str
    mail: str
    """Enough of the address for its owner to know it by; the whole of it for its owner."""
    is_mine: bool
    """Whether the person with this address is signed in."""
    is_somebody_elses: bool
    asks_code: bool
    action: str
    code: str
    sign_in: str


@router.get("/uitnodiging/{token}")
def show(here: Here, session: Reading, me: Me, page: Page, token: Token) -> Response:
    """What is offered."""
    invitation = inviting.invitation_behind(session, token)
    return _page(session, here, me, page, invitation, token, Form())


@router.post("/uitnodiging/{token}")
def take(request: Request, here: Here, form: Filled, session: Writing, me: Me, page: Page, token: Token) -> Response:
    """Take the place at once when the person with this address is signed in; else send a code to the address."""
    invitation = inviting.invitation_behind(session, token)
    if me.is_signed_in:
        sealed(here, form)
        user = session.get_one(User, me.user_id)
        with form.minding(session):
            inviting.accept(session, invitation, by=user)
        return (
            see(_welcome(here, invitation)) if form.is_fine else _page(session, here, me, page, invitation, token, form)
        )
    name = form.line("naam", most=120, missing=_("Fill in your name"))
    draft = draft_token(request) or new_token()
    if form.is_fine and invitation.state == InvitationState.OPEN:
        draft = join_drafts.keep(session, draft, {"uitnodiging": name})
        send_code(session, here, form, purpose=INVITE, mail=invitation.mail, browser=draft)
    if not form.is_fine or invitation.state != InvitationState.OPEN:
        return _page(session, here, me, page, invitation, token, form)
    return give_draft_cookie(see(address(f"/uitnodiging/{token}/code", here.language)), draft)


@router.get("/uitnodiging/{token}/code")
def show_code(request: Request, here: Here, session: Reading, me: Me, page: Page, token: Token) -> Response:
    """Where the code is typed."""
    invitation = inviting.invitation_behind(session, token)
    code = codes.pending(session, purpose=INVITE, browser=draft_token(request))
    if code is None or code.mail != invitation.mail or me.is_signed_in:
        return see(address(f"/uitnodiging/{token}", here.language))
    return _page(session, here, me, page, invitation, token, Form(), asks_code=True)


@router.post("/uitnodiging/{token}/code")
def prove(request: Request, here: Here, form: Filled, session: Writing, me: Me, page: Page, token: Token) -> Response:
    """With the right code the place is taken, and they are in."""
    invitation, draft = inviting.invitation_behind(session, token), draft_token(request)
    code = codes.pending(session, purpose=INVITE, browser=draft)
    if code is None or code.mail != invitation.mail:
        return see(address(f"/uitnodiging/{token}", here.language))
    if proven_address(session, form, purpose=INVITE, browser=draft) != invitation.mail:
        return _page(session, here, me, page, invitation, token, form, asks_code=True)
    name = str(join_drafts.kept(session, draft).get("uitnodiging", ""))
    user = joining.become_known(session, invitation.mail, name=name, language=here.language)
    with form.minding(session):
        inviting.accept(session, invitation, by=user)
    if not form.is_fine:
        return _page(session, here, me, page, invitation, token, form)
    join_drafts.forget(session, draft)
    # The code alone must not open what asks for more.
    return let_in(request, here, session, user, _welcome(here, invitation))


def _welcome(here: Visit, invitation: Invitation) -> str:
    return address("/beheer" if invitation.makes_steward else "/instellingen/collegas", here.language)


def _page(
    session: Session,
    here: Visit,
    me: Actor,
    page: Page,
    invitation: Invitation,
    token: str,
    form: Form,
    *,
    asks_code: bool = False,
) -> Response:
    organisation = session.get(Organisation, invitation.organisation_id) if invitation.organisation_id else None
    inviter = session.get(User, invitation.invited_by_id) if invitation.invited_by_id else None
    mine = session.get(User, me.user_id) if me.is_signed_in else None
    is_mine = mine is not None and mine.mail == invitation.mail
    path = f"/uitnodiging/{token}"
    view = InvitationView(
        form=form,
        is_open=invitation.state == InvitationState.OPEN,
        is_accepted=invitation.state == InvitationState.ACCEPTED,
        organisation=organisation,
        who=inviter.name if inviter else "",
        role=role_names()[Role(invitation.role)],
        until=long_date(invitation.expires_at),
        message=invitation.message,
        mail=invitation.mail if is_mine else hidden(invitation.mail),
        is_mine=is_mine,
        is_somebody_elses=mine is not None and not is_mine,
        asks_code=asks_code,
        action=address(f"{path}/code" if asks_code else path, here.language),
        code=address(f"{path}/code", here.language),
        sign_in=address("/inloggen", here.language),
    )
    status = 200 if form.is_fine else form.status
    return page("invitation", view, status=status, shows_search=False, is_indexed=False, is_personal=True)

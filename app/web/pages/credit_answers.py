"""Being asked to stand on a piece: reading it, and saying yes or no.

The link is in a mail, so programs open it and people pass it on. To anybody but who is asked it says nothing, not even
what it is about; who is asked shows that by a code to the address, or by being signed in.
Signed in they come here from their notices too, without the link.
"""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.language import long_date
from app.core.seals import new_token
from app.people import codes, join_drafts, joining
from app.people.actor import Actor, someone_passing_by
from app.people.models import Organisation, User
from app.web.byline import part_names
from app.web.code_trial import proven_address
from app.web.draft_text import DraftText, draft_text
from app.web.files import picture_answer
from app.web.forms import Filled, Form, Sealed
from app.web.join_cookie import draft_token, give_draft_cookie
from app.web.needs import Here, Me, Reading, SignedIn, Writing
from app.web.proving import let_in, send_code
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.visit import Visit, address
from content import credit_answers
from content.credits import CreditInvitation, CreditState, article_of, invitation_at, is_asked, is_number
from content.preview_links import picture_of

router = APIRouter()

CREDIT: Final = "credit"
"""The purpose of the codes."""

Token = Annotated[str, Path(max_length=100)]


@dataclass(frozen=True, kw_only=True)
class AskedView:
    """An invitation. Everything but `form`, `action` and `sign_in` is for who is asked alone."""

    form: Form
    action: str
    sign_in: str
    is_signed_in: bool
    asks_code: bool
    is_for_organisation: bool
    is_mine: bool = False
    is_accepted: bool = False
    draft: DraftText | None = None
    who: str = ""
    organisation: str = ""
    part: str = ""
    message: str = ""
    until: str = ""


@router.get("/uitnodiging/stuk/{token}")
def show(here: Here, session: Reading, me: Me, page: Page, token: Token) -> Response:
    """What is asked, for who is asked. A notice leads here by number; for that one has to be signed in."""
    if is_number(token) and not me.is_signed_in:
        return see(f"{address('/inloggen', here.language)}?naar={address(f'/uitnodiging/stuk/{token}', here.language)}")
    return _page(session, here, me, page, token, Form())


@router.post("/uitnodiging/stuk/{token}")
def answer(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page, token: Token) -> Response:
    """Yes, no, or not any more."""
    invitation = invitation_at(session, token, me)
    does = form.choice("doe", ("ja", "nee"), missing=_("Choose one of these"))
    if form.is_fine:
        with form.minding(session):
            (credit_answers.accept if does == "ja" else credit_answers.decline)(session, invitation, by=me)
    if form.is_fine:
        return see(address(f"/uitnodiging/stuk/{token}", here.language))
    session.refresh(invitation)
    return _page(session, here, me, page, token, form)


@router.get("/uitnodiging/stuk/{token}/code")
def show_code(request: Request, here: Here, session: Reading, me: Me, page: Page, token: Token) -> Response:
    """Where the code is typed."""
    invitation = invitation_at(session, token, me)
    code = codes.pending(session, purpose=CREDIT, browser=draft_token(request))
    if code is None or code.mail != invitation.mail or me.is_signed_in:
        return see(address(f"/uitnodiging/stuk/{token}", here.language))
    return _page(session, here, me, page, token, Form(), asks_code=True)


@router.post("/uitnodiging/stuk/{token}/code")
def prove(request: Request, here: Here, form: Filled, session: Writing, me: Me, page: Page, token: Token) -> Response:
    """Without a code: send one. With the right one they are in, and are asked."""
    invitation, draft = invitation_at(session, token, me), draft_token(request)
    at = address(f"/uitnodiging/stuk/{token}", here.language)
    if invitation.mail is None or me.is_signed_in:
        return see(at)
    if form.raw("doe") == "stuur":
        return _send(here, form, session, page, token, invitation, draft or new_token())
    code = codes.pending(session, purpose=CREDIT, browser=draft)
    if code is None or code.mail != invitation.mail:
        return see(at)
    if proven_address(session, form, purpose=CREDIT, browser=draft) != invitation.mail:
        return _page(session, here, me, page, token, form, asks_code=True)
    name = str(join_drafts.kept(session, draft).get("uitnodiging", ""))
    user = joining.become_known(session, invitation.mail, name=name, language=here.language)
    join_drafts.forget(session, draft)
    return let_in(request, here, session, user, at)


@router.get("/uitnodiging/stuk/{token}/beeld/{hash}/{form}")
def picture(
    session: Reading,
    me: SignedIn,
    token: Token,
    hash: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    form: Annotated[str, Path(max_length=20)],
) -> Response:
    """A picture of the draft, for who is asked."""
    invitation = invitation_at(session, token, me)
    if not _may_read(session, invitation, me):
        raise NotFound(_("There is nothing at this address."))
    attachment = picture_of(session, article_of(session, invitation), hash)
    answer = picture_answer(attachment, form, someone_passing_by)
    answer.headers["cache-control"] = "private, no-store"
    return answer


def _send(
    here: Visit, form: Form, session: Session, page: Page, token: str, invitation: CreditInvitation, draft: str
) -> Response:
    name = form.line("naam", most=120, missing=_("Fill in your name"))
    if form.is_fine and invitation.is_open:
        draft = join_drafts.keep(session, draft, {"uitnodiging": name})
        send_code(session, here, form, purpose=CREDIT, mail=invitation.mail or "", browser=draft)
    if not form.is_fine or not invitation.is_open:
        return _page(session, here, someone_passing_by, page, token, form)
    return give_draft_cookie(see(address(f"/uitnodiging/stuk/{token}/code", here.language)), draft)


def _may_read(session: Session, invitation: CreditInvitation, me: Actor) -> bool:
    is_on = invitation.is_open or invitation.state == CreditState.ACCEPTED
    return is_on and is_asked(session, invitation, me)


def _page(
    session: Session, here: Visit, me: Actor, page: Page, token: str, form: Form, *, asks_code: bool = False
) -> Response:
    invitation = invitation_at(session, token, me)
    path = f"/uitnodiging/stuk/{token}"
    view = AskedView(
        form=form,
        action=address(path, here.language),
        sign_in=f"{address('/inloggen', here.language)}?naar={address(path, here.language)}",
        is_signed_in=me.is_signed_in,
        asks_code=asks_code,
        is_for_organisation=invitation.organisation_id is not None,
    )
    if is_asked(session, invitation, me):
        view = _told(session, invitation, me, view, path)
    status = 200 if form.is_fine else form.status
    answer = page("review/credit", view, status=status, shows_search=False, is_indexed=False, is_personal=True)
    answer.headers["x-robots-tag"] = "noindex, nofollow"
    return answer


def _told(session: Session, invitation: CreditInvitation, me: Actor, view: AskedView, path: str) -> AskedView:
    asker = session.get(User, invitation.invited_by_id) if invitation.invited_by_id else None
    organisation = session.get(Organisation, invitation.organisation_id) if invitation.organisation_id else None
    may_read = _may_read(session, invitation, me)
    return replace(
        view,
        is_mine=True,
        is_accepted=invitation.state == CreditState.ACCEPTED,
        draft=draft_text(session, article_of(session, invitation), pictures=f"{path}/beeld") if may_read else None,
        who=asker.name if asker else "",
        organisation=organisation.title if organisation else "",
        part=part_names()[invitation.part],
        message=invitation.message,
        until=long_date(invitation.expires_at),
    )

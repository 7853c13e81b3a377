"""Settings: colleagues. Who belongs to the organisation, who asks to, who was invited, and which addresses come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.language import long_date
from app.people import admitting, belonging, inviting
from app.people.actor import Actor
from app.people.mail_domains import domains_of
from app.people.models import Organisation, Role, User
from app.people.places import Colleague, colleagues, place_numbered
from app.people.ways_in import Application, Asks, Invitation, InvitationState, MailDomain
from app.web.cards import initials
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.own_organisation import LARGEST, Own, after, own, owned, role_names
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit

router = APIRouter()

PART: Final = "collegas"


@dataclass(frozen=True)
class Asking:
    """Somebody who asks for a place."""

    application: Application
    user: User
    monogram: str
    due: str


@dataclass(frozen=True, kw_only=True)
class ColleaguesView:
    """Everybody, and for owners what they can do about it."""

    menu: Menu
    form: Form
    answer: Form
    own: Own | None
    join: str
    action: str
    me_id: int | None
    asking: Sequence[Asking] = ()
    colleagues: Sequence[Colleague] = ()
    invitations: Sequence[Invitation] = ()
    domains: Sequence[MailDomain] = ()
    roles: Sequence[tuple[str, str]] = ()
    reasons: Sequence[tuple[str, str]] = ()
    sent: Sequence[tuple[str, str]] = ()
    """What became of pasted addresses, in words."""

    def state(self, invitation: Invitation) -> str:
        """How far an invitation is, in words."""
        return {
            InvitationState.OPEN: _("open until %(day)s", day=long_date(invitation.expires_at)),
            InvitationState.ACCEPTED: _("accepted"),
            InvitationState.WITHDRAWN: _("withdrawn"),
            InvitationState.EXPIRED: _("expired"),
        }[invitation.state]

    def role(self, role: Role) -> str:
        """A role, in words."""
        return role_names()[role]


@router.get("/instellingen/collegas")
def show(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """Everybody who belongs to the organisation."""
    return page("settings/colleagues", _view(session, here, me), is_indexed=False)


@router.post("/instellingen/collegas/uitnodigen")
def invite(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Invite everybody whose address was pasted; what is no address stays in the field."""
    organisation = owned(session, me, form.raw("van"))
    pasted = inviting.read_addresses(form.raw("adressen"))
    role = form.choice("rol", [Role.READER, Role.EDITOR, Role.OWNER], missing=_("Choose what they may do"))
    message = form.prose("bericht", most=1000)
    if not pasted.good and not pasted.bad:
        form.blame("adressen", _("Fill in at least one mail address"))
    elif pasted.bad:
        form.blame("adressen", _("These are no mail addresses: %(which)s", which=", ".join(pasted.bad[:5])[:300]))
    sent: Mapping[str, inviting.Sent] = {}
    if form.is_fine:
        with form.minding(session, "adressen"):
            sent = inviting.invite(session, organisation, pasted.good, Role(role), message=message, by=me)
    if form.is_fine and set(sent.values()) <= {inviting.Sent.INVITED, inviting.Sent.AGAIN}:
        return see(after(here, PART, organisation, "uitgenodigd"))
    view = _view(session, here, me, organisation=organisation, form=form, sent=sent if form.is_fine else {})
    return page("settings/colleagues", view, status=200 if form.is_fine else form.status, is_indexed=False)


@router.post("/instellingen/collegas/uitnodiging")
def change_invitation(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Send it once more, or take it back."""
    organisation = owned(session, me, form.raw("van"))
    number = form.number("uitnodiging", least=1, most=LARGEST) or 0
    is_resent = form.raw("doe") == "opnieuw"
    with form.minding(session):
        (inviting.resend if is_resent else inviting.withdraw)(session, organisation, number, by=me)
    return _done(session, here, me, page, form, organisation, "opnieuw" if is_resent else "ingetrokken")


@router.post("/instellingen/collegas/rol")
def change_role(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Give a colleague another role, or hand over to them."""
    organisation = owned(session, me, form.raw("van"))
    place = place_numbered(session, organisation, form.number("plek", least=1, most=LARGEST) or 0)
    role = form.choice("rol", list(Role)) or place.role
    with form.minding(session):
        if form.raw("doe") == "overdragen":
            belonging.hand_over(session, place, by=me)
        elif form.is_fine:
            belonging.change_role(session, place, Role(role), by=me)
    return _done(session, here, me, page, form, organisation, "rol")


@router.post("/instellingen/collegas/einde")
def end_place(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Take a colleague's place away. Their rights are gone at their next request."""
    organisation = owned(session, me, form.raw("van"))
    place = place_numbered(session, organisation, form.number("plek", least=1, most=LARGEST) or 0)
    with form.minding(session):
        belonging.remove(session, place, by=me)
    return _done(session, here, me, page, form, organisation, "weg")


@router.post("/instellingen/collegas/antwoord")
def answer(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Let somebody in who asks for a place, or say why not."""
    organisation = owned(session, me, form.raw("van"))
    application = admitting.application_numbered(session, form.number("vraag", least=1, most=LARGEST) or 0, by=me)
    if application.organisation_id != organisation.id:
        raise NotFound(_("There is no such application."))
    is_admitted = form.raw("doe") == "toelaten"
    role, message = form.choice("rol", [Role.READER, Role.EDITOR]) or Role.READER, form.prose("bericht", most=2000)
    with form.minding(session):
        if is_admitted and form.is_fine:
            admitting.admit(session, application, by=me, role=Role(role))
        elif form.is_fine:
            admitting.refuse(session, application, by=me, reason=form.raw("reden"), message=message)
    return _done(session, here, me, page, form, organisation, "toegelaten" if is_admitted else "afgewezen")


def _done(
    session: Session, here: Visit, me: Actor, page: Page, form: Form, organisation: Organisation, done: str
) -> Response:
    """The way back with a word of what was done; or the page with what does not fit."""
    if form.is_fine:
        return see(after(here, PART, organisation, done))
    return page_with(session, here, me, page, organisation, form)


def page_with(session: Session, here: Visit, me: Actor, page: Page, organisation: Organisation, form: Form) -> Response:
    """The page with what does not fit in one of its small forms."""
    view = _view(session, here, me, organisation=organisation, answer=form)
    return page("settings/colleagues", view, status=form.status, is_indexed=False)


def _view(
    session: Session,
    here: Visit,
    me: Actor,
    *,
    organisation: Organisation | None = None,
    form: Form | None = None,
    answer: Form | None = None,
    sent: Mapping[str, inviting.Sent] | None = None,
) -> ColleaguesView:
    found = own(session, here, me, PART, wanted=organisation.slug if organisation else "")
    is_owner = found is not None and found.is_owner
    return ColleaguesView(
        menu=menu(here, me, PART, done=_said()),
        form=form or Form({"rol": Role.READER}),
        answer=answer or Form(),
        own=found,
        join=path_of(here, "organisatie"),
        action=path_of(here, PART),
        me_id=me.user_id,
        asking=_asking(session, found.organisation) if found and is_owner else (),
        colleagues=colleagues(session, found.organisation) if found and found.organisation.id in me.reads_for else (),
        invitations=inviting.invitations_of(session, found.organisation) if found and is_owner else (),
        domains=domains_of(session, found.organisation) if found and is_owner else (),
        roles=list(role_names().items()),
        reasons=[("", _("Choose")), *admitting.reasons(Asks.PLACE).items()],
        sent=[(mail, _sent_words()[what]) for mail, what in (sent or {}).items()],
    )


def _asking(session: Session, organisation: Organisation) -> list[Asking]:
    rows = admitting.asking_for_place(session, organisation)
    return [Asking(row, user, initials(user.name), long_date(row.due_at)) for row, user in rows]


def _said() -> Mapping[str, str]:
    return {
        "uitgenodigd": _("The invitations are on their way."),
        "opnieuw": _("The invitation is on its way once more."),
        "ingetrokken": _("The invitation is withdrawn."),
        "rol": _("What this colleague may do is changed."),
        "weg": _("This colleague has no place here any more."),
        "toegelaten": _("They are in, and hear of it by mail."),
        "afgewezen": _("They hear of it by mail."),
        "domein": _("The mail domain is yours. Choose how people come in by it."),
        "domeinkeuze": _("That is how people come in from now on."),
        "domeinweg": _("Nobody comes in by that domain any more."),
    }


def _sent_words() -> Mapping[inviting.Sent, str]:
    return {
        inviting.Sent.INVITED: _("invited"),
        inviting.Sent.AGAIN: _("invited once more"),
        inviting.Sent.IS_THERE: _("belongs to you already"),
        inviting.Sent.TOO_OFTEN: _("got a letter a short time ago, or enough of them"),
    }

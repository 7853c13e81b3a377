"""Settings: another mail address, by a code to the old one and a code to the new one."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.people import changing_mail
from app.people.actor import Actor
from app.people.codes import Verdict
from app.people.devices import device_kept
from app.people.mail_addresses import mail_address
from app.people.models import SignInSession, User
from app.people.signing_in import begin_session, session_with
from app.web.cookies import give_session_cookie
from app.web.forms import Form, Sealed
from app.web.needs import Fresh, Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit, header

router = APIRouter()

PART = "mail"
BESIDE = "sessies"


@dataclass(frozen=True)
class MailView:
    """The address of now, or the two codes that are underway."""

    menu: Menu
    form: Form
    mail: str
    new: str
    """The address that was asked for; empty as long as none was."""
    needs_old: bool
    needs_new: bool
    action: str
    codes_action: str
    back: str


@router.get("/instellingen/mail")
def show(here: Here, session: Reading, me: Fresh, page: Page) -> Response:
    """Where it is asked for, and where the codes are typed."""
    return _page(page, here, me, session, Form())


@router.post("/instellingen/mail")
def ask(here: Here, session: Writing, me: Fresh, form: Sealed, page: Page) -> Response:
    """Send a code to both addresses."""
    user = session.get_one(User, me.user_id)
    with form.minding(session):
        changing_mail.ask_to_change(
            session,
            user,
            mail=mail_address(form.raw("mail")),
            browser=here.session_token,
            peer=here.peer,
            language=here.language,
        )
    if not form.is_fine:
        return _page(page, here, me, session, form, status=form.status)
    return see(path_of(here, PART))


@router.post("/instellingen/mail/codes")
def prove(request: Request, here: Here, session: Writing, me: Fresh, form: Sealed, page: Page) -> Response:
    """Somebody types both codes. A wrong one counts, so it is answered and not raised."""
    user = session.get_one(User, me.user_id)
    if changing_mail.underway(session, user, browser=here.session_token) is None:
        return see(path_of(here, PART))
    tried = changing_mail.try_both(session, browser=here.session_token, old=form.raw("oud"), new=form.raw("nieuw"))
    for name, verdict in zip(("oud", "nieuw"), tried, strict=True):
        if verdict == Verdict.WRONG:
            form.blame(name, _("This code is not right."))
        elif verdict == Verdict.OVER:
            form.blame("", _("These codes do not work any more. Ask for new ones."))
    if not form.is_fine:
        return _page(page, here, me, session, form, status=form.status)
    was_strong = _is_strong(session, here)
    if not changing_mail.change(session, user, browser=here.session_token):
        return see(path_of(here, PART))
    device = device_kept(header(request.scope, b"user-agent"))
    token = begin_session(session, user, device=device, is_strong=was_strong)
    return give_session_cookie(see(path_of(here, BESIDE, done="adres")), token)


def _is_strong(session: Session, here: Visit) -> bool:
    used: SignInSession | None = session_with(session, here.session_token)
    return used is not None and used.is_strong


def _page(page: Page, here: Visit, me: Actor, session: Session, form: Form, *, status: int = 200) -> Response:
    user = session.get_one(User, me.user_id)
    found = changing_mail.underway(session, user, browser=here.session_token)
    if found is not None and found.is_over:
        found = None
    view = MailView(
        menu=menu(here, me, BESIDE),
        form=form,
        mail=user.mail,
        new=found.new.mail if found else "",
        needs_old=found is not None and not found.old.is_proven,
        needs_new=found is not None and not found.new.is_proven,
        action=path_of(here, PART),
        codes_action=path_of(here, f"{PART}/codes"),
        back=path_of(here, BESIDE),
    )
    return page("settings/mail", view, status=status, is_indexed=False)

"""Settings: signing in and security. Where somebody is signed in, and the way out of each place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from app.core.clock import now
from app.core.language import clock_time, long_date
from app.core.language import gettext as _
from app.core.seals import digest
from app.people import sessions
from app.people.devices import device_name
from app.people.last_use import EVERY
from app.people.models import User
from app.people.second_steps import Steps, steps_of
from app.web.cookies import end_session_cookie
from app.web.forms import Sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import PARTS, Menu, menu, path_of

router = APIRouter()

ALL_OTHERS = "andere"


@dataclass(frozen=True)
class SessionRow:
    """A browser in which somebody is signed in."""

    id: int
    device: str
    seen: str
    is_here: bool


@dataclass(frozen=True)
class SessionsView:
    """Everything about getting in."""

    menu: Menu
    mail: str
    mail_href: str
    step_told: str
    step_href: str
    lacks_second_step: bool
    sessions: Sequence[SessionRow]
    action: str


@router.get("/instellingen")
def settings(here: Here, me: SignedIn) -> Response:
    """The first part."""
    return see(path_of(here, PARTS[0].slug))


@router.get("/instellingen/sessies")
def show(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """The mail address, the second step, and every session."""
    user = session.get_one(User, me.user_id)
    mine = digest(here.session_token)
    view = SessionsView(
        menu=menu(
            here,
            me,
            "sessies",
            done={
                "einde": _("That session has ended."),
                "andere": _("All other sessions have ended."),
                "adres": _("Your mail address is changed."),
            },
        ),
        mail=user.mail,
        mail_href=path_of(here, "mail"),
        step_told=_told(steps_of(session, user.id)),
        step_href=path_of(here, "tweede-stap"),
        lacks_second_step=me.lacks_second_step,
        sessions=[
            SessionRow(row.id, device_name(row.device), _seen(row.seen_at), row.token_digest == mine)
            for row in sessions.sessions_of(session, user.id)
        ],
        action=path_of(here, "sessies"),
    )
    return page("settings/sessions", view, is_indexed=False)


@router.post("/instellingen/sessies")
def end(here: Here, form: Sealed, session: Writing, me: SignedIn) -> Response:
    """End one session, or all but this one."""
    assert me.user_id is not None
    mine = digest(here.session_token)
    if form.raw("sessie") == ALL_OTHERS:
        sessions.end_all(session, user_id=me.user_id, but=mine)
        return see(path_of(here, "sessies", done="andere"))
    ended = sessions.end_one(session, user_id=me.user_id, session_id=form.number("sessie", least=1, most=2**31) or 0)
    if ended.token_digest == mine:
        return end_session_cookie(see(path_of(here, "sessies")))
    return see(path_of(here, "sessies", done="einde"))


def _seen(moment: datetime) -> str:
    if (now() - moment).total_seconds() < 2 * EVERY.total_seconds():
        return _("Used a moment ago")
    return _("Last used on %(day)s, %(time)s", day=long_date(moment), time=clock_time(moment))


def _told(steps: Steps) -> str:
    if steps.has_app and steps.passkeys:
        return _("After the code you show a passkey, or a code from your app.")
    if steps.has_app:
        return _("After the code by mail you type a code from your app.")
    if steps.passkeys:
        return _("After the code by mail you show a passkey.")
    return _("You have none. With one, who can read your mail is not in yet.")

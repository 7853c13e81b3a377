"""Settings: the second step. An app with codes, passkeys, and codes for recovery."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from fastapi import APIRouter
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.language import long_date
from app.core.seals import is_sealed, seal
from app.people import passkeys, second_steps
from app.people.actor import Actor
from app.people.models import User
from app.people.second_steps import Steps, steps_of
from app.people.securing import Change, strengthen, tell
from app.web.drawing.svg import svg
from app.web.forms import Form, Sealed
from app.web.needs import Fresh, Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit

router = APIRouter()

PART = "tweede-stap"
BESIDE = "sessies"
"""The part in the menu that this one belongs to."""

_SECRET = "secret of a new app"  # noqa: S105 - names the purpose


@dataclass(frozen=True)
class PasskeyRow:
    """A passkey and what is known of it."""

    id: int
    name: str
    told: str


@dataclass(frozen=True)
class StepsView:
    """What somebody has, and how to get more."""

    menu: Menu
    form: Form
    has_app: bool
    recovery_left: int
    passkeys: Sequence[PasskeyRow]
    are_any: bool
    options: str
    """For a new passkey, as JSON; empty where browsers make none for this site."""
    riddle: str
    action: str
    back: str


@dataclass(frozen=True)
class AppView:
    """A new app: the square to read, the same in letters, and a field for the digits that it shows then."""

    menu: Menu
    form: Form
    square: Markup
    letters: str
    action: str
    back: str


@dataclass(frozen=True)
class RecoveryView:
    """Codes for recovery, shown this once."""

    menu: Menu
    codes: Sequence[str]
    back: str


@router.get("/instellingen/tweede-stap")
def show(here: Here, session: Reading, me: Fresh, page: Page) -> Response:
    """What somebody has."""
    return _page(page, here, me, session, Form())


@router.get("/instellingen/tweede-stap/app")
def show_app(here: Here, session: Reading, me: Fresh, page: Page) -> Response:
    """A fresh secret for an app. Nothing is kept of it until the app has shown that it knows it."""
    secret = second_steps.new_secret()
    mark = seal(_SECRET, f"{here.session_token} {secret}")
    return _app_page(page, here, me, session, Form({"geheim": secret, "merk": mark}))


@router.post("/instellingen/tweede-stap/app")
def add_app(here: Here, session: Writing, me: Fresh, form: Sealed, page: Page) -> Response:
    """Use this app from now on."""
    user, before = _mine(session, me)
    secret = form.raw("geheim")
    if not is_sealed(_SECRET, f"{here.session_token} {secret}", form.raw("merk")):
        raise Invalid(_("This page was open for too long. Load it again and try once more."))
    with form.minding(session):
        second_steps.add_app(session, user, secret=secret, typed=form.raw("code"))
    if not form.is_fine:
        return _app_page(page, here, me, session, form, status=form.status)
    return _added(page, here, me, session, user, before, Change.ADD_APP)


@router.post("/instellingen/tweede-stap/app/weg")
def remove_app(here: Here, session: Writing, me: Fresh, form: Sealed) -> Response:
    """Use it no longer."""
    user, _before = _mine(session, me)
    second_steps.remove_app(session, user)
    tell(session, user, Change.REMOVE_APP)
    return see(path_of(here, PART, done="weg"))


@router.post("/instellingen/tweede-stap/sleutels")
def add_passkey(here: Here, session: Writing, me: Fresh, form: Sealed, page: Page) -> Response:
    """Know this passkey from now on."""
    user, before = _mine(session, me)
    with form.minding(session):
        passkeys.add_passkey(
            session,
            user,
            browser=here.session_token,
            riddle=form.raw("raadsel"),
            answer=form.raw("antwoord"),
            name=form.line("naam", most=80) or _("Passkey"),
        )
    if not form.is_fine:
        return _page(page, here, me, session, form, status=form.status)
    return _added(page, here, me, session, user, before, Change.ADD_PASSKEY)


@router.post("/instellingen/tweede-stap/sleutels/weg")
def remove_passkey(here: Here, session: Writing, me: Fresh, form: Sealed) -> Response:
    """Know it no longer."""
    user, _before = _mine(session, me)
    passkeys.remove_passkey(session, user, form.number("sleutel", least=1, most=2**31) or 0)
    tell(session, user, Change.REMOVE_PASSKEY)
    return see(path_of(here, PART, done="weg"))


@router.post("/instellingen/tweede-stap/herstelcodes")
def renew(here: Here, session: Writing, me: Fresh, form: Sealed, page: Page) -> Response:
    """Ten fresh codes for recovery; the former ones are void."""
    user, steps = _mine(session, me)
    if not steps.are_any:
        return see(path_of(here, PART))
    tell(session, user, Change.NEW_RECOVERY_CODES)
    return _recovery_page(page, here, me, second_steps.new_recovery_codes(session, user))


def _mine(session: Session, me: Actor) -> tuple[User, Steps]:
    assert me.user_id is not None
    return session.get_one(User, me.user_id), steps_of(session, me.user_id)


def _added(page: Page, here: Visit, me: Actor, session: Session, user: User, before: Steps, change: Change) -> Response:
    """The first second step brings codes for recovery, and every session but this one has to take it."""
    tell(session, user, change)
    strengthen(session, user, here.session_token)
    if before.are_any:
        return see(path_of(here, PART, done="erbij"))
    return _recovery_page(page, here, me, second_steps.new_recovery_codes(session, user))


def _page(page: Page, here: Visit, me: Actor, session: Session, form: Form, *, status: int = 200) -> Response:
    user, steps = _mine(session, me)
    riddle = passkeys.new_riddle(here.session_token)
    done = {"weg": _("That is removed."), "erbij": _("That is added.")}
    view = StepsView(
        menu=menu(here, me, BESIDE, done=done),
        form=form,
        has_app=steps.has_app,
        recovery_left=steps.recovery_left,
        passkeys=[PasskeyRow(each.id, each.name, _told(each)) for each in steps.passkeys],
        are_any=steps.are_any,
        options=passkeys.options_for_a_new_one(user, steps, riddle) if passkeys.are_possible() else "",
        riddle=riddle,
        action=path_of(here, PART),
        back=path_of(here, BESIDE),
    )
    return page("settings/second_step", view, status=status, is_indexed=False)


def _app_page(page: Page, here: Visit, me: Actor, session: Session, form: Form, *, status: int = 200) -> Response:
    user, _steps = _mine(session, me)
    secret = form.raw("geheim")
    address = second_steps.address_for_app(secret, person=user.mail, site=passkeys.SITE)
    code = segno.make(address, error="m", micro=False)
    square = code.svg_inline(border=2, light="#fff", svgclass="square", omitsize=True)
    view = AppView(
        menu=menu(here, me, BESIDE),
        form=form,
        square=svg(square),
        letters=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        action=path_of(here, f"{PART}/app"),
        back=path_of(here, PART),
    )
    return page("settings/code_app", view, status=status, is_indexed=False)


def _recovery_page(page: Page, here: Visit, me: Actor, codes: Sequence[str]) -> Response:
    return page("settings/recovery_codes", RecoveryView(menu(here, me, BESIDE), codes, path_of(here, PART)))


def _told(passkey: second_steps.Passkey) -> str:
    if passkey.used_at is None:
        return _("Added on %(day)s", day=long_date(passkey.created_at))
    return _("Last used on %(day)s", day=long_date(passkey.used_at))

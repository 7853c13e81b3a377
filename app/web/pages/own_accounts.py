"""Settings: accounts elsewhere that let somebody in. Connected by going there, and by a button afterwards."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.clock import now
from app.core.errors import NotAllowed
from app.core.language import gettext as _
from app.core.language import long_date
from app.core.providers import Provider
from app.core.seals import NoRoot, digest, lock_up, unlock
from app.core.settings import settings
from app.people.models import User
from app.people.outside_accounts import Identity, OutsideAccount, accounts_of, connect, disconnect
from app.web.cookies import asking_cookie, end_cookie, set_cookie
from app.web.forms import Form, Sealed
from app.web.needs import Fresh, Here, Me, Reading, Writing
from app.web.providers.leaving import begin_at
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit, cookies, header

router = APIRouter()

_PURPOSE: Final = "account to connect"
LASTS: Final = 600
"""Seconds that somebody has to say that they mean it."""


@dataclass(frozen=True)
class AccountRow:
    """One that is connected."""

    id: int
    provider: str
    told: str


@dataclass(frozen=True)
class AccountsView:
    """All of them, and the ways to more."""

    menu: Menu
    form: Form
    accounts: Sequence[AccountRow]
    providers: Sequence[Link]
    offered: str
    """How the account is called that somebody came back with; empty when they came with none."""
    offered_by: str
    locked: str
    action: str


@router.get("/instellingen/accounts")
def show(request: Request, here: Here, session: Reading, me: Fresh, page: Page) -> Response:
    """What lets this person in besides the mailbox."""
    return page("settings/accounts", _view(request, here, session, me, Form()), is_indexed=False)


@router.post("/instellingen/accounts")
def change(request: Request, here: Here, form: Sealed, session: Writing, me: Fresh, page: Page) -> Response:
    """Connect the one they came back with, or remove one."""
    user = session.get_one(User, me.user_id)
    with form.minding(session):
        if form.raw("weg"):
            disconnect(session, user, form.number("weg", least=1, most=2**31 - 1))
            return see(path_of(here, "accounts", done="weg"))
        connect(session, user, _offered(here, form.raw("account")))
    if form.is_fine:
        return end_cookie(see(path_of(here, "accounts", done="erbij")), _name())
    return page("settings/accounts", _view(request, here, session, me, form), status=form.status, is_indexed=False)


def keep_for_settings(here: Visit, who: Identity, language: str) -> Response:
    """Back from a provider to the settings, where a button connects it: for this very session, and not for long."""
    path = f"{'' if language == 'nl' else '/' + language}/instellingen/accounts"
    told = {"who": who.as_json(), "session": digest(here.session_token), "until": now().timestamp() + LASTS}
    return set_cookie(see(path), _name(), lock_up(_PURPOSE, json.dumps(told)), LASTS)


def _offered(here: Visit, locked: str) -> Identity:
    """Whom a provider vouched for in this session. Raises NotAllowed for anything else."""
    sentence = _("This page was open for too long. Load it again and try once more.")
    try:
        told: dict[str, Any] = json.loads(unlock(_PURPOSE, locked[:4000]))
    except (NoRoot, ValueError) as error:
        raise NotAllowed(sentence) from error
    if not here.session_token or told["session"] != digest(here.session_token) or told["until"] < now().timestamp():
        raise NotAllowed(sentence)
    return Identity.of(told["who"])


def _view(request: Request, here: Visit, session: Session, me: Me, form: Form) -> AccountsView:
    assert me.user_id is not None
    labels = {each.name: each.label for each in settings().oidc_providers}
    locked = cookies(header(request.scope, b"cookie")).get(_name(), "")
    try:
        offered = _offered(here, locked) if locked else None
    except NotAllowed:
        offered = None
    rows = accounts_of(session, me.user_id)
    known = {(row.issuer, row.subject) for row in rows}
    if offered is not None and (offered.issuer, offered.subject) in known:
        offered = None
    return AccountsView(
        menu=menu(
            here,
            me,
            "accounts",
            done={"erbij": _("The account lets you in from now on."), "weg": _("The account lets you in no longer.")},
        ),
        form=form,
        accounts=[AccountRow(row.id, labels.get(row.provider, row.provider), _told(row)) for row in rows],
        providers=[Link(each.label, _begin(each, here)) for each in settings().oidc_providers],
        offered=(offered.called or offered.name or offered.subject) if offered else "",
        offered_by=labels.get(offered.provider, offered.provider) if offered else "",
        locked=locked if offered else "",
        action=path_of(here, "accounts"),
    )


def _begin(provider: Provider, here: Visit) -> str:
    return begin_at(provider, here.language, connects=True)


def _told(row: OutsideAccount) -> str:
    used = _("Last used on %(day)s", day=long_date(row.used_at)) if row.used_at else _("Not used yet")
    return f"{row.called}. {used}"


def _name() -> str:
    return f"{asking_cookie()}-account"

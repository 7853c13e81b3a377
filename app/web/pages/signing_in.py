"""Signing in and out. In this release only example people can, on a try-out of one's own (settled: 14)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from app.core.addresses import address
from app.core.errors import NotAllowed, NotFound
from app.core.language import gettext as _
from app.core.settings import settings
from app.people import signing_in
from app.people.models import Organisation, Role, User
from app.web.cards import initials
from app.web.cookies import end_session_cookie, give_session_cookie
from app.web.forms import is_form_token
from app.web.needs import Here, Me, Reading, Writing
from app.web.redirecting import safe_path, see
from app.web.rendering import Page
from app.web.visit import Visit

router = APIRouter()

Token = Annotated[str, Form(alias="token", max_length=200)]
Wanted = Annotated[str, Query(alias="naar", max_length=2000)]


@dataclass(frozen=True)
class SignIn:
    """The sign-in page. `people` are example people, empty where they are not offered."""

    people: list["Example"]
    action: str
    wanted: str
    """Where to go afterwards."""


@dataclass(frozen=True)
class Example:
    """An example person, and what they may do."""

    handle: str
    name: str
    monogram: str
    work: str
    may: str


def offers_examples(here: Visit) -> bool:
    """All of: the setting, a loopback bind, a loopback peer, nothing forwarded."""
    return settings().example_people and here.is_on_this_machine


@router.get("/inloggen")
def show(here: Here, session: Reading, page: Page, wanted: Wanted = "") -> Response:
    """The ways to sign in that this installation has."""
    people = [_example(*row) for row in signing_in.example_people(session)] if offers_examples(here) else []
    view = SignIn(people, address("/inloggen/voorbeeld", here.language), safe_path(wanted, ""))
    return page("sign_in", view, shows_search=False, is_indexed=False, is_kept=False)


@router.post("/inloggen/voorbeeld")
def sign_in_as_example(
    here: Here,
    session: Writing,
    person: Annotated[str, Form(max_length=60)],
    wanted: Annotated[str, Form(alias="naar", max_length=2000)] = "",
) -> Response:
    """Sign in as an invented person. A session is always new, and an old one of this browser ends."""
    if not offers_examples(here):
        raise NotFound(_("There is nothing at this address."))
    user = signing_in.example_person(session, person)
    signing_in.end_session(session, here.session_token)
    token = signing_in.begin_session(session, user, device=_("Try-out on this computer"))
    return give_session_cookie(see(safe_path(wanted, address("/", here.language))), token)


def _example(user: User, role: Role | None, organisation: Organisation | None) -> Example:
    may = {
        None: _("applies for membership"),
        Role.READER: _("reads"),
        Role.EDITOR: _("writes for the organisation"),
        Role.OWNER: _("decides for the organisation"),
    }[role]
    work = ", ".join(part for part in (user.title, organisation.title if organisation else "") if part)
    is_steward = user.is_steward
    return Example(
        user.handle, user.name, initials(user.name), work, _("looks after the portal") if is_steward else may
    )


@router.post("/uitloggen")
def sign_out(here: Here, session: Writing, me: Me, token: Token = "") -> RedirectResponse:
    """End this session. Without one, nothing happens."""
    if me.is_signed_in and not is_form_token(here, token):
        raise NotAllowed(_("This page was open for too long. Load it again and try once more."))
    signing_in.end_session(session, here.session_token)
    return end_session_cookie(see(address("/", here.language)))

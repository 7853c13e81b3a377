"""Signing in as somebody invented, on a try-out of one's own (settled: 14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import address
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.settings import settings
from app.people import signing_in
from app.people.devices import device_kept
from app.people.models import Organisation, Role, User
from app.web.cards import initials
from app.web.cookies import give_session_cookie
from app.web.needs import Here, Writing
from app.web.redirecting import safe_path, see
from app.web.visit import Visit

router = APIRouter()


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


def examples(here: Visit, session: Session) -> Sequence[Example]:
    """The example people, where they are offered."""
    return [_example(*row) for row in signing_in.example_people(session)] if offers_examples(here) else []


@router.post("/inloggen/voorbeeld")
def sign_in_as_example(
    request: Request,
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
    device = device_kept(request.headers.get("user-agent", ""))
    # Nobody invented has a telephone to take a second step with.
    token = signing_in.begin_session(session, user, device=device, is_strong=True)
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

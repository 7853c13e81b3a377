"""For stewards: everybody with a place in an organisation, and what they may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.clock import local, now
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.language import long_date, ngettext
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.core.text import one_line
from app.people import belonging, inviting, suspending
from app.people.access import kind_name
from app.people.members import Member, Wanted, members, person_numbered, without_place
from app.people.models import Membership, Organisation, Role, User, UserState
from app.people.places import places_of
from app.people.signing_in import can_be_viewed
from app.web import showing
from app.web.directory_view import KIND_WORDS
from app.web.forms import Form, Sealed
from app.web.needs import Here, Me, Reading, Writing
from app.web.own_organisation import role_names
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from app.web.visit import Visit, address

router = APIRouter()

HERE: Final = "/beheer/leden"
SIZE: Final = 50

ROLE_WORDS: Final = {"lezer": Role.READER, "redacteur": Role.EDITOR, "eigenaar": Role.OWNER}
ENDED: Final = "gestopt"
SUSPENDED: Final = "geschorst"
NOWHERE: Final = "zonder-plek"

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True)
class MemberRow:
    """Somebody in one of their places, or without any."""

    href: str
    name: str
    title: str
    organisation: str
    role: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class MembersView:
    """One page of them."""

    side: Sequence[tuple[Link, bool]]
    page: Paged[MemberRow]
    counted: str
    """How many there are, in words."""
    base: str
    asked: Mapping[str, str]
    roles: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    action: str
    invited: Sequence[tuple[int, str, str]]
    """Of those who were asked to look after the portal: number, address, and until when."""
    done: str


@dataclass(frozen=True, kw_only=True)
class MemberView:
    """One person, with their places."""

    side: Sequence[tuple[Link, bool]]
    user: User
    is_suspended: bool
    view_as: str
    """Where to begin viewing as them; empty when that cannot be."""
    public: str
    log: str
    places: Sequence[tuple[Membership, Organisation, str]]
    roles: Sequence[tuple[str, str]]
    form: Form
    action: str
    back: str
    done: str


@router.get("/beheer/leden")
def everybody(request: Request, here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """Who has a place where, and who has none."""
    asked = {name: one_line(request.query_params.get(name, ""))[:100] for name in ("q", "rol", "soort", "staat")}
    wanted = Wanted(
        words=asked["q"],
        role=ROLE_WORDS.get(asked["rol"]),
        kind=KIND_WORDS.get(asked["soort"], ""),
        is_ended=asked["staat"] == ENDED,
        is_suspended=asked["staat"] == SUSPENDED,
    )
    number = page_number(request.query_params.get("pagina"))
    is_nowhere = asked["staat"] == NOWHERE
    found = _nowhere(session, wanted, number) if is_nowhere else _somewhere(session, wanted, number)
    query = urlencode({name: value for name, value in asked.items() if value})
    kinds = sorted(((word, kind_name(kind)) for word, kind in KIND_WORDS.items()), key=lambda one: one[1].lower())
    view = MembersView(
        side=side(HERE),
        page=found,
        counted=ngettext("%(n)s person", "%(n)s people", found.total)
        if is_nowhere
        else ngettext("%(n)s place", "%(n)s places", found.total),
        base=f"{showing.here(HERE)}?{query}{'&' if query else ''}pagina=",
        asked=asked,
        roles=[("", _("Everything")), *((word, role_names()[role]) for word, role in ROLE_WORDS.items())],
        kinds=[("", _("All kinds")), *kinds],
        action=showing.here(HERE),
        invited=[(one.id, one.mail, long_date(one.expires_at)) for one in inviting.steward_invitations(session)],
        done=_("Withdrawn. The link works no longer.") if here.query == "klaar=ingetrokken" else "",
    )
    return page("stewards/members", view, is_indexed=False)


@router.post("/beheer/leden/uitnodiging")
def withdraw_invitation(me: Steward, here: Here, form: Sealed, session: Writing) -> Response:
    """Take the invitation of somebody back who was asked to look after the portal."""
    inviting.withdraw_steward_invitation(session, form.number("uitnodiging", least=1, most=2**31 - 1), by=me)
    return see(address(f"{HERE}?klaar=ingetrokken", here.language))


@router.get("/beheer/leden/{number}")
def member(here: Here, session: Reading, me: Steward, page: Page, number: Number) -> Response:
    """One person, and what they may do where."""
    view = _view(session, here, person_numbered(session, number), Form())
    return page("stewards/member", view, is_indexed=False)


@router.post("/beheer/leden/{number}")
def change(me: Steward, here: Here, form: Sealed, session: Writing, page: Page, number: Number) -> Response:
    """Give them another role, take a place away, or make them steward or no longer one."""
    person = person_numbered(session, number)
    with form.minding(session):
        _change(session, form, person, me)
    if form.is_fine:
        return see(address(f"{HERE}/{number}?klaar=ja", here.language))
    return page("stewards/member", _view(session, here, person, form), status=form.status, is_indexed=False)


def _change(session: Session, form: Form, person: User, me: Me) -> None:
    what = form.raw("doe")
    if what in ("beheerder", "geen-beheerder"):
        belonging.make_steward(session, person, what == "beheerder", by=me)
        return
    if what == "schorsen":
        suspending.suspend_person(session, person, by=me)
        return
    if what == "toelaten":
        suspending.restore_person(session, person, by=me)
        return
    role = form.choice("rol", list(Role)) if what == "rol" else ""
    number = form.number("plek", least=1, most=2**31 - 1)
    place = next((place for place, _organisation in places_of(session, person.id) if place.id == number), None)
    if place is None or what not in ("rol", "einde"):
        raise NotFound(_("This person has no place here any more."))
    if what == "einde":
        belonging.remove(session, place, by=me)
    elif role:
        belonging.change_role(session, place, Role(role), by=me)


def _view(session: Session, here: Visit, person: User, form: Form) -> MemberView:
    is_suspended = person.state == UserState.SUSPENDED
    return MemberView(
        side=side(HERE),
        user=person,
        is_suspended=is_suspended,
        view_as=showing.here(f"{HERE}/{person.id}/meekijken") if can_be_viewed(person) else "",
        public=showing.here(f"/mensen/{person.handle}") if person.has_profile and not is_suspended else "",
        log=f"{showing.here('/beheer/logboek')}?{urlencode({'q': person.mail})}",
        places=[
            (place, organisation, role_names()[Role(place.role)])
            for place, organisation in places_of(session, person.id)
        ],
        roles=list(role_names().items()),
        form=form,
        action=showing.here(f"{HERE}/{person.id}"),
        back=showing.here(HERE),
        done=_("Changed. It holds from their next request on.") if here.query == "klaar=ja" else "",
    )


def _somewhere(session: Session, wanted: Wanted, number: int) -> Paged[MemberRow]:
    found = members(session, wanted, page=number, size=SIZE)
    return Paged([_row(each) for each in found.items], found.number, found.size, found.total)


def _nowhere(session: Session, wanted: Wanted, number: int) -> Paged[MemberRow]:
    found = without_place(session, wanted.words, page=number, size=SIZE)
    rows = [
        MemberRow(
            href=showing.here(f"{HERE}/{user.id}"),
            name=user.name,
            title=user.title,
            organisation=_("Asked: %(name)s", name=applied.title) if applied else _("None"),
            role=_state(user),
            seen=_seen(seen_at),
        )
        for user, seen_at, applied in found.items
    ]
    return Paged(rows, found.number, found.size, found.total)


def _state(user: User) -> str:
    if user.state == UserState.SUSPENDED:
        return _("Suspended")
    return _("Steward") if user.is_steward else _("What is public")


def _row(each: Member) -> MemberRow:
    role = role_names()[Role(each.place.role)]
    return MemberRow(
        href=showing.here(f"{HERE}/{each.user.id}"),
        name=each.user.name,
        title=each.user.title,
        organisation=each.organisation.title,
        role=f"{role}, {_('Steward').lower()}" if each.user.is_steward else role,
        seen=_seen(each.seen_at),
    )


def _seen(moment: datetime | None) -> str:
    """The day of the last visit, as far as a session still says."""
    if moment is None:
        return _("not of late")
    days = (local(now()).date() - local(moment).date()).days
    return {0: _("today"), 1: _("yesterday")}.get(days, long_date(moment))

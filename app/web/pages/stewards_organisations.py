"""For stewards: the organisations that take part. What each is, its number, and suspending it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.core.text import one_line
from app.people import suspending
from app.people.access import KIND_NAMES, kind_name
from app.people.describing import correct
from app.people.directory import kept, kept_at
from app.people.models import Admission, Organisation
from app.people.places import colleagues
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, Slug, Writing
from app.web.own_organisation import role_names
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from app.web.visit import Visit, address

router = APIRouter()

HERE: Final = "/beheer/organisaties"
SIZE: Final = 50


@dataclass(frozen=True)
class OrganisationRow:
    """One of them in the list."""

    href: str
    name: str
    kind: str
    is_suspended: bool


@dataclass(frozen=True, kw_only=True)
class OrganisationsView:
    """One page of them."""

    side: Sequence[tuple[Link, bool]]
    page: Paged[OrganisationRow]
    base: str
    wanted: str
    action: str


@dataclass(frozen=True, kw_only=True)
class OneOrganisationView:
    """One of them, with its people."""

    side: Sequence[tuple[Link, bool]]
    organisation: Organisation
    is_suspended: bool
    people: Sequence[Link]
    kinds: Sequence[tuple[str, str]]
    form: Form
    public: str
    action: str
    back: str
    done: str


@router.get("/beheer/organisaties")
def organisations(request: Request, session: Reading, me: Steward, page: Page) -> Response:
    """Who takes part, and who is suspended."""
    wanted = one_line(request.query_params.get("q", ""))[:100]
    found = kept(session, wanted, page=page_number(request.query_params.get("pagina")), size=SIZE)
    query = f"{urlencode({'q': wanted})}&" if wanted else ""
    view = OrganisationsView(
        side=side(HERE),
        page=Paged([_row(each) for each in found.items], found.number, found.size, found.total),
        base=f"{showing.here(HERE)}?{query}pagina=",
        wanted=wanted,
        action=showing.here(HERE),
    )
    return page("stewards/organisations", view, is_indexed=False)


@router.get("/beheer/organisaties/{slug}")
def organisation(here: Here, session: Reading, me: Steward, page: Page, slug: Slug) -> Response:
    """One of them."""
    found = kept_at(session, slug)
    form = Form({"soort": found.kind, "kvk": found.kvk_number})
    return page("stewards/organisation", _view(session, here, found, form), is_indexed=False)


@router.post("/beheer/organisaties/{slug}")
def change(here: Here, form: Sealed, session: Writing, me: Steward, page: Page, slug: Slug) -> Response:
    """Correct it, suspend it, or let it take part again."""
    found = kept_at(session, slug)
    with form.minding(session):
        match form.raw("doe"):
            case "schorsen":
                suspending.suspend_organisation(session, found, by=me)
            case "toelaten":
                suspending.restore_organisation(session, found, by=me)
            case _:
                correct(session, found, form.raw("soort"), form.line("kvk", most=20), by=me)
    if form.is_fine:
        return see(address(f"{HERE}/{slug}?klaar=ja", here.language))
    session.refresh(found)
    return page("stewards/organisation", _view(session, here, found, form), status=form.status, is_indexed=False)


def _row(each: Organisation) -> OrganisationRow:
    is_suspended = each.admission == Admission.SUSPENDED
    return OrganisationRow(showing.here(f"{HERE}/{each.slug}"), each.title, kind_name(each.kind), is_suspended)


def _view(session: Session, here: Visit, found: Organisation, form: Form) -> OneOrganisationView:
    is_suspended = found.admission == Admission.SUSPENDED
    kinds = sorted(((kind, kind_name(kind)) for kind in KIND_NAMES), key=lambda one: one[1].lower())
    return OneOrganisationView(
        side=side(HERE),
        organisation=found,
        is_suspended=is_suspended,
        people=[
            Link(each.user.name, showing.here(f"/beheer/leden/{each.user.id}"), note=role_names()[each.place.role])
            for each in colleagues(session, found)
        ],
        kinds=kinds,
        form=form,
        public="" if is_suspended else showing.here(f"/organisaties/{found.slug}"),
        action=showing.here(f"{HERE}/{found.slug}"),
        back=showing.here(HERE),
        done=_("Changed. It holds from their next request on.") if here.query == "klaar=ja" else "",
    )

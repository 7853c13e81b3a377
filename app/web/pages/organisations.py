"""Organisations: who takes part, what each of them shares, and in what it takes part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.people import directory, finding
from app.people.access import kind_name
from app.people.directory import Wanted
from app.people.models import Organisation
from app.web import showing
from app.web.cards import PersonCard, initials
from app.web.directory_view import (
    KIND_WORDS,
    Choice,
    DirectoryRow,
    Region,
    choices_of,
    markers_of,
    regions_of,
    row_of,
    visits,
)
from app.web.drawing.maps import Marker
from app.web.feed_links import announced, feed_links
from app.web.figures import staff_text
from app.web.needs import Here, Me, Reading
from app.web.rendering import Page
from app.web.rows import Link
from content import overview, shelves
from content.snapshot import Part
from content.subjects import Pilot

router = APIRouter()

PAGE_SIZE: Final = 60
"""So many rows and marks stay in view of each other."""


@dataclass(frozen=True, kw_only=True)
class DirectoryView:
    """Who takes part, by province, and below them who is only named in a public source."""

    taking_part: int
    page: Paged[directory.Entry]
    regions: Sequence[Region]
    mentioned: Sequence[DirectoryRow]
    markers: Sequence[Marker]
    choices: Sequence[Choice]
    notices: Sequence[str]
    tabs: Sequence[Link]
    here: str
    base: str


@dataclass(frozen=True)
class OrganisationView:
    """One organisation."""

    organisation: Organisation
    kind: str
    monogram: str
    crumbs: list[Link]
    meta: list[str]
    website_label: str
    people: list[PersonCard]
    pilots: list[Link]
    page: Paged[showing.PieceCard]
    base: str
    feeds: list[Link]


@router.get("/organisaties")
def everybody(request: Request, session: Reading, me: Me, page: Page) -> Response:
    """The directory, narrowed by what stands in the address."""
    offered = directory.choices(session)
    wanted, notices = _wanted(request.query_params, offered)
    found = directory.entries(session, wanted, page=page_number(request.query_params.get("pagina")), size=PAGE_SIZE)
    pieces = shelves.counts_by_organisation(session, me)
    members = [entry for entry in found.items if not entry.organisation.is_mentioned_only]
    choices = choices_of(offered, wanted)
    here = showing.here("/organisaties")
    chosen = {choice.name: choice.value for choice in choices if choice.value}
    view = DirectoryView(
        taking_part=directory.taking_part(session),
        page=found,
        regions=regions_of(members, pieces),
        mentioned=[row_of(entry, pieces) for entry in found.items if entry.organisation.is_mentioned_only],
        markers=markers_of(found.items),
        choices=choices,
        notices=notices,
        tabs=[Link(_("Pilots"), showing.here("/kaart")), Link(_("Organisations"), here)],
        here=here,
        base=f"{here}?{urlencode(chosen | {'pagina': ''})}",
    )
    return page("organisations", view, section="organisations", is_indexed=not chosen)


def _wanted(given: Mapping[str, str], offered: directory.Choices) -> tuple[Wanted, list[str]]:
    """What the address asks for; a choice that is not there is left out, and said."""
    known = {
        "provincie": {province.slug: province.slug for province in offered.provinces},
        "soort": KIND_WORDS,
        "sector": {sector.code: sector.code for sector in offered.sectors},
    }
    notices = []
    asked = {name: given.get(name, "") for name in known}
    if any(word and word not in known[name] for name, word in asked.items()):
        notices.append(_("We do not know one of the choices and left it out."))
    province, kind, sector = (known[name].get(word, "") for name, word in asked.items())
    return Wanted(province=province, kind=kind, sector=sector), notices


@router.get("/organisaties/{slug}")
def show(request: Request, here: Here, session: Reading, me: Me, page: Page, slug: str) -> Response:
    """What an organisation is, shares and takes part in."""
    organisation = finding.organisation_at(session, slug)
    rows = shelves.shelf(
        session,
        me,
        language=here.language,
        where=[shelves.with_organisation(organisation.id)],
        page=page_number(request.query_params.get("pagina")),
    )
    feed = f"/feeds/organisatie/{organisation.slug}"
    place = finding.place_of(session, organisation.municipality_id)
    view = OrganisationView(
        organisation=organisation,
        kind=kind_name(organisation.kind),
        monogram=initials(organisation.title),
        crumbs=_crumbs(place),
        meta=_meta(session, organisation, place),
        website_label=urlsplit(organisation.website).netloc,
        people=[showing.person(user) for user in finding.people_of(session, organisation)],
        pilots=[_pilot(pilot, part) for pilot, part in overview.pilots_of(session, organisation)],
        page=Paged([showing.card(row) for row in rows.items], rows.number, rows.size, rows.total),
        base=f"{showing.here(f'/organisaties/{organisation.slug}')}?pagina=",
        feeds=feed_links(feed),
    )
    return page(
        "organisation",
        view,
        section="organisations",
        feeds=announced(feed, organisation.title),
        is_indexed=not organisation.example,
    )


def _crumbs(place: finding.Place | None) -> list[Link]:
    """The directory, and the part of it for its province."""
    directory_link = Link(_("Who takes part"), showing.here("/organisaties"))
    if place is None:
        return [directory_link]
    return [directory_link, Link(place[1].name, f"{showing.here('/organisaties')}?provincie={place[1].slug}")]


def _meta(session: Session, organisation: Organisation, place: finding.Place | None) -> list[str]:
    """Where it is, how large, in which sectors, since when, and whether it receives visitors."""
    sectors = finding.sectors_of(session, organisation)
    told = [
        f"{place[0].town}, {place[1].name}" if place else "",
        staff_text(organisation.size_fte),
        showing.said([sector.short for sector in sectors]),
        _("founded in %(year)s", year=organisation.founded) if organisation.founded else "",
        visits(organisation),
    ]
    return [each for each in told if each]


def _pilot(pilot: Pilot, part: Part) -> Link:
    name = _("Pilot %(n)s: %(name)s", n=pilot.number, name=pilot.name)
    return Link(name, showing.here(f"/proefprojecten/{pilot.slug}"), note=showing.part(part))

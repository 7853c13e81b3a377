"""The directory: who takes part, by province, beside a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.people import directory
from app.people.directory import Wanted
from app.web import showing
from app.web.directory_view import (
    KIND_WORDS,
    Choice,
    DirectoryRow,
    Region,
    choices_of,
    markers_of,
    regions_of,
    row_of,
)
from app.web.drawing.maps import Marker
from app.web.needs import Me, Reading
from app.web.rendering import Page
from app.web.rows import Link
from content import shelves

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
    people: str
    base: str


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
        people=showing.here("/mensen"),
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

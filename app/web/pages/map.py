"""The map of pilots, beside a list with the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from app.core.language import gettext as _
from app.people import finding
from app.web import pilot_view, showing
from app.web.cards import PilotCard
from app.web.drawing.maps import Marker
from app.web.needs import Reading
from app.web.rendering import Page
from app.web.rows import Link
from content import overview
from content.subjects import Pilot

router = APIRouter()


@dataclass(frozen=True)
class PilotRow:
    """A pilot beside the map."""

    card: PilotCard
    is_running: bool
    status: str


@dataclass(frozen=True)
class Region:
    """The pilots of one province, or those without a place."""

    name: str
    title: str
    rows: Sequence[PilotRow]


@dataclass(frozen=True)
class MapView:
    """The map, and the list that says the same."""

    markers: Sequence[Marker]
    regions: Sequence[Region]
    tabs: Sequence[Link]


@router.get("/kaart")
def show(session: Reading, page: Page) -> Response:
    """Every pilot: those with a place by province, the others below them."""
    pilots = overview.pilots(session)
    partners = overview.partners_by_pilot(session)
    places = finding.places(session, [pilot.municipality_id for pilot, _place in pilots])
    by_region: dict[tuple[str, str], list[PilotRow]] = {}
    for pilot, place in pilots:
        card = pilot_view.pilot_card(pilot, place, partners.get(pilot.id, ()))
        row = PilotRow(card, pilot.status == "running", pilot_view.status_of(pilot))
        by_region.setdefault(_region(pilot, places), []).append(row)
    view = MapView(
        markers=showing.pilot_markers(pilots),
        # Those without a place stand last: no province begins with a tilde.
        regions=[Region(name, title, rows) for (name, title), rows in sorted(by_region.items())],
        tabs=[Link(_("Pilots"), showing.here("/kaart")), Link(_("Organisations"), showing.here("/organisaties"))],
    )
    return page("map", view, section="pilots")


def _region(pilot: Pilot, places: finding.Places) -> tuple[str, str]:
    place = places.get(pilot.municipality_id)
    return (place[1].slug, place[1].name) if place else ("~", _("Without a place"))

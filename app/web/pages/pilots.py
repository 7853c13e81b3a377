"""Pilots: all of them, and one with its goals, phases, partners and what it brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.feeds.streams import from_pilot
from app.feeds.targets import pilot_target
from app.people import finding
from app.people.actor import Actor
from app.people.models import User
from app.web import pilot_view, showing
from app.web.asking_links import ask_link
from app.web.cards import PersonCard, PilotCard
from app.web.drawing.maps import Marker
from app.web.feed_links import announced, feed_links
from app.web.follow_view import FollowView, follow_view
from app.web.needs import Here, Me, Reading, Slug
from app.web.pilot_view import GoalRow, Partner, PhaseRow
from app.web.rendering import Page
from app.web.rows import Fact, Link
from content import overview, shelves
from content.subjects import Pilot

router = APIRouter()

OUTPUT = 5
"""Pieces on the page of a pilot; the rest is a search away."""


@dataclass(frozen=True)
class PilotGroup:
    """Pilots that are equally far, under one heading."""

    name: str
    title: str
    note: str
    cards: Sequence[PilotCard]


@dataclass(frozen=True)
class PilotsView:
    """All pilots."""

    groups: Sequence[PilotGroup]
    map: str


@dataclass(frozen=True, kw_only=True)
class PilotView:
    """One pilot."""

    pilot: Pilot
    crumbs: list[Link]
    status: str
    facts: Sequence[Fact]
    goals: Sequence[GoalRow]
    measured_until: str
    period: str
    phases: Sequence[PhaseRow]
    partners: Sequence[Partner]
    output: Sequence[showing.PieceCard]
    output_total: int
    search: str
    place: str
    marker: Marker | None
    contact: PersonCard | None
    ask: Link | None
    topics: Sequence[Link]
    sources: Sequence[Link]
    feeds: Sequence[Link]
    follow: FollowView


@router.get("/proefprojecten")
def everything(session: Reading, page: Page) -> Response:
    """All pilots: those that run, those that are finished, and those that are only known from public sources."""
    partners = overview.partners_by_pilot(session)
    told = [
        (pilot, pilot_view.pilot_card(pilot, place, partners.get(pilot.id, ())))
        for pilot, place in overview.pilots(session)
    ]
    named = _("Pilots of the Region of Smart Factories that public sources name. We say no more than they do.")
    groups = [
        PilotGroup("lopend", _("Running now"), "", [card for pilot, card in told if pilot.status == "running"]),
        PilotGroup("afgerond", _("Finished"), "", [card for pilot, card in told if pilot.status == "finished"]),
        PilotGroup(
            "genoemd", _("Known from public sources"), named, [card for pilot, card in told if not pilot.status]
        ),
    ]
    view = PilotsView([group for group in groups if group.cards], showing.here("/kaart"))
    return page("pilots", view, section="pilots")


@router.get("/proefprojecten/{slug}")
def show(here: Here, session: Reading, me: Me, page: Page, slug: Slug) -> Response:
    """One pilot. Of a real one only what its sources say, with the sources."""
    pilot = overview.pilot_at(session, slug)
    place = finding.place_of(session, pilot.municipality_id)
    town = place[0] if place else None
    partners = overview.partners(session, pilot)
    where = [shelves.from_pilot(pilot.id)]
    output = shelves.shelf(session, me, language=here.language, where=where, size=OUTPUT)
    feed = f"/feeds/proefproject/{pilot.slug}"
    view = PilotView(
        pilot=pilot,
        crumbs=[Link(_("Pilots"), showing.here("/proefprojecten"))],
        status=pilot_view.status_of(pilot),
        facts=pilot_view.facts_of(pilot, town, partners),
        goals=pilot_view.goal_rows(pilot),
        measured_until=pilot_view.measured_until(pilot),
        period=pilot_view.period(pilot),
        phases=pilot_view.phase_rows(pilot),
        partners=pilot_view.partner_rows(partners),
        output=[showing.card(row) for row in output.items],
        output_total=output.total,
        search=f"{showing.here('/zoeken')}?proefproject={pilot.slug}",
        place=f"{place[0].town}, {place[1].name}" if place else "",
        marker=pilot_view.marker_of(pilot, town) if town else None,
        contact=_contact(session, pilot, me),
        ask=ask_link(session, pilot_view.asked_of(partners), proefproject=pilot.slug),
        topics=[
            Link(topic.name, showing.here(f"/onderwerpen/{topic.slug_nl}"))
            for topic in overview.topics_of(session, pilot)
        ],
        sources=[Link(urlsplit(source).netloc.removeprefix("www."), source) for source in pilot.sources],
        feeds=feed_links(feed),
        follow=follow_view(session, here, me, pilot_target(pilot), from_pilot(pilot), name=pilot.name),
    )
    return page(
        "pilot",
        view,
        section="pilots",
        reads=True,
        feeds=announced(feed, pilot.name),
        is_indexed=not pilot.example,
    )


def _contact(session: Session, pilot: Pilot, me: Actor) -> PersonCard | None:
    """Whom to ask: by name for those who are signed in, for others only when this person wants a page."""
    user = session.get(User, pilot.contact_id) if pilot.contact_id else None
    if user is None or not (user.has_profile or me.is_signed_in):
        return None
    return showing.person(user, finding.workplaces(session, [user.id]).get(user.id))

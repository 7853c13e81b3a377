"""Organisations: what each of them shares, and in what it takes part."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.feeds.streams import with_organisation
from app.feeds.targets import organisation_target
from app.people import finding
from app.people.access import kind_name
from app.people.actor import Actor
from app.people.models import Organisation
from app.web import showing, structured
from app.web.asking_links import ask_link
from app.web.cards import PersonCard, initials
from app.web.directory_view import visits
from app.web.feed_links import announced, feed_links
from app.web.figures import staff_text
from app.web.files import picture_kept
from app.web.follow_view import FollowView, follow_view
from app.web.head import Head
from app.web.needs import Here, Me, Reading, Slug
from app.web.rendering import Page
from app.web.reported import report_link
from app.web.rows import Link
from content import overview, shelves
from content.snapshot import Part
from content.subjects import Pilot
from content.vocabulary import bands

router = APIRouter()

TOPICS: Final = 6
"""Topics beside an organisation."""


@dataclass(frozen=True)
class OrganisationView:
    """One organisation."""

    organisation: Organisation
    kind: str
    monogram: str
    logo: str
    crumbs: list[Link]
    meta: list[str]
    website_label: str
    shared: str
    """How many pieces of each kind, in words."""
    people: list[PersonCard]
    pilots: list[Link]
    topics: list[Link]
    page: Paged[showing.PieceCard]
    base: str
    feeds: list[Link]
    ask: Link | None
    follow: FollowView
    report: str


@router.get("/organisaties/{slug}")
def show(request: Request, here: Here, session: Reading, me: Me, page: Page, slug: str) -> Response:
    """What an organisation is, shares and takes part in."""
    organisation = finding.organisation_at(session, slug)
    theirs = shelves.with_organisation(organisation.id)
    rows = shelves.shelf(
        session,
        me,
        language=here.language,
        where=[theirs],
        page=page_number(request.query_params.get("pagina")),
    )
    feed = f"/feeds/organisatie/{organisation.slug}"
    place = finding.place_of(session, organisation.municipality_id)
    view = OrganisationView(
        organisation=organisation,
        kind=kind_name(organisation.kind),
        monogram=initials(organisation.title),
        logo=showing.logo(organisation),
        crumbs=_crumbs(place),
        meta=_meta(session, organisation, place),
        website_label=urlsplit(organisation.website).netloc,
        shared=showing.kinds_counted(shelves.counts_by_kind(session, me, theirs)),
        people=[showing.person(user) for user in finding.people_of(session, organisation)],
        pilots=[_pilot(pilot, part) for pilot, part in overview.pilots_of(session, organisation)],
        topics=_topics(session, me, organisation),
        page=Paged([showing.card(row) for row in rows.items], rows.number, rows.size, rows.total),
        base=f"{showing.here(f'/organisaties/{organisation.slug}')}?pagina=",
        feeds=feed_links(feed),
        report=report_link("organisatie", organisation.slug),
        ask=None if organisation.id in me.reads_for else ask_link(session, [organisation]),
        follow=follow_view(
            session,
            here,
            me,
            organisation_target(organisation),
            with_organisation(organisation),
            name=organisation.title,
        ),
    )
    return page(
        "organisation",
        view,
        section="organisations",
        feeds=announced(feed, organisation.title),
        is_indexed=not organisation.example,
        head=Head(data=(structured.organisation(organisation),)),
    )


@router.get("/organisaties/{slug}/logo.webp")
def show_logo(session: Reading, me: Me, slug: Slug) -> Response:
    """Its logo, as it was made from what an owner sent."""
    organisation = finding.organisation_at(session, slug)
    if not organisation.logo:
        raise NotFound(_("There is nothing at this address."))
    return picture_kept(organisation.logo, me)


def _size(organisation: Organisation) -> str:
    """The band of sizes that an applicant chose, in words; empty when nobody told."""
    return next((band.name for band in bands("company_size") if band.slug == organisation.size_band), "")


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
        staff_text(organisation.size_fte) or _size(organisation),
        showing.said([sector.short for sector in sectors]),
        _("founded in %(year)s", year=organisation.founded) if organisation.founded else "",
        visits(organisation),
    ]
    return [each for each in told if each]


def _topics(session: Session, me: Actor, organisation: Organisation) -> list[Link]:
    """What most of its pieces are about."""
    counts = shelves.counts_by_topic(session, me, shelves.with_organisation(organisation.id))
    topics = [topic for group in overview.groups(session) for topic in group.narrower if topic.id in counts]
    most = sorted(topics, key=lambda topic: -counts[topic.id])[:TOPICS]
    return [Link(topic.name, showing.here(f"/onderwerpen/{topic.slug_nl}")) for topic in most]


def _pilot(pilot: Pilot, part: Part) -> Link:
    name = _("Pilot %(n)s: %(name)s", n=pilot.number, name=pilot.name)
    return Link(name, showing.here(f"/proefprojecten/{pilot.slug}"), note=showing.part(part))

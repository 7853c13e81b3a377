"""People: a page for each person who wants one."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.feeds.streams import by_person
from app.feeds.targets import person_target
from app.people import finding
from app.people.actor import Actor
from app.people.models import Organisation, ProfilePart, User
from app.web import showing
from app.web.cards import initials
from app.web.follow_view import FollowView, follow_view
from app.web.needs import Here, Me, Reading, Slug
from app.web.rendering import Page
from app.web.reported import report_link
from app.web.rows import Link
from content import authorship, overview, shelves

router = APIRouter()


@dataclass(frozen=True)
class CoAuthor:
    """Somebody they wrote with; `href` only when that person wants a page too."""

    name: str
    monogram: str
    href: str
    note: str


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """One person."""

    user: User
    title: str
    bio: str
    orcid: str
    first_name: str
    monogram: str
    crumbs: Sequence[Link]
    workplace: Link | None
    town: str
    wrote: str
    """How many pieces of each kind, in words."""
    page: Paged[showing.PieceCard]
    base: str
    together: Sequence[CoAuthor]
    topics: Sequence[Link]
    """What they can be asked about, each with how many of their pieces are about it."""
    contact_for: Sequence[Link]
    follow: FollowView
    report: str


@router.get("/mensen/{handle}")
def show(request: Request, here: Here, session: Reading, me: Me, page: Page, handle: Slug) -> Response:
    """Who they are, what they wrote, with whom, and what to ask them about."""
    user = finding.person_at(session, handle)
    workplace = finding.workplaces(session, [user.id]).get(user.id)
    place = finding.place_of(session, workplace.municipality_id) if workplace else None
    theirs = authorship.told_by(user.id)
    rows = shelves.shelf(
        session, me, language=here.language, where=[theirs], page=page_number(request.query_params.get("pagina"))
    )
    view = PersonView(
        user=user,
        title=user.title if user.shows(ProfilePart.TITLE) else "",
        bio=user.bio if user.shows(ProfilePart.BIO) else "",
        orcid=user.orcid if user.shows(ProfilePart.ORCID) else "",
        first_name=user.name.split()[0],
        monogram=initials(user.name),
        crumbs=_crumbs(workplace),
        workplace=_link(workplace) if workplace else None,
        town=place[0].town if place else "",
        wrote=showing.kinds_counted(shelves.counts_by_kind(session, me, theirs)),
        page=Paged([showing.card(row) for row in rows.items], rows.number, rows.size, rows.total),
        base=f"{showing.here(f'/mensen/{user.handle}')}?pagina=",
        together=_together(session, me, user),
        topics=_topics(session, me, user) if user.shows(ProfilePart.TOPICS) else [],
        follow=follow_view(session, here, me, person_target(user), by_person(user), name=user.name),
        contact_for=[
            Link(_("Pilot %(n)s: %(name)s", n=pilot.number, name=pilot.name), _pilot_address(pilot.slug))
            for pilot in authorship.contact_for(session, user.id)
        ],
        report=report_link("persoon", user.handle),
    )
    return page("person", view, section="organisations", reads=True, is_indexed=not user.example)


def _crumbs(workplace: Organisation | None) -> list[Link]:
    everybody = Link(_("Who takes part"), showing.here("/organisaties"))
    return [everybody, _link(workplace)] if workplace else [everybody]


def _link(organisation: Organisation) -> Link:
    return Link(organisation.title, showing.here(f"/organisaties/{organisation.slug}"))


def _pilot_address(slug: str) -> str:
    return showing.here(f"/proefprojecten/{slug}")


def _together(session: Session, me: Actor, user: User) -> list[CoAuthor]:
    others = authorship.wrote_with(session, me, user.id)
    places = finding.workplaces(session, [other.id for other, _pieces in others])
    return [
        CoAuthor(
            name=other.name,
            monogram=initials(other.name),
            href=showing.here(f"/mensen/{other.handle}") if other.has_profile else "",
            note=", ".join(
                part
                for part in (
                    places[other.id].title if other.id in places else "",
                    ngettext("%(n)s piece", "%(n)s pieces", pieces),
                )
                if part
            ),
        )
        for other, pieces in others
    ]


def _topics(session: Session, me: Actor, user: User) -> list[Link]:
    counts = shelves.counts_by_topic(session, me, authorship.told_by(user.id))
    return [
        Link(
            topic.name,
            showing.here(f"/onderwerpen/{topic.slug_nl}"),
            counts.get(topic.id),
            unit=ngettext("piece", "pieces", counts.get(topic.id, 0)),
        )
        for topic in overview.topics_called(session, user.topics)
    ]

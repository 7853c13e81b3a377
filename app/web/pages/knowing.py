"""Who knows about this: the people who want a page, by what they can be asked about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.people import finding
from app.people.models import ProfilePart, User
from app.web import showing
from app.web.cards import PersonCard
from app.web.needs import Reading
from app.web.rendering import Page
from app.web.rows import Link
from content import overview
from content.moving import Moved
from content.overview import Group
from content.subjects import Topic

router = APIRouter()

SIZE: Final = 40


@dataclass(frozen=True)
class PersonRow:
    """Somebody, and what they can be asked about."""

    card: PersonCard
    topics: Sequence[Link]


@dataclass(frozen=True)
class GroupChoice:
    """A group of topics to choose from, with only those that somebody knows about."""

    name: str
    topics: Sequence[tuple[str, str]]
    """Word in the address and name with a number."""


@dataclass(frozen=True, kw_only=True)
class KnowingView:
    """The people, perhaps only those who know about one topic."""

    topic: Link | None
    chosen: str
    groups: Sequence[GroupChoice]
    page: Paged[PersonRow]
    base: str
    here: str
    own: str
    """Where one puts one's own page on."""
    notices: Sequence[str]
    crumbs: Sequence[Link]


@router.get("/mensen")
def everybody(request: Request, session: Reading, page: Page) -> Response:
    """The people with a page, narrowed to a topic or a group of topics."""
    asked = request.query_params.get("onderwerp", "")
    groups = overview.groups(session)
    topic = _topic(session, asked) if asked else None
    about = [topic, *_narrower(groups, topic)] if topic else None
    found = finding.who_knows(
        session,
        [each.slug for each in about] if about else None,
        page=page_number(request.query_params.get("pagina")),
        size=SIZE,
    )
    here = showing.here("/mensen")
    chosen = {"onderwerp": topic.slug_nl} if topic else {}
    view = KnowingView(
        topic=Link(topic.name, showing.here(f"/onderwerpen/{topic.slug_nl}")) if topic else None,
        chosen=topic.slug_nl if topic else "",
        groups=_choices(groups, finding.topics_known(session), topic),
        page=Paged(_rows(session, found.items, groups), found.number, found.size, found.total),
        base=f"{here}?{urlencode(chosen | {'pagina': ''})}",
        here=here,
        own=showing.here("/instellingen/profiel"),
        notices=[_("We do not know one of the choices and left it out.")] if asked and topic is None else [],
        crumbs=[Link(_("Who takes part"), showing.here("/organisaties"))],
    )
    return page("people", view, section="organisations", is_indexed=not chosen and found.number == 1)


def _topic(session: Session, slug: str) -> Topic | None:
    """The topic of this word, also of one that it had before."""
    try:
        return overview.topic_at(session, slug)
    except Moved as moved:
        return overview.topic_at(session, moved.slug)
    except NotFound:
        return None


def _narrower(groups: Sequence[Group], topic: Topic) -> Sequence[Topic]:
    return next((group.narrower for group in groups if group.topic.id == topic.id), ())


def _choices(groups: Sequence[Group], known: Counter[str], chosen: Topic | None) -> list[GroupChoice]:
    """What somebody knows about, and what was chosen, which perhaps nobody does."""
    offered = [
        GroupChoice(
            group.topic.name,
            [
                (each.slug_nl, f"{each.name} ({known[each.slug]})" if known[each.slug] else each.name)
                for each in (group.topic, *group.narrower)
                if known[each.slug] or (chosen is not None and each.id == chosen.id)
            ],
        )
        for group in groups
    ]
    return [group for group in offered if group.topics]


def _rows(session: Session, people: Sequence[User], groups: Sequence[Group]) -> list[PersonRow]:
    topics = {topic.slug: topic for group in groups for topic in (group.topic, *group.narrower)}
    places = finding.workplaces(session, [user.id for user in people])
    return [PersonRow(showing.person(user, places.get(user.id)), _links(user, topics)) for user in people]


def _links(user: User, topics: Mapping[str, Topic]) -> list[Link]:
    told = [topics[slug] for slug in user.topics if slug in topics] if user.shows(ProfilePart.TOPICS) else []
    return [Link(topic.name, f"{showing.here('/mensen')}?onderwerp={topic.slug_nl}") for topic in told]

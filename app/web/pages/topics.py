"""Topics: all of them with where to begin, and what is known about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.core.text import one_line
from app.feeds.streams import about_topic
from app.feeds.targets import topic_target
from app.people import finding
from app.people.actor import Actor
from app.web import showing
from app.web.cards import PersonCard
from app.web.feed_links import announced, feed_links
from app.web.follow_view import FollowView, follow_view
from app.web.needs import Here, Me, Reading
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.spread import Spread, spread_of
from content import naming, overview, paybacks, shelves
from content.kinds import CaseStudy
from content.subjects import Topic

router = APIRouter()

MEASURED = 3
"""Cases in the ledger of a topic that has too few for a distribution."""

ASKED = 4
"""People beside a topic."""


@dataclass(frozen=True)
class GroupView:
    """A group of topics as a row of the ledger: either how its cases paid back, or where to begin."""

    topic: Topic
    href: str
    pieces: str
    topics: Sequence[Link]
    spread: Spread | None
    begin: showing.PieceCard | None


@dataclass(frozen=True)
class TopicsView:
    """All topics."""

    groups: Sequence[GroupView]
    lead: str
    words: Sequence[tuple[str, str]]
    """What may be typed to find a topic, and the topic that it means."""
    asked: str
    """What somebody typed that is no topic; `near` are those that it may have meant."""
    near: Sequence[Link]
    search: str


@dataclass(frozen=True)
class TopicView:
    """One topic or group."""

    topic: Topic
    crumbs: list[Link]
    narrower: list[Link]
    """Topics below a group, with their number of pieces."""
    beside: list[Link]
    begin: list[showing.PieceCard]
    spread: Spread | None
    measured: list[showing.PieceCard]
    """The newest cases, where there are too few for a distribution."""
    people: list[PersonCard]
    everybody: Link
    """Where all of them are, and how many."""
    page: Paged[showing.PieceCard]
    base: str
    search: str
    feeds: list[Link]
    follow: FollowView


@router.get("/onderwerpen")
def everything(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
    """All topics by group. Whoever typed the name of one, or another word for it, is led there."""
    asked = one_line(request.query_params.get("naam", ""))[: naming.LONGEST]
    words = naming.words(session)
    near = naming.meant(words, asked)
    if len(near) == 1:
        return see(_address(near[0]))
    view = _topics(session, me, here.language, words=words, asked=asked, near=near)
    return page("topics", view, section="topics", is_indexed=not asked)


def _topics(
    session: Session, me: Actor, language: str, *, words: Sequence[naming.Word], asked: str, near: Sequence[Topic]
) -> TopicsView:
    groups = overview.groups(session)
    counts = shelves.counts_by_topic(session, me)
    paid_back = paybacks.by_group(session, me)
    longest = max((told.months[-1] for told in paid_back.values() if told.is_telling), default=0)
    first = shelves.by_key(session, me, [key for group in groups for key in group.topic.start_here], language=language)
    topics = ngettext("%(n)s topic", "%(n)s topics", sum(len(group.narrower) for group in groups))
    return TopicsView(
        groups=[
            GroupView(
                topic=group.topic,
                href=_address(group.topic),
                pieces=ngettext("%(n)s piece", "%(n)s pieces", counts.get(group.topic.id, 0)),
                topics=[_link(topic, counts) for topic in group.narrower],
                spread=_spread(
                    group.topic, paid_back.get(group.topic.id, paybacks.Paybacks()), most_ticks=4, longest=longest
                ),
                begin=next((showing.card(first[key]) for key in group.topic.start_here if key in first), None),
            )
            for group in groups
        ],
        lead=_(
            "%(groups)s, %(topics)s. The number says how many pieces you can read about it.",
            groups=ngettext("%(n)s group", "%(n)s groups", len(groups)),
            topics=topics,
        ),
        words=sorted({(word.text, word.topic.name) for word in words if word.is_offered}),
        asked=asked,
        near=[_link(topic, counts) for topic in near],
        search=showing.here("/zoeken"),
    )


@router.get("/onderwerpen/{slug}")
def show(request: Request, here: Here, session: Reading, me: Me, page: Page, slug: str) -> Response:
    """A topic: where to begin, how its cases paid back, then everything about it, newest first."""
    topic = overview.topic_at(session, slug)
    group = overview.broader(session, topic)
    others = overview.beside(session, topic)
    narrower = [] if group else others
    counts = shelves.counts_by_topic(session, me)
    about = [topic.id, *(each.id for each in narrower)]
    rows = shelves.shelf(
        session,
        me,
        language=here.language,
        where=[shelves.about(about)],
        page=page_number(request.query_params.get("pagina")),
    )
    spread = _spread(topic, paybacks.about(session, me, about), most_ticks=7)
    begin = shelves.pieces(session, me, topic.start_here, language=here.language)
    people, known = _people(session, [topic, *narrower])
    view = TopicView(
        topic=topic,
        crumbs=[Link(_("Topics"), showing.here("/onderwerpen")), *([_link(group, {})] if group else [])],
        narrower=[_link(each, counts) for each in narrower],
        beside=[_link(each, counts) for each in others] if group else [],
        begin=[showing.card(row) for row in begin],
        spread=spread,
        measured=[] if spread else _measured(session, me, about, here.language),
        people=people,
        everybody=Link(
            _("Everybody who knows about it"), f"{showing.here('/mensen')}?onderwerp={topic.slug_nl}", known
        ),
        page=Paged([showing.card(row) for row in rows.items], rows.number, rows.size, rows.total),
        base=f"{_address(topic)}?pagina=",
        search=f"{showing.here('/zoeken')}?onderwerp={topic.slug_nl}",
        feeds=feed_links(f"/feeds/onderwerp/{topic.slug_nl}"),
        follow=follow_view(
            session,
            here,
            me,
            topic_target(topic),
            about_topic(session, topic),
            name=topic.name,
            takes_mail=True,
        ),
    )
    return page("topic", view, section="topics", feeds=announced(f"/feeds/onderwerp/{topic.slug_nl}", topic.name))


def _measured(session: Session, me: Actor, topic_ids: Sequence[int], language: str) -> list[showing.PieceCard]:
    where = [shelves.about(topic_ids)]
    rows = shelves.latest(session, me, language=language, most=MEASURED, kind=CaseStudy.slug, where=where)
    return [showing.card(row) for row in rows]


def _people(session: Session, topics: Sequence[Topic]) -> tuple[list[PersonCard], int]:
    """The first who can be asked, each with their workplace, and how many there are."""
    found = finding.who_knows(session, [topic.slug for topic in topics], size=ASKED)
    places = finding.workplaces(session, [user.id for user in found.items])
    return [showing.person(user, places.get(user.id)) for user in found.items], found.total


def _spread(topic: Topic, paid_back: paybacks.Paybacks, *, most_ticks: int, longest: int = 0) -> Spread | None:
    name = f"terug-{topic.slug_nl}"
    return spread_of(paid_back, name=name, subject=topic.name, most_ticks=most_ticks, longest=longest)


def _address(topic: Topic) -> str:
    return showing.here(f"/onderwerpen/{topic.slug_nl}")


def _link(topic: Topic, counts: Mapping[int, int]) -> Link:
    count = counts.get(topic.id, 0) if counts else None
    return Link(topic.name, _address(topic), count, unit=ngettext("piece", "pieces", count or 0))

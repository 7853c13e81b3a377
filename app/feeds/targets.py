"""Targets: what can be followed, as a page offers it and as a subscription keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from sqlmodel import Session, col, select

from app.core.record import Record
from app.feeds.models import Followed, Subscription
from app.feeds.streams import (
    Stream,
    about_topic,
    by_person,
    found_by,
    from_pilot,
    one_piece,
    question_of,
    with_organisation,
)
from app.people.actor import Actor
from app.people.models import Organisation, User, UserState
from content import shelves
from content.access import seen_by
from content.models import Article
from content.subjects import Pilot, Topic
from search.query import Query

RowT = TypeVar("RowT", bound=Record)

LONGEST_QUESTION: Final = 1000


@dataclass(frozen=True)
class Target:
    """Something to follow."""

    what: Followed
    key: str
    columns: dict[str, Any] = field(default_factory=dict)
    """Which of the columns of a subscription says what it is."""


def topic_target(topic: Topic) -> Target:
    """A topic with its narrower ones."""
    return Target(Followed.TOPIC, f"topic-{topic.id}", {"topic_id": topic.id})


def pilot_target(pilot: Pilot) -> Target:
    """A pilot."""
    return Target(Followed.PILOT, f"pilot-{pilot.id}", {"pilot_id": pilot.id})


def organisation_target(organisation: Organisation) -> Target:
    """An organisation."""
    return Target(Followed.ORGANISATION, f"organisation-{organisation.id}", {"followed_id": organisation.id})


def person_target(user: User) -> Target:
    """Somebody who writes."""
    return Target(Followed.PERSON, f"person-{user.id}", {"person_id": user.id})


def piece_target(article: Article) -> Target:
    """A piece, in whatever language it is read."""
    return Target(Followed.PIECE, f"piece-{article.piece_id}", {"piece_id": article.piece_id})


def search_target(query: Query) -> Target | None:
    """A question. None when nothing is asked for."""
    question = question_of(query)
    if not question or len(question) > LONGEST_QUESTION:
        return None
    return Target(Followed.SEARCH, f"search-{sha256(question.encode()).hexdigest()[:40]}", {"question": question})


@dataclass(frozen=True)
class Follower:
    """Whoever hears of something, with the subscriptions that say of what."""

    actor: Actor
    language: str
    subscriptions: Sequence[Subscription]


@dataclass(frozen=True)
class _Known:
    """The things that subscriptions are about, read at once. What nobody may see any more is not among them."""

    topics: dict[int, Topic]
    pilots: dict[int, Pilot]
    organisations: dict[int, Organisation]
    people: dict[int, User]


def streams_of(session: Session, followers: Sequence[Follower]) -> list[list[Stream | None]]:
    """What each of their subscriptions is about, as something that can be selected from; None for what is gone.

    Four queries and one for each topic, however many followers; single pieces and questions are looked up for each,
    since what may be seen of those depends on who asks.
    """
    among = _known(session, [one for each in followers for one in each.subscriptions])
    same: dict[str, Stream | None] = {}
    return [_streams(session, each, among, same) for each in followers]


def _streams(
    session: Session, follower: Follower, among: _Known, same: dict[str, Stream | None]
) -> list[Stream | None]:
    actor, language = follower.actor, follower.language
    pieces = _pieces(session, [one.piece_id for one in follower.subscriptions], actor, language)
    found: list[Stream | None] = []
    for one in follower.subscriptions:
        if one.what == Followed.PIECE:
            article = pieces.get(one.piece_id or 0)
            found.append(one_piece(article) if article else None)
        elif one.what == Followed.SEARCH:
            query = asked(session, one.question)
            # What it asked for may be gone; without it everything would be an answer.
            found.append(None if query.is_empty else found_by(session, query, actor, language))
        else:
            if one.key not in same:
                same[one.key] = _stream(session, one, among)
            found.append(same[one.key])
    return found


def _known(session: Session, told: Sequence[Subscription]) -> _Known:
    return _Known(
        topics=_rows(session, Topic, [one.topic_id for one in told]),
        pilots=_rows(session, Pilot, [one.pilot_id for one in told]),
        organisations=_rows(session, Organisation, [one.followed_id for one in told]),
        people={
            id_: user
            for id_, user in _rows(session, User, [one.person_id for one in told]).items()
            if user.state == UserState.ACTIVE and user.has_profile
        },
    )


def _stream(session: Session, one: Subscription, among: _Known) -> Stream | None:
    match one.what:
        case Followed.TOPIC:
            topic = among.topics.get(one.topic_id or 0)
            return about_topic(session, topic) if topic else None
        case Followed.PILOT:
            pilot = among.pilots.get(one.pilot_id or 0)
            return from_pilot(pilot) if pilot else None
        case Followed.ORGANISATION:
            organisation = among.organisations.get(one.followed_id or 0)
            return with_organisation(organisation) if organisation else None
        case _:
            person = among.people.get(one.person_id or 0)
            return by_person(person) if person else None


def asked(session: Session, question: str) -> Query:
    """The question as it was kept."""
    return Query.from_params(session, parse_qsl(question))


def _pieces(session: Session, ids: Sequence[int | None], actor: Actor, language: str) -> dict[int, Article]:
    wanted = {id_ for id_ in ids if id_ is not None}
    if not wanted:
        return {}
    there = (col(Article.piece_id).in_(wanted), seen_by(actor), shelves.preferring(language, actor))
    return {article.piece_id: article for article in session.exec(select(Article).where(*there)).all()}


def _rows(session: Session, table: type[RowT], ids: Sequence[int | None]) -> dict[int, RowT]:
    wanted = {id_ for id_ in ids if id_ is not None}
    if not wanted:
        return {}
    return {row.id: row for row in session.exec(select(table).where(col(table.id).in_(wanted))).all()}

"""Curating: stewards begin topics, say what they mean, give them another address, and make one out of two.

The English key of a topic never changes while it is there: pieces, subscriptions and programs know it by that. Whatever
a topic was ever called leads on to where it is now (settled: 31).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Text, cast
from sqlmodel import Session, col, delete, func, select, update

from app.core.errors import Conflict, Invalid
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.text import slug
from app.people.access import require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import User
from content.events import TopicChanged
from content.models import Article, ArticleTopic, Draft, Revision
from content.subjects import FormerTopic, PilotTopic, Topic

TellingT = TypeVar("TellingT", Draft, Revision)


@dataclass(frozen=True, kw_only=True)
class Description:
    """What stewards say of a topic. `broader`: key of its group; none for a group."""

    name_nl: str
    name_en: str
    definition_nl: str = ""
    definition_en: str = ""
    broader: str = ""
    address: str = ""
    """The Dutch word in its address; from its name when nobody chose one."""


def begin_topic(session: Session, told: Description, *, by: Actor) -> Topic:
    """A new topic, last in its group, or a new group. Raises Invalid and Conflict, at the field."""
    require_steward(by)
    key = _free(session, told.name_en, field="naam_en")
    last = session.exec(select(func.max(Topic.position))).one()
    topic = Topic(slug=key, slug_nl="", name_nl="", name_en="", position=(last or 0) + 1)
    topic.broader_id = _group(session, told.broader).id if told.broader else None
    topic.slug_nl = _free_address(session, told.address or told.name_nl, topic)
    _say(topic, told)
    session.add(topic)
    session.flush()
    note(session, by, "begin_topic", subject=f"topic:{topic.slug}")
    announce(session, TopicChanged(topic_id=topic.id))
    return topic


def describe_topic(session: Session, topic: Topic, told: Description, *, by: Actor) -> None:
    """Say something else of it. An old address leads to the new one for ever.

    Raises Invalid and Conflict, at the field.
    """
    require_steward(by)
    if bool(told.broader) != bool(topic.broader_id):
        raise Conflict(_("A group stays a group, and a topic a topic."), field="groep")
    if told.broader:
        topic.broader_id = _group(session, told.broader).id
    address = slug(told.address or told.name_nl)
    if address != topic.slug_nl:
        fresh = _free_address(session, address, topic)
        session.exec(delete(FormerTopic).where(col(FormerTopic.slug_nl) == fresh))
        session.add(FormerTopic(slug_nl=topic.slug_nl, topic_id=topic.id))
        topic.slug_nl = fresh
    _say(topic, told)
    session.add(topic)
    session.flush()
    note(session, by, "describe_topic", subject=f"topic:{topic.slug}")
    announce(session, TopicChanged(topic_id=topic.id))


def merge_topic(session: Session, topic: Topic, into: Topic, *, by: Actor) -> None:
    """Make one of two: whatever was about the first is about the second, and its addresses lead there.

    Rooms above move what they know of it first (`app/feeds/merging.py`). Raises Conflict for a topic and a group.
    """
    require_steward(by)
    if topic.id == into.id:
        raise Conflict(_("Choose another topic."), field="met")
    if bool(topic.broader_id) != bool(into.broader_id):
        raise Conflict(_("A group stays a group, and a topic a topic."), field="met")
    _retag(session, topic, into)
    _retell(session, Revision, topic.slug, into.slug)
    _retell(session, Draft, topic.slug, into.slug)
    for person in session.exec(select(User).where(_holds(User.topics, topic.slug))).all():
        person.topics = _replaced(person.topics, topic.slug, into.slug)
        session.add(person)
    session.exec(update(Topic).where(col(Topic.broader_id) == topic.id).values(broader_id=into.id))
    session.exec(update(FormerTopic).where(col(FormerTopic.topic_id) == topic.id).values(topic_id=into.id))
    session.add(FormerTopic(slug=topic.slug, slug_nl=topic.slug_nl, topic_id=into.id))
    session.flush()
    session.delete(topic)
    session.flush()
    note(session, by, "merge_topic", subject=f"topic:{topic.slug}", told={"into": into.slug})
    announce(session, TopicChanged(topic_id=into.id))


def former_words(session: Session) -> Mapping[int, list[FormerTopic]]:
    """Topic's id -> what it was called before."""
    found: dict[int, list[FormerTopic]] = {}
    for row in session.exec(select(FormerTopic).order_by(col(FormerTopic.id))).all():
        found.setdefault(row.topic_id, []).append(row)
    return found


def _say(topic: Topic, told: Description) -> None:
    if not told.name_nl or not told.name_en:
        raise Invalid(_("A topic has a name in both languages."), field="naam_nl" if told.name_en else "naam_en")
    for name in ("name_nl", "name_en", "definition_nl", "definition_en"):
        setattr(topic, name, getattr(told, name))


def _group(session: Session, key: str) -> Topic:
    found = session.exec(select(Topic).where(Topic.slug == key, col(Topic.broader_id).is_(None))).first()
    if found is None:
        raise Invalid(_("Choose one of these"), field="groep")
    return found


def _free(session: Session, text: str, *, field: str) -> str:
    key = slug(text)
    if not key:
        raise Invalid(_("A topic has a name in both languages."), field=field)
    taken = session.exec(select(Topic.id).where(Topic.slug == key)).first()
    if taken is None:
        taken = session.exec(select(FormerTopic.id).where(FormerTopic.slug == key)).first()
    if taken is not None:
        raise Conflict(_("There is, or was, a topic of this name already."), field=field)
    return key


def _free_address(session: Session, text: str, topic: Topic) -> str:
    word = slug(text)
    if not word:
        raise Invalid(_("Write the word for its address"), field="adres")
    taken = session.exec(select(Topic.id).where(Topic.slug_nl == word)).first()
    former = session.exec(select(FormerTopic.topic_id).where(FormerTopic.slug_nl == word)).first()
    if taken is not None or former not in (None, topic.id):
        raise Conflict(_("Another topic has, or had, this address."), field="adres")
    return word


def _retag(session: Session, topic: Topic, into: Topic) -> None:
    """What projects topics into rows: each thing once, where it stood."""
    for table, of in ((ArticleTopic, "article_id"), (PilotTopic, "pilot_id")):
        column = getattr(table, of)
        both = select(column).where(col(table.topic_id) == into.id)
        session.exec(delete(table).where(col(table.topic_id) == topic.id, column.in_(both)))
        session.exec(update(table).where(col(table.topic_id) == topic.id).values(topic_id=into.id))
    session.exec(update(Article).where(col(Article.topic_id) == topic.id).values(topic_id=into.id))


def _retell(session: Session, table: type[TellingT], before: str, after: str) -> None:
    """A version never changes, except that what it is about goes by the name that it has now."""
    for row in session.exec(select(table).where(_holds(table.content, before))).all():
        if before in row.content.topics:
            topics = tuple(_replaced(row.content.topics, before, after))
            row.content = row.content.model_copy(update={"topics": topics})
            session.add(row)
    session.flush()


def _holds(column: Any, key: str) -> ColumnElement[bool]:
    # A key has no quotation mark in it, so that between two of them it is found whole, on both databases alike.
    return cast(column, Text).contains(f'"{key}"', autoescape=True)


def _replaced(keys: Iterable[str], before: str, after: str) -> list[str]:
    return list(dict.fromkeys(after if key == before else key for key in keys))

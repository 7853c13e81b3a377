"""Merging topics: who followed the one follows the other, and whoever types its words finds it."""

from sqlmodel import Session, col, select, update

from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.feeds.models import FollowRequest, Subscription
from app.feeds.targets import topic_target
from app.people.actor import Actor
from content.curating import merge_topic
from content.subjects import Topic
from search.teaching import of_topics, teach, with_word


def merge(session: Session, topic: Topic, into: Topic, *, by: Actor) -> None:
    """Make one topic out of two, with all that hangs on them. Raises as `content.curating.merge_topic` does."""
    names = (topic.name_nl, topic.name_en)
    _follow_instead(session, topic, into)
    merge_topic(session, topic, into, by=by)
    for name in names:
        group, _told = of_topics(session, [into])[into.id]
        try:
            teach(session, with_word(session, group, name[:60]), by=by)
        except (Invalid, Conflict):
            # It stands there already, or the group holds as many words as it can.
            continue


def _follow_instead(session: Session, topic: Topic, into: Topic) -> None:
    """Everybody's subscription, once: one that still runs goes before one that was ended."""
    target = topic_target(into)
    there = {_whose(row): row for row in _on(session, into)}
    for row in _on(session, topic):
        other = there.get(_whose(row))
        if other is not None and other.ended_at is None:
            _become(session, row, other)
            continue
        if other is not None:
            _become(session, other, row)
        row.key, row.topic_id = target.key, into.id
        session.add(row)
    session.exec(update(FollowRequest).where(col(FollowRequest.topic_id) == topic.id).values(topic_id=into.id))
    session.flush()


def _become(session: Session, row: Subscription, other: Subscription) -> None:
    """It goes on as the other one. Letters that were sent lead to it by its number, so that stays."""
    row.key, row.topic_id, row.became_id = f"became-{row.id}", None, other.id
    row.ended_at, row.due_at = row.ended_at or now(), None
    session.add(row)
    session.flush()


def _on(session: Session, topic: Topic) -> list[Subscription]:
    return list(session.exec(select(Subscription).where(Subscription.topic_id == topic.id)).all())


def _whose(row: Subscription) -> tuple[int | None, int | None]:
    return row.user_id, row.organisation_id

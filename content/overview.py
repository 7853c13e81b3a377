"""Overview: the topics and the pilots, as people walk through them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.people.models import Organisation
from app.people.region import Municipality
from content.models import ArticleTopic
from content.moving import Moved
from content.snapshot import Part
from content.subjects import FormerTopic, Pilot, PilotOrganisation, PilotTopic, Topic


@dataclass(frozen=True)
class Group:
    """A broad subject with the topics below it, in the curators' order."""

    topic: Topic
    narrower: Sequence[Topic]


def groups(session: Session) -> list[Group]:
    """Every group with its topics: one query."""
    topics = topics_in_order(session)
    return [
        Group(topic, [narrower for narrower in topics if narrower.broader_id == topic.id])
        for topic in topics
        if topic.broader_id is None
    ]


def topics_in_order(session: Session) -> Sequence[Topic]:
    """Every topic and group, in the curators' order."""
    return session.exec(select(Topic).order_by(col(Topic.position), col(Topic.id))).all()


def topics_by_article(session: Session, article_ids: Collection[int]) -> dict[int, list[Topic]]:
    """Article's id -> its topics, the main one first: one query, however many."""
    found: dict[int, list[Topic]] = {id_: [] for id_ in article_ids}
    rows = session.exec(
        select(ArticleTopic.article_id, Topic)
        .join(Topic, col(ArticleTopic.topic_id) == Topic.id)
        .where(col(ArticleTopic.article_id).in_(article_ids))
        .order_by(col(ArticleTopic.position))
    )
    for article_id, topic in rows.all():
        found[article_id].append(topic)
    return found


def topic_at(session: Session, slug_nl: str) -> Topic:
    """The topic or group with this Dutch address word. Raises Moved for one that it had before, else NotFound."""
    found = session.exec(select(Topic).where(Topic.slug_nl == slug_nl)).first()
    if found is None:
        moved = session.exec(_formerly().where(FormerTopic.slug_nl == slug_nl)).first()
        if moved is not None:
            raise Moved(moved.slug_nl)
        raise NotFound(_("There is nothing at this address."))
    return found


def topic_named(session: Session, slug: str) -> Topic:
    """The topic with this English key, as the API names it. Raises Moved for one that was merged, else NotFound."""
    found = session.exec(select(Topic).where(Topic.slug == slug)).first()
    if found is None:
        moved = session.exec(_formerly().where(FormerTopic.slug == slug)).first()
        if moved is not None:
            raise Moved(moved.slug)
        raise NotFound(_("There is nothing at this address."))
    return found


def _formerly() -> Any:
    return select(Topic).join(FormerTopic, col(FormerTopic.topic_id) == Topic.id)


def topics_called(session: Session, slugs: Sequence[str]) -> list[Topic]:
    """The topics with these English keys, in the order given; those that are no more are left out."""
    found = {topic.slug: topic for topic in session.exec(select(Topic).where(col(Topic.slug).in_(slugs)))}
    return [found[slug] for slug in slugs if slug in found]


def with_narrower(session: Session, topic: Topic) -> list[int]:
    """Ids of the topic and of everything below it."""
    return [topic.id, *session.exec(select(Topic.id).where(Topic.broader_id == topic.id)).all()]


def broader(session: Session, topic: Topic) -> Topic | None:
    """The group that the topic belongs to."""
    return session.get(Topic, topic.broader_id) if topic.broader_id else None


def beside(session: Session, topic: Topic) -> Sequence[Topic]:
    """Topics of the same group, or below the group itself."""
    parent = topic.broader_id or topic.id
    return session.exec(
        select(Topic).where(Topic.broader_id == parent, Topic.id != topic.id).order_by(col(Topic.position))
    ).all()


def pilots(session: Session) -> Sequence[tuple[Pilot, Municipality | None]]:
    """Every pilot with its place, by number."""
    return session.exec(
        select(Pilot, Municipality)
        .outerjoin(Municipality, col(Pilot.municipality_id) == Municipality.id)
        .order_by(col(Pilot.number))
    ).all()


def pilot_at(session: Session, slug: str) -> Pilot:
    """The pilot at this address. Raises NotFound."""
    found = session.exec(select(Pilot).where(Pilot.slug == slug)).first()
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def partners(session: Session, pilot: Pilot) -> Sequence[tuple[Organisation, Part]]:
    """Who takes part in a pilot and as what, in order."""
    return session.exec(
        select(Organisation, col(PilotOrganisation.part))
        .join(PilotOrganisation, col(PilotOrganisation.organisation_id) == Organisation.id)
        .where(PilotOrganisation.pilot_id == pilot.id)
        .order_by(col(PilotOrganisation.position))
    ).all()


def partners_by_pilot(session: Session) -> dict[int, list[tuple[Organisation, Part]]]:
    """The same for every pilot at once: pilot id -> who takes part."""
    rows = session.exec(
        select(col(PilotOrganisation.pilot_id), Organisation, col(PilotOrganisation.part))
        .join(PilotOrganisation, col(PilotOrganisation.organisation_id) == Organisation.id)
        .order_by(col(PilotOrganisation.position))
    ).all()
    found: dict[int, list[tuple[Organisation, Part]]] = {}
    for pilot_id, organisation, part in rows:
        found.setdefault(pilot_id, []).append((organisation, part))
    return found


def pilots_of(session: Session, organisation: Organisation) -> Sequence[tuple[Pilot, Part]]:
    """The pilots that an organisation takes part in, and as what."""
    return session.exec(
        select(Pilot, col(PilotOrganisation.part))
        .join(PilotOrganisation, col(PilotOrganisation.pilot_id) == Pilot.id)
        .where(PilotOrganisation.organisation_id == organisation.id)
        .order_by(col(Pilot.number))
    ).all()


def topics_of(session: Session, pilot: Pilot) -> Sequence[Topic]:
    """What a pilot is about."""
    return session.exec(
        select(Topic)
        .join(PilotTopic, col(PilotTopic.topic_id) == Topic.id)
        .where(PilotTopic.pilot_id == pilot.id)
        .order_by(col(PilotTopic.position))
    ).all()

"""What webhooks are told: chosen by the one function that chooses for everybody, with the rights of the organisation.

A message is written down together with the ledger that its piece is told; what it says is read when it is sent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, delete, select, update

from app.core.addresses import whole
from app.core.clock import now
from app.core.database import reading, writing
from app.core.language import speaking
from app.feeds.choosing import Chosen, Reached, Wish, choose
from app.feeds.entries import Entry, entries
from app.feeds.following import is_heard
from app.feeds.models import Channel, Scope, Subscription, Told
from app.feeds.my_feed import NEWS_LASTS, heard_of
from app.feeds.streams import read
from app.feeds.webhook_models import Delivery, DeliveryState, Hears, Webhook
from app.feeds.webhooks import TRIAL, is_on, organisation_of, write_down
from app.people.actor import anyone_reading_for
from app.people.models import Admission, Organisation
from content.models import Article

PUBLISHED: Final = "piece.published"
CHANGED: Final = "piece.changed"

MOST_NEWS: Final = 100
"""Pieces that are chosen in one go; the next go comes at once."""


@dataclass(frozen=True)
class Message:
    """What a webhook is told at this moment."""

    told: dict[str, Any]
    version_at: datetime | None = None
    """Of the version of the piece that it tells of."""


def served(session: Session, hook_id: int) -> Webhook | None:
    """The webhook, unless it is switched off or its organisation takes part no longer."""
    return session.exec(
        select(Webhook)
        .join(Organisation, col(Webhook.organisation_id) == Organisation.id)
        .where(Webhook.id == hook_id, *is_on(), Organisation.admission == Admission.ADMITTED)
    ).first()


# --- what is news -----------------------------------------------------------------------------------------------------


def look_for_news(hook_id: int) -> None:
    """Write down a message for each piece that is news. One that waits still tells of the newest version."""
    with reading() as session:
        hook = served(session, hook_id)
        news = _chosen(session, hook, untold=True, limit=MOST_NEWS) if hook else []
    if not news:
        return
    pieces = [one.piece_id for one in news]
    with writing() as session:
        # Nobody has a message sent again from here on: of one piece one message waits, not two.
        session.exec(select(Webhook.id).where(Webhook.id == hook_id).with_for_update())
        known = select(Told.piece_id).where(Told.webhook_id == hook_id, col(Told.piece_id).in_(pieces))
        told = set(session.exec(known).all())
        waiting = select(Delivery.piece_id).where(
            Delivery.webhook_id == hook_id,
            Delivery.state == DeliveryState.WAITING,
            col(Delivery.piece_id).in_(pieces),
        )
        on_their_way = set(session.exec(waiting).all())
        for one in reversed(news):
            if one.piece_id not in on_their_way:
                write_down(session, hook_id, CHANGED if one.piece_id in told else PUBLISHED, one.piece_id)
            _note_told(session, hook_id, one)
        if len(news) == MOST_NEWS:
            session.exec(update(Webhook).where(col(Webhook.id) == hook_id).values(due_at=now()))


def give_back(session: Session, row: Delivery) -> None:
    """The piece of this message may not be told: in the ledger stands what arrived before, if anything did."""
    arrived = select(Delivery.version_at).where(
        Delivery.webhook_id == row.webhook_id,
        Delivery.piece_id == row.piece_id,
        col(Delivery.version_at).is_not(None),
    )
    latest = session.exec(arrived.order_by(col(Delivery.version_at).desc()).limit(1)).first()
    theirs = (col(Told.webhook_id) == row.webhook_id, col(Told.piece_id) == row.piece_id)
    session.exec(update(Told).where(*theirs).values(at=latest) if latest else delete(Told).where(*theirs))


def note_arrived(session: Session, hook_id: int, piece_id: int, version_at: datetime) -> None:
    """A version may have appeared after its message was written down, and before it was sent."""
    theirs = (col(Told.webhook_id) == hook_id, col(Told.piece_id) == piece_id, col(Told.at) < version_at)
    session.exec(update(Told).where(*theirs).values(at=version_at))


def _note_told(session: Session, hook_id: int, one: Chosen) -> None:
    row = session.exec(select(Told).where(Told.webhook_id == hook_id, Told.piece_id == one.piece_id)).first()
    row = row or Told(webhook_id=hook_id, piece_id=one.piece_id, channel=Channel.WEBHOOK, at=one.changed_at)
    row.at = max(row.at, one.changed_at)
    session.add(row)
    session.flush()


def _chosen(
    session: Session, hook: Webhook, *, untold: bool = False, piece_id: int | None = None, limit: int = 1
) -> list[Chosen]:
    """What is news to this webhook, or whether this one piece may be told at this moment."""
    return choose(
        session,
        anyone_reading_for(hook.organisation_id),
        _wishes(session, hook, is_news=untold),
        language=hook.language,
        limit=limit,
        untold=Reached(webhook_id=hook.id) if untold else None,
        where=[col(Article.piece_id) == piece_id] if piece_id is not None else [],
    )


def _wishes(session: Session, hook: Webhook, *, is_news: bool) -> list[Wish]:
    since = max(hook.since, now() - NEWS_LASTS) if is_news else None
    if hook.hears != Hears.FOLLOWED:
        return [Wish((), since, Scope.NEW if hook.hears == Hears.NEW else Scope.EVERYTHING)]
    followed = session.exec(
        select(Subscription)
        .where(Subscription.organisation_id == hook.organisation_id, is_heard(now()))
        .order_by(col(Subscription.id))
    ).all()
    heard = heard_of(session, anyone_reading_for(hook.organisation_id), hook.language, followed)
    wishes = [each.wish(is_news=is_news) for each in heard]
    return [Wish(one.where, max(since, one.since) if since and one.since else None, one.scope) for one in wishes]


# --- what it says -----------------------------------------------------------------------------------------------------


def message_of(session: Session, hook: Webhook, row: Delivery) -> Message | None:
    """What the message says at this moment; None when its piece may not be told any more."""
    if row.kind == TRIAL:
        return _message(row, {"organisation": organisation_of(session, hook).slug, "webhook": hook.name})
    read_now = read(session, _chosen(session, hook, piece_id=row.piece_id))
    if not read_now:
        return None
    with speaking(hook.language):
        (entry,) = entries(session, anyone_reading_for(hook.organisation_id), read_now, language=hook.language)
    article, _revision, _piece, owner = read_now[0]
    return _message(row, _about(entry, article, owner), article.changed_at)


def _message(row: Delivery, about: dict[str, Any], version_at: datetime | None = None) -> Message:
    return Message({"type": row.kind, "timestamp": row.created_at.isoformat(), "data": about}, version_at)


def _about(entry: Entry, article: Article, owner: Organisation | None) -> dict[str, Any]:
    """A piece in the words of the API, which tells the rest of it."""
    return {
        "id": entry.id,
        "slug": article.slug,
        "kind": entry.kind.term,
        "lang": entry.language,
        "title": entry.title,
        "summary": entry.summary,
        "url": entry.address,
        "api": whole(f"/api/v1/articles/{article.slug}"),
        "organisation": owner.slug if owner else None,
        "authors": list(entry.authors),
        "topics": [topic.term for topic in entry.topics],
        "visibility": article.visibility,
        "licence": entry.licence.licence.value,
        "published": entry.published.isoformat(),
        "changed": entry.updated.isoformat(),
    }

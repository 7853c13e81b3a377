"""My feed: what somebody follows and what their organisations follow for them, each piece once and with its reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, insert, select

from app.core.clock import now
from app.core.paging import Place
from app.feeds.choosing import Chosen, Reached, Wish, choose
from app.feeds.following import heard_by
from app.feeds.models import Channel, Subscription, Told
from app.feeds.streams import Stream, older_than
from app.feeds.targets import Follower, streams_of
from app.people.actor import Actor
from content.access import seen_by
from content.models import Article

NEWS_LASTS: Final = timedelta(days=100)
"""Nobody is told of a piece as news when it is older than this, whatever was away in between."""

MOST_NEW: Final = 200
"""New pieces that are counted; more are "more than 200"."""


@dataclass(frozen=True)
class Heard:
    """A subscription with what it is about."""

    subscription: Subscription
    stream: Stream

    def wish(self, *, is_news: bool) -> Wish:
        """What it selects: everything about it, or what is news to its reader."""
        since = max(self.subscription.since, now() - NEWS_LASTS) if is_news else None
        return Wish(self.stream.where, since, self.subscription.scope)


@dataclass(frozen=True)
class Item:
    """A piece in somebody's feed."""

    chosen: Chosen
    reasons: tuple[Heard, ...]
    is_new: bool


@dataclass(frozen=True)
class MyFeed:
    """A part of it, the latest first."""

    items: Sequence[Item]
    older: Place | None
    heard: Sequence[Heard]
    new: Sequence[Item]
    """All that is new, not only in this part."""


def heard_of(session: Session, actor: Actor, language: str, subscriptions: Sequence[Subscription]) -> list[Heard]:
    """These subscriptions with what they are about; what is not there any more is left out."""
    return heard_by_each(session, [Follower(actor, language, subscriptions)])[0]


def heard_by_each(session: Session, followers: Sequence[Follower]) -> list[list[Heard]]:
    """The same for each of these followers, looked up together."""
    streams = streams_of(session, followers)
    return [
        [Heard(one, stream) for one, stream in zip(each.subscriptions, found, strict=True) if stream is not None]
        for each, found in zip(followers, streams, strict=True)
    ]


def my_feed(
    session: Session,
    actor: Actor,
    language: str,
    *,
    limit: int,
    before: Place | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> MyFeed:
    """What this person may hear of at this moment."""
    heard = heard_of(session, actor, language, heard_by(session, actor))
    new = news(session, actor, language, heard)
    is_new = {item.chosen.article_id for item in new}
    wishes = [each.wish(is_news=False) for each in heard]
    chosen = choose(session, actor, wishes, language=language, limit=limit + 1, before=before, where=where)
    items = [_item(one, heard, is_new=one.article_id in is_new) for one in chosen[:limit]]
    return MyFeed(items, older_than(chosen, limit), heard, new)


def news(session: Session, actor: Actor, language: str, heard: Sequence[Heard], *, limit: int = MOST_NEW) -> list[Item]:
    """What is new to this person: it appeared since they follow it, and they were told of it nowhere."""
    if actor.user_id is None:
        return []
    chosen = choose(
        session,
        actor,
        [each.wish(is_news=True) for each in heard],
        language=language,
        limit=limit,
        untold=Reached(actor.user_id),
    )
    return [_item(one, heard, is_new=True) for one in chosen]


def _item(chosen: Chosen, heard: Sequence[Heard], *, is_new: bool) -> Item:
    return Item(chosen, tuple(heard[place] for place in chosen.answers), is_new)


# --- read or not ------------------------------------------------------------------------------------------------------


def mark_read(session: Session, actor: Actor, piece_ids: Sequence[int]) -> None:
    """They read of these pieces, which they see: they are not new any more, and no mail tells of them."""
    if actor.user_id is None or not piece_ids:
        return
    seen = session.exec(
        select(Article.piece_id, Article.changed_at).where(col(Article.piece_id).in_(piece_ids), seen_by(actor))
    ).all()
    latest: dict[int, datetime] = {}
    for piece_id, moment in seen:
        latest[piece_id] = max(moment or now(), latest.get(piece_id, moment or now()))
    note_told(session, actor.user_id, Channel.SITE, latest)


def mark_unread(session: Session, actor: Actor, piece_id: int) -> None:
    """Undo that: it is new again, unless a mail told of it."""
    told = session.exec(
        select(Told).where(Told.user_id == actor.user_id, Told.piece_id == piece_id, Told.channel == Channel.SITE)
    ).first()
    if told is not None:
        session.delete(told)
        session.flush()


def note_told(
    session: Session, user_id: int, channel: Channel, pieces: Mapping[int, datetime], edition_id: int | None = None
) -> None:
    """Write in the ledger that somebody was told of these pieces, as they stood at these moments."""
    note_each_told(session, channel, {user_id: pieces}, {user_id: edition_id})


def note_each_told(
    session: Session,
    channel: Channel,
    told: Mapping[int, Mapping[int, datetime]],
    editions: Mapping[int, int | None],
) -> None:
    """The same for several people: what each was told of, and by which edition."""
    before = session.exec(
        select(Told).where(
            col(Told.user_id).in_(told),
            Told.channel == channel,
            col(Told.piece_id).in_({piece_id for pieces in told.values() for piece_id in pieces}),
        )
    ).all()
    known = {(row.user_id, row.piece_id) for row in before}
    for row in before:
        pieces = told[row.user_id or 0]
        if row.piece_id in pieces:
            row.at, row.edition_id = max(row.at, pieces[row.piece_id]), editions[row.user_id or 0]
            session.add(row)
    session.flush()
    added = [
        {"user_id": user_id, "channel": channel, "edition_id": editions[user_id], "piece_id": piece_id, "at": at}
        for user_id, pieces in told.items()
        for piece_id, at in sorted(pieces.items())
        if (user_id, piece_id) not in known
    ]
    if added:
        # In one statement: a letter may tell of dozens, to thousands of readers.
        session.execute(insert(Told), added)

"""Editions: letters with what is new for their reader, at once or for a day, a week or a month.

An edition is written before it is sent, once for its period, and closed after a mail server took it. What stands in it
is chosen when it is sent (`digest_letters`): a letter that tells at once and waits tells of what appears meanwhile.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, exists, false
from sqlmodel import Session, col, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from app.core.clock import local, now
from app.core.database import current, reading, writing
from app.core.language import speaking
from app.core.mail import Letter, LetterState, PostedLetter, post_all
from app.core.several import Several
from app.feeds.calendar import next_due
from app.feeds.following import readers
from app.feeds.listening import listeners
from app.feeds.models import Channel, Edition, Followed, Reader, Rhythm, Scope, Subscription, Told
from app.feeds.stopping import stop_all
from app.people.entering import KNOWN
from app.people.models import User
from content.models import Article

log = logging.getLogger(__name__)

LETTER: Final = "digest"

AT_A_TIME: Final = 0.3
"""Seconds after which a transaction that writes editions ends. On SQLite nobody else writes meanwhile."""

LETS_OTHERS: Final = 0.11
"""Seconds between two of them there: who waits to write looks ten times a second whether it can."""

MOST_IN_ONE_GO: Final = 20
"""Readers whose editions are written together, as long as that is quick."""

TOGETHER: Final = 200
"""Readers that are looked up in one go."""

LOOK_AGAIN: Final = timedelta(minutes=15)
"""How soon a question is asked again for somebody who wants to hear at once: a file may be read after its piece."""

TRIED_AGAIN: Final = timedelta(hours=1)

TAKES_ALONG: Final = timedelta(hours=1)
"""So long a letter that waits takes along what is new. One that waits longer may never go, and holds up no other."""


def write_due_editions() -> int:
    """Write every edition that is due and has anything to tell; how many. Each reader in their own turn."""
    written = 0
    while True:
        with reading() as session:
            due = session.exec(_due(now()).order_by(col(Subscription.user_id)).limit(TOGETHER)).all()
        if not due:
            return written
        with writing() as session:
            waiting = _not_told_by_waiting_letters(session, due)
        several = Several(MOST_IN_ONE_GO)
        while waiting:
            began = time.monotonic()
            with writing() as session:
                while waiting and time.monotonic() - began < AT_A_TIME:
                    with several.timed(AT_A_TIME / 2):
                        some, waiting = waiting[: several.number], waiting[several.number :]
                        written += _carefully(session, some)
            if current().is_sqlite and (waiting or len(due) == TOGETHER):
                time.sleep(LETS_OTHERS)


def _due(at: datetime) -> SelectOfScalar[int]:
    """For a query: whose subscriptions are due."""
    return (
        select(cast("int", Subscription.user_id))
        .where(col(Subscription.due_at) <= at, col(Subscription.user_id).is_not(None))
        .distinct()
    )


def _not_told_by_waiting_letters(session: Session, user_ids: Sequence[int]) -> list[int]:
    """Those for whom there is more to do than to let the letter that waits for them tell it.

    When one piece follows the other that is nearly nobody: a thousand letters wait, and each needs no look of its own.
    """
    at = now()
    found = session.exec(_waiting_at_once(user_ids, at).with_for_update(of=Edition, skip_locked=True)).all()
    is_paused = exists().where(col(Reader.user_id) == col(Subscription.user_id), col(Reader.paused_until) > at)
    session.exec(
        update(Subscription)
        .where(
            col(Subscription.user_id).in_(found),
            col(Subscription.due_at) <= at,
            col(Subscription.rhythm) == Rhythm.AT_ONCE,
            # The others are due again by themselves.
            col(Subscription.what) != Followed.SEARCH,
            or_(col(Subscription.muted_until).is_(None), col(Subscription.muted_until) <= at),
            ~is_paused,
        )
        .values(due_at=None)
    )
    return list(session.exec(_due(at).where(col(Subscription.user_id).in_(user_ids))).all())


def _carefully(session: Session, user_ids: Sequence[int]) -> int:
    """One whose edition cannot be written holds up nobody else: theirs is tried again later."""
    try:
        with session.begin_nested():
            return _write(session, user_ids)
    except Exception:
        if len(user_ids) > 1:
            return sum(_carefully(session, [one]) for one in user_ids)
        log.exception("an edition could not be written", extra={"reader": user_ids[0]})
        theirs = update(Subscription).where(col(Subscription.user_id).in_(user_ids), col(Subscription.due_at) <= now())
        session.exec(theirs.values(due_at=now() + TRIED_AGAIN))
        return 0


@dataclass(frozen=True)
class _Wanted:
    """An edition that is written if there is anything to tell."""

    user: User
    rhythms: Sequence[Rhythm]
    period: str


def _write(session: Session, user_ids: Sequence[int]) -> int:
    """The editions of these readers, as far as any are due; how many. Moves on what was due in the same transaction."""
    wanted = _wanted(session, user_ids, now())
    letters, periods = [], []
    for one, listener in zip(wanted, listeners(session, [(each.user, each.rhythms) for each in wanted]), strict=True):
        with speaking(one.user.language):
            if listener.news(session, limit=1):
                letters.append(_letter(one.user))
                periods.append((one.user.id, one.period))
    posted = post_all(session, letters)
    session.add_all(
        Edition(user_id=user_id, period=period, letter_id=row.id)
        for (user_id, period), row in zip(periods, posted, strict=True)
    )
    session.flush()
    return len(letters)


def _letter(user: User) -> Letter:
    return Letter(to=user.mail, name=LETTER, language=user.language, stop=stop_all(user), can_wait=True)


def _wanted(session: Session, user_ids: Sequence[int], at: datetime) -> list[_Wanted]:
    waiting = set(session.exec(_waiting_at_once(user_ids, at).with_for_update(of=Edition)).all())
    due: dict[int, list[Subscription]] = defaultdict(list)
    of_these = col(Subscription.user_id).in_(user_ids)
    for one in session.exec(select(Subscription).where(of_these, col(Subscription.due_at) <= at)).all():
        due[one.user_id or 0].append(one)
    latest = {user_id: _latest_due(rows, at) for user_id, rows in due.items()}
    had = _had(session, {user_id: f"{local(moment):%Y-%m-%d}" for user_id, moment in latest.items()})
    wanted = []
    for user, reader in readers(session, list(due)):
        said = {one.rhythm for one in due[user.id]}
        for one in due[user.id]:
            one.due_at = _due_after(one, reader, at)
            session.add(one)
        if user.state not in KNOWN or not is_reached(reader, at):
            continue
        rhythms = sorted(said - had[user.id])
        if rhythms and not (rhythms == [Rhythm.AT_ONCE] and user.id in waiting):
            wanted.append(_Wanted(user, rhythms, _period(latest[user.id], rhythms, at)))
    session.flush()
    return wanted


def _latest_due(rows: Sequence[Subscription], at: datetime) -> datetime:
    """When the last of these was due. What is told at once has no day: yesterday's edition does not become today's."""
    with_day = [one for one in rows if one.rhythm != Rhythm.AT_ONCE] or rows
    return max(one.due_at or at for one in with_day)


def _waiting_at_once(user_ids: Sequence[int], at: datetime) -> SelectOfScalar[int]:
    """For a query: to whom of these a letter waits that tells at once. What is new by the time it goes, it tells too.

    Locked, so that its pieces are chosen either before this transaction or after it, and before subscriptions, as
    `settled` does it.
    """
    return (
        select(Edition.user_id)
        .join(PostedLetter, col(Edition.letter_id) == PostedLetter.id)
        .join(User, col(User.id) == Edition.user_id)
        .where(
            col(Edition.user_id).in_(user_ids),
            Edition.channel == Channel.MAIL,
            col(Edition.period).endswith(f" {Rhythm.AT_ONCE}"),
            col(Edition.chosen_at).is_(None),
            col(Edition.closed_at).is_(None),
            PostedLetter.state == LetterState.WAITING,
            PostedLetter.to == User.mail,
            col(PostedLetter.created_at) > at - TAKES_ALONG,
        )
    )


def _due_after(one: Subscription, reader: Reader, at: datetime) -> datetime | None:
    if not one.by_mail or one.ended_at is not None:
        return None
    if one.rhythm == Rhythm.AT_ONCE and one.what == Followed.SEARCH:
        return at + LOOK_AGAIN
    if one.rhythm == Rhythm.AT_ONCE:
        # What appears while they hear nothing comes when that is over: no event tells of it then.
        ends = [end for end in (reader.paused_until, one.muted_until) if end is not None and end > at]
        return max(ends, default=None)
    return next_due(one.rhythm, reader, after=at)


def _period(due: datetime, rhythms: Sequence[Rhythm], at: datetime) -> str:
    """The day of the edition and its rhythms; the very moment for what is told at once."""
    said = "+".join(rhythms)
    if list(rhythms) == [Rhythm.AT_ONCE]:
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f} {said}"
    return f"{local(due):%Y-%m-%d} {said}"


def _had(session: Session, days: Mapping[int, str]) -> dict[int, set[str]]:
    """Reader -> of which rhythms they had an edition on this day of theirs. What is told at once has no day."""
    had: dict[int, set[str]] = defaultdict(set)
    rows = session.exec(
        select(Edition.user_id, Edition.period).where(
            col(Edition.user_id).in_(days),
            Edition.channel == Channel.MAIL,
            or_(false(), *(col(Edition.period).startswith(f"{day} ") for day in sorted(set(days.values())))),
        )
    ).all()
    for user_id, period in rows:
        day, _blank, said = period.partition(" ")
        if day == days[user_id]:
            had[user_id] |= set(said.split("+")) - {Rhythm.AT_ONCE}
    return had


def is_reached(reader: Reader, at: datetime) -> bool:
    """Whether this reader gets letters at this moment: their address is there, and they did not pause."""
    return reader.gone_at is None and (reader.paused_until is None or reader.paused_until <= at)


def call_at_once(session: Session, keys: Sequence[str], *, after: timedelta, of: Article | None = None) -> None:
    """Something appeared: whoever wants to hear of these things at once, or asks a question, is due.

    `of`: but for those to whom this is no news, such as since a letter that waited when it appeared told of it.
    """
    told: ColumnElement[bool] = false()
    if of is not None:
        told = exists().where(
            col(Told.user_id) == col(Subscription.user_id),
            col(Told.piece_id) == of.piece_id,
            or_(col(Subscription.scope) == Scope.NEW, col(Told.at) >= of.changed_at),
        )
    session.exec(
        update(Subscription)
        .where(
            col(Subscription.rhythm) == Rhythm.AT_ONCE,
            col(Subscription.by_mail).is_(True),
            col(Subscription.ended_at).is_(None),
            col(Subscription.key).in_(keys) if keys else col(Subscription.what) == Followed.SEARCH,
            ~told,
        )
        .values(due_at=now() + after)
    )


def call_again(session: Session, user_ids: Sequence[int]) -> None:
    """What these people wanted to hear at once waits for no day of its own: it is due again, if it is news to them."""
    session.exec(
        update(Subscription)
        .where(
            col(Subscription.user_id).in_(user_ids),
            col(Subscription.rhythm) == Rhythm.AT_ONCE,
            col(Subscription.by_mail).is_(True),
            col(Subscription.ended_at).is_(None),
        )
        .values(due_at=now())
    )

"""Editions: letters with what is new for their reader, at once or for a day, a week or a month.

An edition is written before it is sent, once for its period, and closed after a mail server took it. What stands in it
is chosen when it is sent, with the rights of that moment, and noted in the ledger in the same transaction: what one
letter told is told in no other. A try that surely failed gives its pieces back; after a kill, when nobody knows whether
it arrived, the same pieces go again under the same Message-ID, without those that were hidden meanwhile.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, delete, select, update

from app.core.clock import local, now
from app.core.database import current, reading, writing
from app.core.language import gettext as _
from app.core.language import long_date, speaking, weekday_name
from app.core.mail import Letter, LetterState, PostedLetter, on_occasion, post
from app.core.templating import capitalise
from app.feeds.calendar import next_due
from app.feeds.choosing import choose
from app.feeds.following import is_heard, known_reader, reader_of
from app.feeds.letter_lines import letter_lines
from app.feeds.models import Channel, Edition, Followed, Reader, Rhythm, Subscription, Told
from app.feeds.my_feed import Heard, Item, heard_of, news, note_told
from app.feeds.refusing import note_refusal
from app.feeds.stopping import stop_all
from app.people.actor import Actor
from app.people.entering import KNOWN
from app.people.models import User, UserState
from app.people.signing_in import actor_for, without_second_step
from content.models import Article

log = logging.getLogger(__name__)

LETTER: Final = "digest"

MOST_PIECES: Final = 60
"""In one letter. It says so when there are more, and they come in the next one."""

AT_A_TIME: Final = 0.3
"""Seconds after which a transaction that writes editions ends. On SQLite nobody else writes meanwhile."""

LETS_OTHERS: Final = 0.11
"""Seconds between two of them there: who waits to write looks ten times a second whether it can."""

TOGETHER: Final = 50
"""Readers that are looked up in one go."""

LOOK_AGAIN: Final = timedelta(minutes=15)
"""How soon a question is asked again for somebody who wants to hear at once: a file may be read after its piece."""

TRIED_AGAIN: Final = timedelta(hours=1)

# --- writing them ----------------------------------------------------------------------------------------------------


def write_due_editions() -> int:
    """Write every edition that is due and has anything to tell; how many. Each reader in their own turn."""
    written = 0
    while True:
        with reading() as session:
            due = session.exec(
                select(Subscription.user_id)
                .where(col(Subscription.due_at) <= now(), col(Subscription.user_id).is_not(None))
                .order_by(col(Subscription.user_id))
                .distinct()
                .limit(TOGETHER)
            ).all()
        if not due:
            return written
        waiting = [user_id for user_id in due if user_id is not None]
        while waiting:
            began = time.monotonic()
            with writing() as session:
                while waiting and time.monotonic() - began < AT_A_TIME:
                    written += _carefully(session, waiting.pop(0))
            if current().is_sqlite and (waiting or len(due) == TOGETHER):
                time.sleep(LETS_OTHERS)


def _carefully(session: Session, user_id: int) -> bool:
    """One whose edition cannot be written holds up nobody else: theirs is tried again later."""
    try:
        with session.begin_nested():
            return _write(session, user_id)
    except Exception:
        log.exception("an edition could not be written", extra={"reader": user_id})
        theirs = update(Subscription).where(col(Subscription.user_id) == user_id, col(Subscription.due_at) <= now())
        session.exec(theirs.values(due_at=now() + TRIED_AGAIN))
        return False


def _write(session: Session, user_id: int) -> bool:
    """The edition of one reader, if one is due. Moves on what was due, in the same transaction."""
    at = now()
    due = session.exec(
        select(Subscription).where(Subscription.user_id == user_id, col(Subscription.due_at) <= at)
    ).all()
    user, reader = session.get(User, user_id), known_reader(session, user_id)
    latest = max((one.due_at for one in due if one.due_at), default=at)
    for one in due:
        one.due_at = _due_after(one, reader, at)
        session.add(one)
    session.flush()
    if user is None or user.state not in KNOWN or not _is_reached(reader, at):
        return False
    rhythms = sorted({one.rhythm for one in due})
    period = _period(latest, rhythms, at)
    if session.exec(_edition_of(user_id, period)).first() is not None:
        return False
    with speaking(user.language):
        if not news(session, _actor(session, user), user.language, _heard(session, user, rhythms), limit=1):
            return False
    edition = Edition(user_id=user_id, period=period)
    session.add(edition)
    session.flush()
    letter = Letter(to=user.mail, name=LETTER, language=user.language, stop=stop_all(user), can_wait=True)
    edition.letter_id = post(session, letter).id
    session.add(edition)
    session.flush()
    return True


def _due_after(one: Subscription, reader: Reader, at: datetime) -> datetime | None:
    if not one.by_mail or one.ended_at is not None:
        return None
    if one.rhythm == Rhythm.AT_ONCE:
        return at + LOOK_AGAIN if one.what == Followed.SEARCH else None
    return next_due(one.rhythm, reader, after=at)


def _period(due: datetime, rhythms: Sequence[Rhythm], at: datetime) -> str:
    """The day of the edition and its rhythms; the very moment for what is told at once."""
    said = "+".join(rhythms)
    if list(rhythms) == [Rhythm.AT_ONCE]:
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f} {said}"
    return f"{local(due):%Y-%m-%d} {said}"


def _edition_of(user_id: int, period: str) -> Any:
    return select(Edition.id).where(
        Edition.user_id == user_id, Edition.channel == Channel.MAIL, Edition.period == period
    )


def _is_reached(reader: Reader, at: datetime) -> bool:
    return reader.gone_at is None and (reader.paused_until is None or reader.paused_until <= at)


def _actor(session: Session, user: User) -> Actor:
    """A mailbox is no second step: whoever needs one on the site reads as without it."""
    return without_second_step(actor_for(session, user))


def _heard(session: Session, user: User, rhythms: Sequence[str]) -> list[Heard]:
    rows = session.exec(
        select(Subscription)
        .where(
            Subscription.user_id == user.id,
            col(Subscription.by_mail).is_(True),
            col(Subscription.rhythm).in_(rhythms),
            is_heard(now()),
        )
        .order_by(col(Subscription.id))
    ).all()
    return heard_of(session, _actor(session, user), user.language, rows)


def call_at_once(session: Session, keys: Sequence[str], *, after: timedelta) -> None:
    """Something appeared: whoever wants to hear of these things at once, or asks a question, is due."""
    session.exec(
        update(Subscription)
        .where(
            col(Subscription.rhythm) == Rhythm.AT_ONCE,
            col(Subscription.by_mail).is_(True),
            col(Subscription.ended_at).is_(None),
            col(Subscription.key).in_(keys) if keys else col(Subscription.what) == Followed.SEARCH,
        )
        .values(due_at=now() + after)
    )


# --- sending them ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DigestLetters:
    """Chooses what stands in an edition when its letter is sent, and writes down how that ended."""

    def choose(self, letter_id: int) -> Mapping[str, Any] | None:
        """The pieces; None when there is nothing to tell any more, or nobody to tell it to."""
        with writing() as session:
            edition = session.exec(select(Edition).where(Edition.letter_id == letter_id)).first()
            letter = session.get(PostedLetter, letter_id)
            user = session.get(User, edition.user_id) if edition else None
            if edition is None or letter is None or user is None or user.state not in KNOWN:
                return None
            if user.mail != letter.to or not _is_reached(known_reader(session, user.id), now()):
                return None
            with speaking(user.language):
                heard = _heard(session, user, edition.period.partition(" ")[2].split("+"))
                items = self._pieces(session, user, edition, heard)
        # What they say is read apart: on SQLite nobody else writes while somebody does.
        with reading() as session, speaking(user.language):
            return self._told(session, user, items) if items else None

    def missed(self, session: Session, letter_id: int) -> None:
        """Nobody was told: the next try chooses anew."""
        edition = session.exec(select(Edition).where(Edition.letter_id == letter_id)).first()
        if edition is not None:
            _give_back(session, edition)

    def settled(self, session: Session, letter_id: int, state: LetterState, error: str) -> None:
        """Close the edition. What was refused was told to nobody; an address that is gone gets no more."""
        edition = session.exec(select(Edition).where(Edition.letter_id == letter_id)).first()
        if edition is None:
            return
        edition.closed_at, edition.outcome = now(), state.value
        session.add(edition)
        reader = reader_of(session, edition.user_id)
        if state == LetterState.SENT:
            reader.refusals = 0
        if state == LetterState.REFUSED:
            _give_back(session, edition)
            note_refusal(session, reader, error)
        elif state == LetterState.LATE:
            _call_again(session, edition.user_id)
        session.add(reader)
        session.flush()

    def _pieces(self, session: Session, user: User, edition: Edition, heard: Sequence[Heard]) -> list[Item]:
        actor = _actor(session, user)
        if edition.chosen_at is None:
            items = news(session, actor, user.language, heard, limit=MOST_PIECES + 1)[:MOST_PIECES]
            pieces = {item.chosen.piece_id: item.chosen.changed_at for item in items}
            note_told(session, user.id, Channel.MAIL, pieces, edition.id)
            edition.chosen_at = now()
            session.add(edition)
            session.flush()
            return items
        told = session.exec(select(Told.piece_id).where(Told.edition_id == edition.id)).all()
        chosen = choose(
            session,
            actor,
            [each.wish(is_news=False) for each in heard],
            language=user.language,
            limit=MOST_PIECES,
            where=[col(Article.piece_id).in_(told)],
        )
        return [Item(one, tuple(heard[place] for place in one.answers), True) for one in chosen]

    def _told(self, session: Session, user: User, items: Sequence[Item]) -> dict[str, Any]:
        names = list(dict.fromkeys(each.stream.title for item in items for each in item.reasons))
        return {
            "first_name": _first_name(user),
            "day": capitalise(
                _("%(weekday)s %(day)s", weekday=weekday_name(local(now()).weekday()), day=long_date(now()))
            ),
            "about": names[:4],
            "lines": letter_lines(session, items, user.language),
            "has_more": len(items) >= MOST_PIECES,
            "stop": stop_all(user),
        }


def _call_again(session: Session, user_id: int) -> None:
    """What they wanted to hear at once waits for no day of its own: it is due again, if it is news still."""
    session.exec(
        update(Subscription)
        .where(
            col(Subscription.user_id) == user_id,
            col(Subscription.rhythm) == Rhythm.AT_ONCE,
            col(Subscription.by_mail).is_(True),
            col(Subscription.ended_at).is_(None),
        )
        .values(due_at=now())
    )


def _first_name(user: User) -> str:
    """What they are called; who only told an address has told no name."""
    return user.name.split()[0] if user.state == UserState.ACTIVE and user.name.split() else ""


def _give_back(session: Session, edition: Edition) -> None:
    edition.chosen_at = None
    session.add(edition)
    session.exec(delete(Told).where(col(Told.edition_id) == edition.id, col(Told.channel) == Channel.MAIL))


on_occasion(LETTER, DigestLetters())

"""Digest letters: what stands in an edition, chosen when its letter is sent, and how that ended.

It is chosen with the rights of that moment, and noted in the ledger in the same transaction: what one letter told is
told in no other. A try that surely failed gives its pieces back; after a kill, when nobody knows whether it arrived,
the same pieces go again under the same Message-ID, without those that were hidden meanwhile.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, delete, func, select

from app.core import epoch
from app.core.clock import local, now
from app.core.database import Database, current, reading, writing
from app.core.language import gettext as _
from app.core.language import long_date, speaking, weekday_name
from app.core.mail import LetterState, PostedLetter, on_occasion
from app.core.settings import settings
from app.core.several import Several
from app.core.templating import capitalise
from app.feeds.choosing import choose
from app.feeds.editions import LETTER, call_again, is_reached
from app.feeds.following import reader_of
from app.feeds.letter_lines import letter_lines
from app.feeds.listening import Listener, listeners
from app.feeds.models import Channel, Edition, Reader, Told
from app.feeds.my_feed import Item, note_each_told
from app.feeds.refusing import note_refusal
from app.feeds.stopping import stop_all
from app.people.entering import KNOWN
from app.people.models import User, UserState
from content.models import Article

MOST_PIECES: Final = 60
"""In one letter. It says so when there are more, and they come in the next one."""


MOST_AHEAD: Final = 10
"""Letters whose pieces are chosen together, as long as those before them were sent at once."""

HOLDS_FOR: Final = 1.0
"""Seconds for which what was chosen ahead holds, if nothing changes meanwhile that anybody could read or not."""


@dataclass(frozen=True)
class _Chosen:
    """What a letter tells, as long as it holds; None for nothing."""

    told: Mapping[str, Any] | None
    database: Database
    epoch: int
    at: float

    def holds(self) -> bool:
        """Whether the same would be chosen again."""
        if self.database is not current() or time.monotonic() - self.at > HOLDS_FOR:
            return False
        with reading() as session:
            return epoch.number_in(session) == self.epoch


class DigestLetters:
    """Chooses what stands in an edition when its letter is sent, and writes down how that ended.

    With a letter those are chosen that go next, since what they ask the database is nearly the same. What was chosen
    ahead and is too old, or of another epoch, goes the way of what was chosen before a kill.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        """One line chooses for all of them."""
        self._ahead: dict[int, _Chosen] = {}
        self._several = Several(MOST_AHEAD)

    def choose(self, letter_id: int) -> Mapping[str, Any] | None:
        """The pieces; None when there is nothing to tell any more, or nobody to tell it to."""
        with self._lock:
            chosen = self._ahead.pop(letter_id, None)
            if chosen is not None and chosen.holds():
                return chosen.told
            self._several.went(well=chosen is None and not self._ahead)
            self._ahead = _choose(letter_id, self._several.number - 1)
            chosen = self._ahead.pop(letter_id, None)
        return chosen.told if chosen else None

    def missed(self, session: Session, letter_id: int) -> None:
        """Nobody was told: the next try chooses anew."""
        edition = session.exec(select(Edition).where(Edition.letter_id == letter_id)).first()
        if edition is not None:
            _give_back(session, edition)

    def settled(self, session: Session, letter_id: int, state: LetterState, error: str) -> None:
        """Close the edition. What was refused was told to nobody; an address that is gone gets no more."""
        told = select(func.count(col(Told.id))).where(col(Told.edition_id) == col(Edition.id)).scalar_subquery()
        found = session.execute(_of(letter_id).add_columns(told)).first()
        if found is None:
            return
        edition, letter, user, reader, pieces = found
        edition.closed_at, edition.outcome = now(), state.value
        session.add(edition)
        if state == LetterState.SENT and reader is not None and not _may_come_back(session, edition):
            reader.refusals = 0
            session.add(reader)
        if state == LetterState.REFUSED:
            _give_back(session, edition)
            reader = reader or reader_of(session, edition.user_id)
            if _tells_of(letter, user, reader):
                note_refusal(session, reader, error)
            else:
                call_again(session, [edition.user_id])
        elif state == LetterState.LATE or pieces >= MOST_PIECES:
            # There may be more than its letter could hold: no event would tell those who hear at once of the rest.
            call_again(session, [edition.user_id])
        session.flush()


def _choose(letter_id: int, others: int) -> dict[int, _Chosen]:
    """What this letter tells and at most so many of those that go next, each to another reader."""
    at = time.monotonic()
    with writing() as session:
        # Before anything else is read: what changes after this is of another epoch.
        number = epoch.number_in(session)
        # Locked before its pieces are looked for: see `editions`. The others only where nobody else holds them.
        found = list(session.execute(_of(letter_id).with_for_update(of=Edition)).all())
        if others:
            found += session.execute(_after(letter_id, others).with_for_update(of=Edition, skip_locked=True)).all()
        told: dict[int, tuple[Edition, User]] = {}
        for edition, letter, user, reader in found:
            if user.id in told or user.state not in KNOWN:
                continue
            if user.mail == letter.to and (reader is None or is_reached(reader, now())):
                told[user.id] = edition, user
            elif letter.id == letter_id:
                # Chosen before a kill, and since then not wanted or wanted elsewhere. Better twice than never: whether
                # it went nobody knows.
                _give_back(session, edition)
        pieces = pieces_of(session, list(told.values()))
    # What they say is read apart: on SQLite nobody else writes while somebody does.
    with reading() as session:
        return {
            edition.letter_id or 0: _Chosen(_told(session, user, some) if some.items else None, current(), number, at)
            for (edition, user), some in zip(told.values(), pieces, strict=True)
        }


@dataclass(frozen=True)
class Pieces:
    """What stands in an edition."""

    items: list[Item]
    has_more: bool = False
    """Whether there is more to tell than a letter holds."""


def pieces_of(session: Session, editions: Sequence[tuple[Edition, User]]) -> list[Pieces]:
    """What stands in each of these editions of different readers; from now on the ledger says that they tell it."""
    asked = [(user, edition.period.partition(" ")[2].split("+")) for edition, user in editions]
    found = []
    for (edition, user), listener in zip(editions, listeners(session, asked), strict=True):
        with speaking(user.language):
            if edition.chosen_at is None:
                news = listener.news(session, limit=MOST_PIECES + 1)
                found.append(Pieces(news[:MOST_PIECES], len(news) > MOST_PIECES))
            else:
                # What this letter tells stands in the ledger: what is news beside that is more.
                still = _still_told(session, edition, listener)
                found.append(Pieces(still, len(still) >= MOST_PIECES and bool(listener.news(session, limit=1))))
    fresh = [(edition, some) for (edition, _user), some in zip(editions, found, strict=True) if not edition.chosen_at]
    told = {
        edition.user_id: {item.chosen.piece_id: item.chosen.changed_at for item in some.items}
        for edition, some in fresh
    }
    note_each_told(session, Channel.MAIL, told, {edition.user_id: edition.id for edition, _some in fresh})
    for edition, _some in fresh:
        edition.chosen_at = now()
        session.add(edition)
    session.flush()
    return found


def _still_told(session: Session, edition: Edition, listener: Listener) -> list[Item]:
    """Of what was chosen for it, what its reader may hear of at this moment."""
    pieces = session.exec(select(Told.piece_id).where(Told.edition_id == edition.id)).all()
    chosen = choose(
        session,
        listener.actor,
        [each.wish(is_news=False) for each in listener.heard],
        language=listener.user.language,
        limit=MOST_PIECES,
        where=[col(Article.piece_id).in_(pieces)],
    )
    return [Item(one, tuple(listener.heard[place] for place in one.answers), True) for one in chosen]


def _told(session: Session, user: User, pieces: Pieces) -> dict[str, Any]:
    with speaking(user.language):
        names = list(dict.fromkeys(each.stream.title for item in pieces.items for each in item.reasons))
        return {
            "first_name": _first_name(user),
            "day": capitalise(
                _("%(weekday)s %(day)s", weekday=weekday_name(local(now()).weekday()), day=long_date(now()))
            ),
            "about": names,
            "lines": letter_lines(session, pieces.items, user.language),
            "has_more": pieces.has_more,
            "has_overview": user.state == UserState.ACTIVE,
            "stop": stop_all(user),
        }


def _editions() -> Select[Edition, PostedLetter, User, Reader]:
    """For a query: editions with their letter and their reader, whose wishes may not be there yet."""
    return (
        sa_select(Edition, PostedLetter, User, Reader)
        .join(PostedLetter, col(PostedLetter.id) == col(Edition.letter_id))
        .join(User, col(User.id) == col(Edition.user_id))
        .outerjoin(Reader, col(Reader.user_id) == col(Edition.user_id))
    )


def _of(letter_id: int) -> Select[Edition, PostedLetter, User, Reader]:
    return _editions().where(col(Edition.letter_id) == letter_id)


def _after(letter_id: int, most: int) -> Select[Edition, PostedLetter, User, Reader]:
    """Those of the letters that wait behind this one and have nothing chosen yet."""
    return (
        _editions()
        .where(
            col(PostedLetter.id) > letter_id,
            col(PostedLetter.state) == LetterState.WAITING,
            col(Edition.chosen_at).is_(None),
            col(Edition.closed_at).is_(None),
        )
        .order_by(col(PostedLetter.id))
        .limit(most)
    )


def _may_come_back(session: Session, edition: Edition) -> bool:
    """Whether the letter before it was refused, where servers may say so later: one that was taken proves little."""
    if not settings().bounce_address:
        return False
    before = (
        select(Edition.outcome)
        .where(
            Edition.user_id == edition.user_id,
            col(Edition.id) < edition.id,
            col(Edition.outcome).in_([LetterState.SENT.value, LetterState.REFUSED.value]),
        )
        .order_by(col(Edition.id).desc())
        .limit(1)
    )
    return session.exec(before).first() == LetterState.REFUSED.value


def _tells_of(letter: PostedLetter, user: User, reader: Reader) -> bool:
    """Whether what came of the letter tells something of the address that they have now and call good."""
    if letter.to != user.mail:
        return False
    return reader.works_since is None or letter.created_at >= reader.works_since


def _first_name(user: User) -> str:
    """What they are called; who only told an address has told no name."""
    return user.name.split()[0] if user.state == UserState.ACTIVE and user.name.split() else ""


def _give_back(session: Session, edition: Edition) -> None:
    edition.chosen_at = None
    session.add(edition)
    session.exec(delete(Told).where(col(Told.edition_id) == edition.id, col(Told.channel) == Channel.MAIL))


on_occasion(LETTER, DigestLetters())

"""Mail: a letter is written down in the transaction that makes it necessary, and sent by the worker.

`post` keeps what the letter tells; its words are chosen when it is sent, in its reader's language, from
`templates/mail/<name>`. What it tells may hold secrets, such as a code: they are wiped as soon as it is settled.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar, Final, Protocol

from sqlmodel import Field, Session, col, delete, func, or_, select, update

from app.core import composing, mail_line, pacing, postman
from app.core.clock import now
from app.core.database import reading, writing
from app.core.jobs import Conclusion, Event, Later, NotNow, announce
from app.core.lanes import in_lane
from app.core.record import Record, choice, moment, plain_json
from app.core.return_addresses import return_address
from app.core.settings import settings

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=30)
"""How long we remember that a letter was sent, for those who ask where it stayed."""

GIVEN_UP: Final = timedelta(days=3)
"""A letter that could not be sent for so long is not sent any more."""

LATE: Final = timedelta(minutes=1)
"""A letter that waits longer than this says that something is wrong with the worker."""


ONE_ADDRESS: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,189}", re.IGNORECASE | re.ASCII)
"""One, and nothing that could make more of it in a header. Rooms know better what they take from people."""


class LetterState(StrEnum):
    """How far a letter is. Only one that waits is sent."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    """The mail server of its reader does not take it, and never will."""
    LATE = "late"
    """Nobody would have any use for it any more."""


@dataclass(frozen=True)
class Letter:
    """What to tell somebody. `told` are the values for the templates, as JSON takes them."""

    to: str
    name: str
    language: str = "nl"
    told: Mapping[str, Any] = field(default_factory=dict)
    good_for: timedelta | None = None
    """After so long it is not sent any more: a code that is no longer valid helps nobody."""
    reply_to: str = ""
    stop: str = ""
    """The whole address for stopping letters of this kind by one click (RFC 8058)."""
    can_wait: bool = False
    """One of many: it never holds up a letter that somebody waits for."""


class PostedLetter(Record, table=True):
    """A letter as it is kept. Its number is in its Message-ID, so that whoever gets it twice can tell."""

    to: str = Field(max_length=254, index=True)
    name: str = Field(max_length=40)
    language: str = Field(max_length=2)
    told: dict[str, Any] = plain_json({})
    reply_to: str = Field(default="", max_length=254)
    stop: str = Field(default="", max_length=500)
    state: LetterState = Field(default=LetterState.WAITING, sa_type=choice(LetterState), index=True)
    good_until: datetime | None = moment()
    settled_at: datetime | None = moment(index=True)
    is_held: bool = False
    """Whether the mail server was away when it was last tried."""
    error: str = Field(default="", max_length=200)


class Occasion(Protocol):
    """What a room does for letters whose content is chosen when they are sent, with the rights of that moment."""

    def choose(self, letter_id: int) -> Mapping[str, Any] | None:
        """What the letter tells; None when there is nothing to tell any more. Asked again after a kill."""

    def missed(self, session: Session, letter_id: int) -> None:
        """The mail server did not take it, for sure: what was chosen was told to nobody."""

    def settled(self, session: Session, letter_id: int, state: LetterState, error: str) -> None:
        """How it ended, in the transaction that writes it down."""


_occasions: dict[str, Occasion] = {}


def on_occasion(name: str, occasion: Occasion) -> None:
    """Letters of this name have their content chosen when they are sent."""
    _occasions[name] = occasion


class LetterWritten(Event):
    """A letter waits to be sent, and somebody waits for it."""

    changes_pages: ClassVar[bool] = False
    letter_id: int


class CircularWritten(Event):
    """A letter waits to be sent that is one of many."""

    changes_pages: ClassVar[bool] = False
    letter_id: int


def post(session: Session, letter: Letter) -> PostedLetter:
    """Send this letter once the transaction is committed. Raises ValueError for an address that is none."""
    return post_all(session, [letter])[0]


def post_all(session: Session, letters: Sequence[Letter]) -> list[PostedLetter]:
    """The same for several letters, in their order."""
    rows = [_row(letter) for letter in letters]
    session.add_all(rows)
    session.flush()
    for letter, row in zip(letters, rows, strict=True):
        announce(session, CircularWritten(letter_id=row.id) if letter.can_wait else LetterWritten(letter_id=row.id))
    return rows


def _row(letter: Letter) -> PostedLetter:
    if not all(ONE_ADDRESS.fullmatch(each) for each in (letter.to, letter.reply_to) if each or each is letter.to):
        raise ValueError("a letter goes to one mail address")
    return PostedLetter(
        to=letter.to,
        name=letter.name,
        language=letter.language,
        told=dict(letter.told),
        reply_to=letter.reply_to,
        stop=letter.stop,
        good_until=now() + letter.good_for if letter.good_for else None,
    )


@in_lane("mail")
def send_letter(happened: LetterWritten) -> Conclusion | None:
    """Send it, once. A kill between the server's yes and our note sends it again under the same Message-ID."""
    return _send(_waiting(happened.letter_id))


@in_lane("mail.many", abreast=2)
def send_circular(happened: CircularWritten) -> Conclusion | None:
    """The same for one of many, in a lane of their own. Raises Later while its reader's provider had enough of us."""
    row = _waiting(happened.letter_id)
    if row is not None and settings().smtp_url.get_secret_value():
        wait = pacing.turn_of(row.to.rpartition("@")[2], row.id)
        if wait:
            raise Later(timedelta(seconds=wait))
    return _send(row)


def _waiting(letter_id: int) -> PostedLetter | None:
    """The letter, as long as it waits."""
    with reading() as session:
        row = session.get(PostedLetter, letter_id)
    return row if row is not None and row.state == LetterState.WAITING else None


def _send(row: PostedLetter | None) -> Conclusion | None:
    """Bring it; how it ended is left to be written down together with the end of its job."""
    if row is None:
        return None
    if row.good_until is not None and row.good_until <= now():
        return _settled(row, LetterState.LATE)
    occasion = _occasions.get(row.name)
    if occasion is not None:
        chosen = occasion.choose(row.id)
        if chosen is None:
            return _settled(row, LetterState.LATE)
        row.told = dict(chosen)
    try:
        message = composing.compose(row)
    except Exception as error:
        # It never left: what was chosen for it was told to nobody.
        _note(row, type(error).__name__, is_held=False)
        raise
    try:
        postman.deliver(message, number=row.id, name=row.name, sender=return_address(row.id, row.created_at))
    except postman.Refused as refused:
        log.warning("a letter was refused", extra={"letter": row.id, "answer": str(refused)})
        return _settled(row, LetterState.REFUSED, str(refused))
    except mail_line.Away as away:
        _note(row, str(away), is_held=True)
        raise NotNow(f"the mail server is away: {away}", rest=timedelta(seconds=10)) from None
    except postman.NotYet as not_yet:
        _note(row, str(not_yet), is_held=False)
        raise
    return _settled(row, LetterState.SENT)


def _settled(row: PostedLetter, state: LetterState, error: str = "") -> Conclusion:
    return partial(settle, row=row, state=state, error=error)


def settle(session: Session, row: PostedLetter, state: LetterState, error: str = "") -> None:
    """Write down how it ended. A mail server may say so long after it took the letter."""
    done = {"state": state, "told": {}, "settled_at": now(), "is_held": False, "error": error[:200]}
    session.exec(update(PostedLetter).where(col(PostedLetter.id) == row.id).values(**done))
    if row.name in _occasions:
        _occasions[row.name].settled(session, row.id, state, error)


def gave_up(session: Session, row: PostedLetter, error: str) -> None:
    """Nobody could bring it for days, we or the server that took it: what it was to tell was told to nobody."""
    if row.name in _occasions:
        _occasions[row.name].missed(session, row.id)
    settle(session, row, LetterState.LATE, error)


def note_answer(session: Session, row: PostedLetter, said: str) -> None:
    """What a mail server said of it that changes nothing, such as that it takes longer."""
    session.exec(update(PostedLetter).where(col(PostedLetter.id) == row.id).values(error=said[:200]))


def _note(row: PostedLetter, error: str, *, is_held: bool) -> None:
    with writing() as session:
        noted = update(PostedLetter).where(col(PostedLetter.id) == row.id)
        session.exec(noted.values(error=error[:200], is_held=is_held))
        if row.name in _occasions:
            _occasions[row.name].missed(session, row.id)


def forget_old_letters(session: Session) -> None:
    """Letters that were settled long ago. What could not be sent for days is settled as well: its secrets go."""
    waits = col(PostedLetter.state) == LetterState.WAITING
    is_over = or_(col(PostedLetter.good_until) <= now(), col(PostedLetter.created_at) <= now() - GIVEN_UP)
    for row in session.exec(select(PostedLetter).where(waits, is_over, col(PostedLetter.name).in_(_occasions))).all():
        gave_up(session, row, row.error)
    given_up = {"state": LetterState.LATE, "told": {}, "settled_at": now(), "is_held": False}
    session.exec(update(PostedLetter).where(waits, is_over).values(**given_up))
    session.exec(delete(PostedLetter).where(col(PostedLetter.settled_at) <= now() - KEPT))


def clear_folder() -> None:
    """Letters that lie in the folder, for want of a mail server, go when we know nothing of them any more."""
    laid_down = postman.laid_down()
    with reading() as session:
        known = set(session.exec(select(PostedLetter.id).where(col(PostedLetter.id).in_(laid_down))).all())
    for number in laid_down.keys() - known:
        laid_down[number].unlink(missing_ok=True)


@dataclass(frozen=True)
class Post:
    """How the mail stands."""

    waiting: int
    oldest: datetime | None
    refused: int
    """In the last day."""
    is_held: bool
    """Whether letters wait for a mail server that was away at the last try."""

    @property
    def seconds(self) -> float:
        """How long the oldest letter waits."""
        return max(0.0, (now() - self.oldest).total_seconds()) if self.oldest else 0.0

    @property
    def is_late(self) -> bool:
        """Whether it waits for too long."""
        return self.seconds > LATE.total_seconds()


def post_office(session: Session) -> Post:
    """How many letters wait, since when, and how many were refused."""
    waits = col(PostedLetter.state) == LetterState.WAITING
    waiting, oldest = session.exec(
        select(func.count(col(PostedLetter.id)), func.min(PostedLetter.created_at)).where(waits)
    ).one()
    held = session.exec(select(PostedLetter.id).where(waits, col(PostedLetter.is_held).is_(True)).limit(1)).first()
    refused = session.exec(
        select(func.count(col(PostedLetter.id))).where(
            PostedLetter.state == LetterState.REFUSED, col(PostedLetter.settled_at) > now() - timedelta(days=1)
        )
    ).one()
    return Post(waiting=waiting, oldest=oldest, refused=refused, is_held=held is not None)

"""What happens by the clock, once in the whole installation however many workers run.

A row per entry holds when it is due next; whoever moves that moment forward in the database runs it. What fails is
tried again when it is due, and its row says why and since when.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, select, update

from app.core.clock import CLOCKS_DIFFER, now
from app.core.database import reading, writing
from app.core.errors import Conflict
from app.core.record import UTCDateTime, moment
from app.core.text import wash

log = logging.getLogger(__name__)


LONGEST_ERROR = 2000

LATE = timedelta(minutes=5)
"""What did not begin so long after its moment hangs since the time before, or nobody does it."""


class Due(SQLModel, table=True):
    """When an entry of the timetable is due next, and what went wrong since it last went well."""

    name: str = Field(primary_key=True, max_length=60)
    at: datetime = Field(sa_type=UTCDateTime, nullable=False)
    failures: int = 0
    failing_since: datetime | None = moment()
    error: str = Field(default="", max_length=LONGEST_ERROR)


@dataclass(frozen=True)
class Entry:
    """Something that is done every so often. It may be repeated, and it may be late after a stop."""

    name: str
    every: timedelta
    do: Callable[[], None]

    @property
    def look_every(self) -> float:
        """Seconds between two looks at whether it is due: what happens daily is not looked at each second."""
        return min(max(self.every.total_seconds() / 60, 1.0), 60.0)


def run_due(entries: Iterable[Entry]) -> int:
    """Run every entry whose moment has come and that no other worker took; how many that were."""
    done = 0
    for entry in entries:
        taken = _take(entry)
        if taken is None:
            continue
        done += 1
        try:
            entry.do()
        except Exception as error:
            log.exception("the timetable's %s failed; it is tried again when it is due", entry.name)
            _write_down(taken, error)
        else:
            if taken.failures:
                _keep(taken, failures=0, failing_since=None, error="")
    return done


def failing(session: Session) -> Sequence[Due]:
    """What failed when it was last tried, longest first."""
    return session.exec(select(Due).where(col(Due.failures) > 0).order_by(col(Due.failing_since), col(Due.name))).all()


def late(session: Session, names: Iterable[str]) -> Sequence[Due]:
    """Which of the entries of these names should have begun long ago, longest first: no error tells of what hangs."""
    theirs = col(Due.name).in_(tuple(names)), col(Due.at) < now() - LATE
    return session.exec(select(Due).where(*theirs).order_by(col(Due.at), col(Due.name))).all()


def do_soon(session: Session, name: str) -> bool:
    """Let an entry that fails be due now; whether there was one. Workers see it at their next look (`look_every`)."""
    its = update(Due).where(col(Due.name) == name, col(Due.failures) > 0)
    return bool(session.exec(its.values(at=now())).rowcount)


def _take(entry: Entry) -> Due | None:
    """The entry's row as it was when this worker took its turn; None when it is not due, or another took it."""
    with reading() as session:
        due = session.get(Due, entry.name)
    next_time = now() + entry.every
    if due is None:
        return _begin(Due(name=entry.name, at=next_time))
    if now() < due.at <= next_time + CLOCKS_DIFFER:
        return None
    with writing() as session:
        mine = update(Due).where(col(Due.name) == entry.name, col(Due.at) == due.at).values(at=next_time)
        return due if session.exec(mine).rowcount else None


def _begin(due: Due) -> Due | None:
    try:
        with writing() as session:
            session.add(due)
    except Conflict:
        return None
    return due


def _write_down(taken: Due, error: Exception) -> None:
    _keep(
        taken,
        failures=taken.failures + 1,
        failing_since=taken.failing_since or now(),
        error=wash(f"{type(error).__name__}: {error}")[:LONGEST_ERROR],
    )


def _keep(taken: Due, **values: object) -> None:
    with writing() as session:
        session.exec(update(Due).where(col(Due.name) == taken.name).values(**values))

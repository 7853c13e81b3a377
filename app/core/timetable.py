"""What happens by the clock, once in the whole installation however many workers run.

A row per entry holds when it is due next; whoever moves that moment forward in the database runs it.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, select, update

from app.core.clock import CLOCKS_DIFFER, now
from app.core.database import reading, writing
from app.core.errors import Conflict
from app.core.record import UTCDateTime

log = logging.getLogger(__name__)


class Due(SQLModel, table=True):
    """When an entry of the timetable is due next."""

    name: str = Field(primary_key=True, max_length=60)
    at: datetime = Field(sa_type=UTCDateTime, nullable=False)


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
        if _take(entry):
            done += 1
            try:
                entry.do()
            except Exception:
                log.exception("the timetable's %s failed; it is tried again when it is due", entry.name)
    return done


def _take(entry: Entry) -> bool:
    with reading() as session:
        due = session.exec(select(Due.at).where(Due.name == entry.name)).first()
    next_time = now() + entry.every
    if due is None:
        return _begin(Due(name=entry.name, at=next_time))
    if now() < due <= next_time + CLOCKS_DIFFER:
        return False
    with writing() as session:
        mine = update(Due).where(col(Due.name) == entry.name, col(Due.at) == due).values(at=next_time)
        return bool(session.exec(mine).rowcount)


def _begin(due: Due) -> bool:
    try:
        with writing() as session:
            session.add(due)
    except Conflict:
        return False
    return True

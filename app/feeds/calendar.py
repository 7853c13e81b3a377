"""The calendar of editions: when one is due, on a clock in Amsterdam, and what its day is called.

Days are counted on that clock and turned into moments one by one, so that an edition keeps its hour when the clock is
put forward or back: an hour that does not exist counts as the one after, one that comes twice as the first.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.core.clock import AMSTERDAM, local
from app.feeds.models import Reader, Rhythm

DAY_OF_MONTH: Final = 1


def next_due(rhythm: Rhythm, reader: Reader, *, after: datetime) -> datetime:
    """The first moment after this one at which an edition of this rhythm is due for this reader."""
    if rhythm == Rhythm.AT_ONCE:
        return after
    day = local(after).date()
    while True:
        if _is_day(rhythm, reader, day):
            moment = _at(day, reader.hour)
            if moment > after:
                return moment
        day += timedelta(days=1)


def _is_day(rhythm: Rhythm, reader: Reader, day: date) -> bool:
    if rhythm == Rhythm.WEEKLY:
        return day.weekday() == reader.weekday
    return rhythm == Rhythm.DAILY or day.day == DAY_OF_MONTH


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), AMSTERDAM).astimezone(UTC)

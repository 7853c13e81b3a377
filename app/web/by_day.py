"""By day: things of a list under the day, week or month in which they came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from app.core.clock import local, today
from app.core.language import gettext as _

ThingT = TypeVar("ThingT")
RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Day(Generic[RowT]):
    """What came on a day, or in a longer time that is over."""

    title: str
    rows: Sequence[RowT]


def by_day(
    things: Sequence[ThingT], moment: Callable[[ThingT], datetime], row: Callable[[ThingT], RowT]
) -> list[Day[RowT]]:
    """These things, the latest first, as rows under their day."""
    days: dict[str, list[RowT]] = {}
    for thing in things:
        days.setdefault(_day(moment(thing)), []).append(row(thing))
    return [Day(title, rows) for title, rows in days.items()]


def _day(moment: datetime) -> str:
    day, today_ = local(moment).date(), today()
    if day >= today_:
        return _("Today")
    if day == today_ - timedelta(days=1):
        return _("Yesterday")
    if day > today_ - timedelta(days=today_.weekday() + 1):
        return _("Earlier this week")
    if day > today_ - timedelta(days=31):
        return _("In the past month")
    return _("Earlier")

"""The one clock. Storage is UTC; people see the time of Amsterdam."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

CLOCKS_DIFFER = timedelta(minutes=1)
"""How far the clocks of two machines may be apart. What reaches later than that was set by a clock that ran ahead."""


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as a clock in Amsterdam shows it."""
    return moment.astimezone(AMSTERDAM)


def today() -> date:
    """Today's date in Amsterdam."""
    return local(now()).date()


def in_working_days(moment: datetime, days: int) -> datetime:
    """The same time of the day, so many working days later in Amsterdam."""
    day = local(moment)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def comes_twice(moment: datetime) -> bool:
    """Whether a clock in Amsterdam shows the time of this moment twice, since it is put back then."""
    shown = local(moment)
    return shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()


def moment_in_amsterdam(told: datetime) -> datetime:
    """The moment at which a clock in Amsterdam shows this, told without a zone; of an hour that comes twice the first.

    Raises ValueError for the hour that is passed over when summer time begins.
    """
    moment = told.replace(tzinfo=AMSTERDAM, fold=0).astimezone(UTC)
    if local(moment).replace(tzinfo=None) != told.replace(fold=0):
        raise ValueError("no clock in Amsterdam ever shows this time")
    return moment

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

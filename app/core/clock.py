"""The one clock. Storage is UTC; people see the time of Amsterdam."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as a clock in Amsterdam shows it."""
    return moment.astimezone(AMSTERDAM)


def today() -> date:
    """Today's date in Amsterdam."""
    return local(now()).date()

"""Limits: how often somebody may do a thing. Counted in the database, so that all processes count together.

A count is a change as any other: it stays when the transaction commits. Whoever takes one and then refuses must answer
instead of raising, or the try that was refused is not counted. `TooMany` itself may well be raised: who is at the limit
stays at the limit.
"""

import ipaddress
import math
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, text
from sqlmodel import Field, Session, SQLModel, col, delete

from app.core.clock import CLOCKS_DIFFER, now
from app.core.errors import TooMany
from app.core.language import ngettext
from app.core.record import UTCDateTime, moment
from app.core.seals import seal

MINUTES_SAID: Final = 90
"""Up to so many minutes people are told minutes, then hours."""

_PURPOSE: Final = "limits"

# Written by hand: counting must be one statement, or two processes would read the same number.
_TAKE: Final = text(
    """
    INSERT INTO taken (what, who, times, since, until) VALUES (:what, :who, 1, :now, :until)
    ON CONFLICT (what, who) DO UPDATE SET
        times = CASE WHEN taken.until <= :now OR taken.since > :ahead THEN 1 ELSE taken.times + 1 END,
        until = CASE WHEN taken.until <= :now OR taken.since > :ahead THEN :until ELSE taken.until END,
        since = CASE WHEN taken.until <= :now OR taken.since > :ahead THEN :now ELSE taken.since END
    RETURNING times, until
    """
).bindparams(*(bindparam(name, type_=UTCDateTime()) for name in ("now", "until", "ahead")))


class Taken(SQLModel, table=True):
    """How often somebody did a thing since the first time. Who that is stands here sealed, so that nobody reads it."""

    what: str = Field(primary_key=True, max_length=40)
    who: str = Field(primary_key=True, max_length=64)
    times: int
    since: datetime = moment(nullable=False)
    until: datetime = moment(nullable=False, index=True)


def take(session: Session, *, what: str, who: str, most: int, within: timedelta) -> None:
    """Count that `who` does `what` once more. Raises TooMany when that is more than `most` times `within` so long.

    The time begins with the first; when it is over everything counts anew. A time that a clock that ran ahead wrote
    down is over too.
    """
    at = now()
    asked = {
        "what": what,
        "who": seal(_PURPOSE, f"{what} {who}"),
        "now": at,
        "until": at + within,
        "ahead": at + CLOCKS_DIFFER,
    }
    rows = session.connection().execute(_TAKE.columns(until=UTCDateTime()), asked)
    times, until = rows.one()
    if times > most:
        minutes = max(1, math.ceil((until - at).total_seconds() / 60))
        raise TooMany(_wait(minutes), seconds=minutes * 60)


def forget_old_counts(session: Session) -> None:
    """Counts whose time is over."""
    session.exec(delete(Taken).where(col(Taken.until) <= now()))


def network_of(peer: str) -> str:
    """Whom to count an address of the internet for: itself, or in IPv6 its network, of which a home has one (/64)."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    if address.version == 6 and address.ipv4_mapped:
        # How a socket for both names visitors of the older internet, who would otherwise all be one network.
        address = address.ipv4_mapped
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def _wait(minutes: int) -> str:
    if minutes > MINUTES_SAID:
        hours = math.ceil(minutes / 60)
        return ngettext(
            "That was often enough for now. Try again in an hour.",
            "That was often enough for now. Try again in %(n)s hours.",
            hours,
        )
    return ngettext(
        "That was often enough for now. Try again in a minute.",
        "That was often enough for now. Try again in %(n)s minutes.",
        minutes,
    )

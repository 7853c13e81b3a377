"""Return addresses: each letter has one, to which a mail server reports later that it did not arrive (RFC 3464).

`terug+1f-<seal>@proeftuin.example`: number and seal are hexadecimal, so that a mail server may make capitals small,
and the part before the @ has at most 64 letters (RFC 5321, 4.5.3.1.1). Nobody reads in it to whom the letter went.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.core.seals import is_sealed, seal
from app.core.settings import settings

SEAL_LENGTH: Final = 32
"""128 bits."""

MOST_ADDRESSES: Final = 20
"""So many are looked at in one report."""

_PURPOSE: Final = "return address"
_MARK: Final = r"\+([0-9a-f]{1,8})-([0-9a-f]{32})@"


def return_address(number: int, written_at: datetime) -> str:
    """Where a letter comes from for mail servers: where all come from, unless reports about it are taken."""
    local, at, domain = settings().bounce_address.rpartition("@")
    if not at:
        return settings().mail_from
    return f"{local}+{number:x}-{seal(_PURPOSE, _named(number, written_at))[:SEAL_LENGTH]}@{domain}"


def numbers_in(headers: Iterable[str]) -> list[tuple[int, str]]:
    """The letters whose return address stands in these headers, each with its mark: `is_ours` judges it."""
    local, at, domain = settings().bounce_address.lower().rpartition("@")
    if not at:
        return []
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(local)}{_MARK}{re.escape(domain)}(?![\w.-])")
    found = dict.fromkeys(match for line in headers for match in pattern.findall(line.lower()))
    return [(int(number, 16), mark) for number, mark in list(found)[:MOST_ADDRESSES] if int(number, 16) < 2**31]


def is_ours(number: int, written_at: datetime, mark: str) -> bool:
    """Whether we put this mark on the letter."""
    named = _named(number, written_at)
    return is_sealed(_PURPOSE, named, mark + seal(_PURPOSE, named)[SEAL_LENGTH:])


def _named(number: int, written_at: datetime) -> str:
    # With its moment, since a database may give the number of a letter that is gone to another one.
    return f"{number} {written_at.isoformat()}"

"""Return addresses: each letter has one, to which a mail server reports later that it did not arrive (RFC 3464).

`terug+1f-<seal>@proeftuin.example`, after the letter's number. Nobody reads in it to whom the letter went.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.core.sealed_addresses import is_marked, numbers_behind, sealed_address
from app.core.settings import settings

_PURPOSE: Final = "return address"


def return_address(number: int, written_at: datetime) -> str:
    """Where a letter comes from for mail servers: where all come from, unless reports about it are taken."""
    sealed = sealed_address(settings().bounce_address, [number], _PURPOSE, _named(number, written_at))
    return sealed or settings().mail_from


def numbers_in(headers: Iterable[str]) -> list[tuple[int, str]]:
    """The letters whose return address stands in these headers, each with its mark: `is_ours` judges it."""
    found = numbers_behind(settings().bounce_address, headers, many=1)
    return [(number, mark) for (number,), mark in found if number < 2**31]


def is_ours(number: int, written_at: datetime, mark: str) -> bool:
    """Whether we put this mark on the letter."""
    return is_marked(_PURPOSE, _named(number, written_at), mark)


def _named(number: int, written_at: datetime) -> str:
    # With its moment, since a database may give the number of a letter that is gone to another one.
    return f"{number} {written_at.isoformat()}"

"""Sealed addresses: what comes to them is about one thing of ours, and only we can make one.

`antwoord+1f-2a-<seal>@proeftuin.example`: numbers and seal are hexadecimal, so that a mail server may make capitals
small, and the part before the @ has at most 64 letters (RFC 5321, 4.5.3.1.1).
"""

import re
from collections.abc import Iterable
from typing import Final

from app.core.seals import is_sealed, seal

SEAL_LENGTH: Final = 32
"""128 bits."""

MOST_ADDRESSES: Final = 20
"""So many are looked at in one letter."""

_NUMBER: Final = "([0-9a-f]{1,8})"


def sealed_address(address: str, numbers: Iterable[int], purpose: str, told: str) -> str:
    """The address with these numbers behind its name, and a seal on what they stand for; empty without an address."""
    local, at, domain = address.rpartition("@")
    named = "-".join(f"{number:x}" for number in numbers)
    return f"{local}+{named}-{seal(purpose, told)[:SEAL_LENGTH]}@{domain}" if at else ""


def numbers_behind(address: str, headers: Iterable[str], *, many: int) -> list[tuple[list[int], str]]:
    """Of each such address in these headers, once: its so many numbers, and its mark, which `is_marked` judges."""
    local, at, domain = address.lower().rpartition("@")
    if not at:
        return []
    mark = rf"\+{'-'.join([_NUMBER] * many)}-([0-9a-f]{{{SEAL_LENGTH}}})@"
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(local)}{mark}{re.escape(domain)}(?![\w.-])")
    found = dict.fromkeys(match for line in headers for match in pattern.findall(line.lower()))
    return [([int(number, 16) for number in numbers], seal_) for *numbers, seal_ in list(found)[:MOST_ADDRESSES]]


def is_marked(purpose: str, told: str, mark: str) -> bool:
    """Whether this mark is our seal on it."""
    return is_sealed(purpose, told, mark + seal(purpose, told)[SEAL_LENGTH:])

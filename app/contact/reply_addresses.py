"""Addresses for answering a letter: one per person and conversation, which only we can make.

`antwoord+1f-2a-<seal>@proeftuin.example`: numbers and seal are hexadecimal, so that a mail server may make capitals
small, and the part before the @ has at most 64 letters (RFC 5321, 4.5.3.1.1).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.core.seals import is_sealed, seal
from app.core.settings import settings

SEAL_LENGTH: Final = 32
"""128 bits."""

MOST_ADDRESSES: Final = 20
"""So many are looked at in one letter."""

_PURPOSE: Final = "answer by mail"
_MARK: Final = r"\+([0-9a-f]{1,8})-([0-9a-f]{1,8})-([0-9a-f]{32})@"


@dataclass(frozen=True)
class Place:
    """Whose answers come to an address, and in which conversation."""

    question_id: int
    person_id: int


def address_for(place: Place) -> str:
    """Where this person's answers in this conversation come to; empty when the installation takes none by mail."""
    local, at, domain = settings().reply_address.rpartition("@")
    return f"{local}+{_named(place)}-{_seal(place)}@{domain}" if at else ""


def places_in(headers: Iterable[str]) -> Iterator[Place]:
    """The places whose address stands in these headers, each once. An address that we did not make names none."""
    local, at, domain = settings().reply_address.lower().rpartition("@")
    if not at:
        return
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(local)}{_MARK}{re.escape(domain)}(?![\w.-])")
    found = dict.fromkeys(match for line in headers for match in pattern.findall(line.lower()))
    for question, person, mark in list(found)[:MOST_ADDRESSES]:
        place = Place(int(question, 16), int(person, 16))
        if _seals(place, mark):
            yield place


def hide_addresses(text: str) -> str:
    """The text with such addresses cut down to what everybody may know of them."""
    local, at, domain = settings().reply_address.rpartition("@")
    hidden = re.compile(rf"{re.escape(local)}\+[\w-]+@{re.escape(domain)}", re.IGNORECASE)
    return hidden.sub(settings().reply_address, text) if at else text


def _named(place: Place) -> str:
    return f"{place.question_id:x}-{place.person_id:x}"


def _seal(place: Place) -> str:
    return seal(_PURPOSE, _named(place))[:SEAL_LENGTH]


def _seals(place: Place, mark: str) -> bool:
    whole = seal(_PURPOSE, _named(place))
    return is_sealed(_PURPOSE, _named(place), mark + whole[SEAL_LENGTH:])

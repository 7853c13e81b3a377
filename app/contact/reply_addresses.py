"""Addresses for answering a letter: one per person and conversation, which only we can make.

`antwoord+1f-2a-<seal>@proeftuin.example`, after the numbers of both.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.core.sealed_addresses import is_marked, numbers_behind, sealed_address
from app.core.settings import settings

_PURPOSE: Final = "answer by mail"


@dataclass(frozen=True)
class Place:
    """Whose answers come to an address, and in which conversation."""

    question_id: int
    person_id: int


def address_for(place: Place) -> str:
    """Where this person's answers in this conversation come to; empty when the installation takes none by mail."""
    numbers = place.question_id, place.person_id
    return sealed_address(settings().reply_address, numbers, _PURPOSE, _named(place))


def places_in(headers: Iterable[str]) -> Iterator[Place]:
    """The places whose address stands in these headers, each once. An address that we did not make names none."""
    for (question, person), mark in numbers_behind(settings().reply_address, headers, many=2):
        place = Place(question, person)
        if is_marked(_PURPOSE, _named(place), mark):
            yield place


def hide_addresses(text: str) -> str:
    """The text with such addresses cut down to what everybody may know of them."""
    local, at, domain = settings().reply_address.rpartition("@")
    hidden = re.compile(rf"{re.escape(local)}\+[\w-]+@{re.escape(domain)}", re.IGNORECASE)
    return hidden.sub(settings().reply_address, text) if at else text


def _named(place: Place) -> str:
    return f"{place.question_id:x}-{place.person_id:x}"

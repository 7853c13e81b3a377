"""Undoing what was done to many things at once: their numbers, as an address and a form carry them."""

from collections.abc import Sequence
from typing import Final

MOST: Final = 400
"""More numbers than this are not looked at."""


def word_of(numbers: Sequence[int]) -> str:
    """The numbers in one word."""
    return "-".join(map(str, numbers[:MOST]))


def numbers_in(word: str) -> list[int]:
    """The numbers of such a word; none for anything else."""
    parts = word.split("-", MOST)[:MOST]
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 10]

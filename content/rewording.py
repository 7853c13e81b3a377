"""Rewording: whether a text tells something else than before, or the same in better spelling or on another shelf.

Nobody who mends a typing error, or puts a piece under another topic, has looked whether it is still true.
"""

import json
from typing import Final

from content.snapshot import Snapshot

SHORTEST: Final = 5
"""Letters of a word in which a slip of the pen is told from another word."""

MARKS: Final = ".,;:!?"


def tells_else(before: Snapshot, after: Snapshot) -> bool:
    """Whether anything that can be true or not has changed: a figure, a name of who took part, words of the story."""
    if (before.organisations, before.pilot, before.anonymous) != (after.organisations, after.pilot, after.anonymous):
        return True
    return any(
        not is_mended(one, other)
        for one, other in (
            (before.title, after.title),
            (before.summary, after.summary),
            (before.body, after.body),
            (_fields(before), _fields(after)),
        )
    )


def is_mended(before: str, after: str) -> bool:
    """Whether a text is the same but for spelling: as many words in the same order, each with its figures."""
    words, others = before.split(), after.split()
    return len(words) == len(others) and all(map(_is_alike, words, others))


def _fields(told: Snapshot) -> str:
    """The kind's own fields, words and figures alike."""
    return json.dumps(told.told, sort_keys=True, ensure_ascii=False, default=str)


def _is_alike(word: str, other: str) -> bool:
    """Whether two words are one but for a slip of the pen: one letter more, fewer or another, or two changed about."""
    one, two = (each.casefold().strip(MARKS) for each in (word, other))
    if one == two:
        return True
    # A short word turns a sentence around ("een", "geen"), and so does a figure.
    if min(len(one), len(two)) < SHORTEST or any(letter.isdigit() for letter in one + two):
        return False
    head = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    left, right = one[head:], two[head:]
    turned = right[1::-1] + right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or left == turned

"""Aligning: two lists side by side, each in its own order, so that what is alike stands next to each other."""

from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from typing import Any, Final, TypeVar

ItemT = TypeVar("ItemT")

ALIKE: Final = 0.35
"""Two things less alike than this are no two states of one thing: one went and another came."""

LONGEST: Final = 1_500
"""Things of a list that are looked at at all: with 1,500 equal ones difflib takes about a second."""


def aligned(
    old: Sequence[ItemT],
    new: Sequence[ItemT],
    alike: Callable[[ItemT, ItemT], float],
    *,
    most: int,
    key: Callable[[ItemT], Hashable] | None = None,
) -> list[tuple[ItemT | None, ItemT | None]]:
    """The pairs that together are as alike as can be; None stands beside what is only in one of the lists.

    `alike` tells from 0 to 1 how much two things are. Every one of `old` is compared with every one of `new`. Of lists
    longer than `most`, what has the same `key` is paired first, and what lies between is compared like that.
    """
    length = max(len(old), len(new))
    if length <= most:
        return _aligned(old, new, alike)
    if key is None or length > LONGEST:
        return _unpaired(old, new)
    pairs: list[tuple[ItemT | None, ItemT | None]] = []
    steps = SequenceMatcher[Any](None, [*map(key, old)], [*map(key, new)], autojunk=False).get_opcodes()
    for what, start, end, new_start, new_end in steps:
        before, after = old[start:end], new[new_start:new_end]
        if what == "equal":
            pairs += zip(before, after, strict=True)
        elif max(len(before), len(after)) > most:
            pairs += _unpaired(before, after)
        else:
            between = _aligned(before, after, alike)
            pairs += between
    return pairs


def _unpaired(old: Sequence[ItemT], new: Sequence[ItemT]) -> list[tuple[ItemT | None, ItemT | None]]:
    return [*((each, None) for each in old), *((None, each) for each in new)]


def _aligned(
    old: Sequence[ItemT], new: Sequence[ItemT], alike: Callable[[ItemT, ItemT], float]
) -> list[tuple[ItemT | None, ItemT | None]]:
    best = _gains(old, new, alike)
    pairs: list[tuple[ItemT | None, ItemT | None]] = []
    at, new_at = 0, 0
    while at < len(old) and new_at < len(new):
        gain = alike(old[at], new[new_at])
        if gain >= ALIKE and best[at][new_at] == gain + best[at + 1][new_at + 1]:
            pairs.append((old[at], new[new_at]))
            at, new_at = at + 1, new_at + 1
        elif best[at][new_at] == best[at + 1][new_at]:
            pairs.append((old[at], None))
            at += 1
        else:
            pairs.append((None, new[new_at]))
            new_at += 1
    return [*pairs, *_unpaired(old[at:], new[new_at:])]


def _gains(old: Sequence[ItemT], new: Sequence[ItemT], alike: Callable[[ItemT, ItemT], float]) -> list[list[float]]:
    """[i][j]: how alike the best pairing of what follows `old[i]` and `new[j]` is."""
    best = [[0.0] * (len(new) + 1) for _row in range(len(old) + 1)]
    for at in range(len(old) - 1, -1, -1):
        for new_at in range(len(new) - 1, -1, -1):
            gain = alike(old[at], new[new_at])
            both = gain + best[at + 1][new_at + 1] if gain >= ALIKE else 0.0
            best[at][new_at] = max(both, best[at + 1][new_at], best[at][new_at + 1])
    return best

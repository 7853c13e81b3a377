"""Aligning: two lists side by side, each in its own order, so that what is alike stands next to each other."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

ItemT = TypeVar("ItemT")

ALIKE: Final = 0.35
"""Two things less alike than this are no two states of one thing: one went and another came."""


def aligned(
    old: Sequence[ItemT], new: Sequence[ItemT], alike: Callable[[ItemT, ItemT], float], *, most: int
) -> list[tuple[ItemT | None, ItemT | None]]:
    """The pairs that together are as alike as can be; None stands beside what is only in one of the lists.

    `alike` tells from 0 to 1 how much two things are. Every one of `old` is compared with every one of `new`; lists
    longer than `most` are not.
    """
    if max(len(old), len(new)) > most:
        return [*((each, None) for each in old), *((None, each) for each in new)]
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
    return [*pairs, *((each, None) for each in old[at:]), *((None, each) for each in new[new_at:])]


def _gains(old: Sequence[ItemT], new: Sequence[ItemT], alike: Callable[[ItemT, ItemT], float]) -> list[list[float]]:
    """[i][j]: how alike the best pairing of what follows `old[i]` and `new[j]` is."""
    best = [[0.0] * (len(new) + 1) for _row in range(len(old) + 1)]
    for at in range(len(old) - 1, -1, -1):
        for new_at in range(len(new) - 1, -1, -1):
            gain = alike(old[at], new[new_at])
            both = gain + best[at + 1][new_at + 1] if gain >= ALIKE else 0.0
            best[at][new_at] = max(both, best[at + 1][new_at], best[at][new_at + 1])
    return best

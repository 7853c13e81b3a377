"""Compounds: Dutch writes `lasrobot` as one word, and a reader may ask for the robot.

The words of the collection and the glossary are the only word list. A list of all Dutch words would know more parts
than the collection writes about, and brought nothing when measured.
"""

from collections.abc import Callable, Iterator, Mapping
from math import log

from search.mill.everyday import STOP
from search.mill.fold import listed

SHORTEST = 8
"""Compounds have at least this many letters, unless a digit opens them (`3dprinten`)."""
LONGEST = 40
_MOST_PARTS = 4
_INFLECTED = 6
_LINKS = ("", "s", "en", "e", "n")
_SHORT_PARTS = listed("las mal net mes hal bak gas lek mkb cnc erp plc spc iot ai pc 3d oee mes opc")
_PARTICLES = listed(
    """
    over onder voor door tegen tussen zonder terug weer samen binnen buiten naar heid heden baar lijk schap achtig loos
    loze ische isch ingen eren elen igen ende ling lings ment tion ings ship ships ness less able ible ward wise
    """
)
"""What opens or closes a word without being one of its parts."""


def split(word: str, known: Mapping[str, int], ends: Callable[[str], bool]) -> tuple[str, ...]:
    """The parts of a compound, or nothing.

    `known` tells of each word that may be a part in how many pieces it stands, `ends` whether any form of a word is
    known: the last part may be inflected. The fewest parts win, then those that leave the fewest letters to links, then
    those that most pieces hold.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return ()
    for count in range(2, _MOST_PARTS + 1):
        ways = list(_ways(word, count, known, ends))
        if ways:
            best = max(
                ways, key=lambda parts: (len("".join(parts)), sum(log(1.5 + known.get(part, 0)) for part in parts))
            )
            return tuple(smaller for part in best for smaller in split(part, known, ends) or (part,))
    return ()


def _ways(rest: str, count: int, known: Mapping[str, int], ends: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    """All ways to read `rest` as so many parts."""
    if count == 1:
        if may_be_part(rest) and (rest in known or (len(rest) >= _INFLECTED and ends(rest))):
            yield (rest,)
        return
    for end in range(2, len(rest) - 1):
        part = rest[:end]
        if part not in known or not may_be_part(part):
            continue
        for link in _LINKS:
            if rest.startswith(link, end):
                for others in _ways(rest[end + len(link) :], count - 1, known, ends):
                    yield (part, *others)


def may_be_part(part: str) -> bool:
    """Whether a word is long enough to be a part of its own, and no ending or everyday word."""
    return (len(part) >= 4 or part in _SHORT_PARTS) and part not in _PARTICLES and part not in STOP

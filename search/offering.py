"""Offering: names that somebody may be after, found by what was typed of them so far."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from search.mill.beginnings import errors_to, errors_to_beginning
from search.mill.fold import folded

ThingT = TypeVar("ThingT")

Place = tuple[int, int, int]
"""Typing errors, the place of the first word that was typed, and the order they came in: the least first."""


class Names(Generic[ThingT]):
    """Things with their names, arranged by the words in them, so that few have to be looked at."""

    def __init__(self, named: Iterable[tuple[ThingT, Iterable[str]]]) -> None:
        self._things: list[ThingT] = []
        self._names: list[tuple[int, tuple[str, ...]]] = []
        """Number of the thing, words of one of its names."""
        opened: list[tuple[str, int, int]] = []
        for thing, names in named:
            self._things.append(thing)
            for words in {folded(name) for name in names if name}:
                opened += [(word, place, len(self._names)) for place, word in enumerate(words)]
                self._names.append((len(self._things) - 1, words))
        self._opened = sorted(opened)
        self._by_letter: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for one in self._opened:
            self._by_letter[one[0][0]].append(one)

    def begun_by(self, words: Sequence[str]) -> list[ThingT]:
        """Things whose name holds these words, the last one perhaps unfinished; those that begin with them first.

        When no name holds them as they were typed, those that are a typing error away.
        """
        found = self._best(self._exactly(words)) or self._best(self._nearly(words))
        return [self._things[number] for number in found]

    def _best(self, fitting: Iterator[tuple[int, Place]]) -> list[int]:
        places: dict[int, Place] = {}
        for thing, place in fitting:
            places[thing] = min(place, places.get(thing, place))
        return sorted(places, key=lambda thing: places[thing])

    def _exactly(self, words: Sequence[str]) -> Iterator[tuple[int, Place]]:
        *whole, last = words
        for at in range(bisect_left(self._opened, (last,)), len(self._opened)):
            word, place, name = self._opened[at]
            if not word.startswith(last):
                return
            thing, told = self._names[name]
            if set(whole) <= set(told):
                yield thing, (0, told.index(whole[0]) if whole else place, thing)

    def _nearly(self, words: Sequence[str]) -> Iterator[tuple[int, Place]]:
        *whole, last = words
        for word, place, name in self._by_letter.get(last[0], ()):
            errors = errors_to_beginning(word, last)
            if errors is None:
                continue
            thing, told = self._names[name]
            others = [min((e for w in told if (e := errors_to(w, one)) is not None), default=None) for one in whole]
            if None not in others:
                yield thing, (errors + sum(other or 0 for other in others), place, thing)

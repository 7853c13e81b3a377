"""The speller: which known words are near to an unknown one."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from search.mill.beginnings import FIRST_LETTER_MAY_BE_WRONG, errors_allowed, errors_to_beginning

Key = TypeVar("Key")

_SAME_SOUND = (
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"ij|ei|ie|y"), "i"),
    (re.compile(r"ou"), "au"),
    (re.compile(r"ch"), "g"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_SAME_LETTER = str.maketrans("czvd", "ksft")
_LEAST_TRUST = 0.5
_LENGTHS_DIFFER = 3
_MUCH_ALIKE = 72.0


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """How a word sounds to a Dutch ear, roughly: `onderhout` as `onderhoud`, `inspektie` as `inspectie`."""
    for letters, same in _SAME_SOUND:
        word = letters.sub(same, word)
    return word.translate(_SAME_LETTER)


@dataclass(frozen=True, slots=True)
class Near:
    """A known word that may have been meant."""

    word: str
    errors: int
    sounds_alike: bool

    @property
    def trust(self) -> float:
        """How sure: an error in a short word leaves more doubt than one in a long word, half when it sounds alike."""
        return 1 - (1 if self.sounds_alike else 2) * self.errors / len(self.word)


class Speller:
    """Known words, arranged so that near ones are found without looking at all of them."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        words = [word for word in known if len(word) >= 3 and word.isalpha()]
        self._by_sound = _arranged(words, sound)
        self._by_opening = _arranged(words, lambda word: (word[0], len(word)))
        self._by_rest = _arranged(words, lambda word: word[1:])
        self._sorted = sorted(known)

    def near(self, word: str) -> list[Near]:
        """Known words near to this one, the likeliest first.

        Those of the same sound come first, at one error more than allowed; then the least errors, then the most pieces.
        """
        allowed = errors_allowed(word)
        if not allowed or not word.isalpha():
            return []
        heard = {found for found in self._by_sound.get(sound(word), ()) if OSA.distance(word, found) <= allowed + 1}
        close = dict.fromkeys(self._looking_alike(word, allowed)) | dict.fromkeys(heard)
        found = [Near(other, OSA.distance(word, other), other in heard) for other in close]
        found = [near for near in found if near.trust >= _LEAST_TRUST]
        return sorted(found, key=lambda near: (not near.sounds_alike, near.errors, -self._known[near.word], near.word))

    def nearest(self, word: str) -> str | None:
        """The known word that is most like this one, with more errors than `near` allows; None when none is like it."""
        alike = [
            other
            for length in range(len(word) - _LENGTHS_DIFFER, len(word) + _LENGTHS_DIFFER + 1)
            for other in self._by_opening.get((word[0], length), ())
        ]
        found = process.extractOne(word, alike, scorer=fuzz.ratio, score_cutoff=_MUCH_ALIKE)
        return found[0] if found else None

    def begins(self, beginning: str) -> bool:
        """Whether a known word begins like this."""
        at = bisect_left(self._sorted, beginning)
        return at < len(self._sorted) and self._sorted[at].startswith(beginning)

    def beginning_near(self, typed: str) -> str | None:
        """The likeliest known word that begins as was typed, but for a typing error."""
        if not errors_allowed(typed) or not typed.isalpha():
            return None
        longer = (
            word
            for (letter, length), words in self._by_opening.items()
            if letter == typed[0] and length >= len(typed)
            for word in words
        )
        found = [(errors, -self._known[word], word) for word in longer if (errors := errors_to_beginning(word, typed))]
        return min(found)[2] if found else None

    def _looking_alike(self, word: str, allowed: int) -> Iterator[str]:
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            same_opening = self._by_opening.get((word[0], length), ())
            for found, _, _ in process.extract(
                word, same_opening, scorer=OSA.distance, score_cutoff=allowed, limit=None
            ):
                yield found
        if (swapped := word[1] + word[0] + word[2:]) in self._known:
            yield swapped
        if len(word) >= FIRST_LETTER_MAY_BE_WRONG:
            yield from self._wrong_first_letter(word)

    def _wrong_first_letter(self, word: str) -> Iterator[str]:
        """Known words that differ in the first letter only: it is another, one too many, or missing."""
        yield from self._by_rest.get(word[1:], ())
        yield from self._by_rest.get(word, ())
        if word[1:] in self._known:
            yield word[1:]


def _arranged(words: Iterable[str], key: Callable[[str], Key]) -> Mapping[Key, Sequence[str]]:
    shelves: dict[Key, list[str]] = defaultdict(list)
    for word in words:
        shelves[key(word)].append(word)
    return dict(shelves)

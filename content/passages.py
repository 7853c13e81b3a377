"""Passages: two texts that began as one, side by side, so that somebody can choose from both."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

from content.aligning import aligned
from content.differing import Change, compare_words

Choice = Literal["mine", "theirs", "both"]

MOST: Final = 300
"""Passages of a text that are compared with those of the other, each with each."""

MOST_CHOICES: Final = 200
"""Passages to choose between. Of texts with more, what stands between two that are the same is one to choose."""

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE: Final = re.compile(r"\s*(`{3,}|~{3,})")
_FIRST_EMPTY: Final = re.compile(r"\A(?:[^\S\n]*\n)+")


@dataclass(frozen=True)
class Passage:
    """A stretch of both texts. One of them is empty where only the other has it."""

    mine: str
    theirs: str
    mine_end: str = ""
    """The empty lines behind it."""
    theirs_end: str = ""

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to choose."""
        return self.mine == self.theirs

    @property
    def changes(self) -> Sequence[Change]:
        """From theirs to mine, word by word."""
        return compare_words(self.theirs, self.mine)

    def chosen(self, choice: Choice) -> Iterator[tuple[str, str]]:
        """What stands in the text after this choice, each with the empty lines behind it."""
        if choice != "mine" and self.theirs:
            yield self.theirs, self.theirs_end
        if choice != "theirs" and self.mine:
            yield self.mine, self.mine_end


def passages(mine: str, theirs: str) -> list[Passage]:
    """The passages of two Markdown texts next to each other, in their order."""
    pairs = aligned(_apart(theirs), _apart(mine), lambda one, other: alike(one[0], other[0]), most=MOST, key=_words_of)
    told = [_passage(old or ("", ""), new or ("", "")) for old, new in pairs]
    if _choices(told) > MOST_CHOICES:
        told = [each for is_same, run in groupby(told, lambda one: one.is_same) for each in _at_once(is_same, [*run])]
    if _choices(told) > MOST_CHOICES:
        changed = [at for at, each in enumerate(told) if not each.is_same]
        first, last = changed[0], changed[-1] + 1
        told = [*told[:first], *_at_once(False, told[first:last]), *told[last:]]
    return told


def joined(told: Sequence[Passage], choices: Mapping[int, Choice]) -> str:
    """The text made of what was chosen; of a passage that nobody chose in, both are kept."""
    text, end = "", ""
    for at, each in enumerate(told):
        for words, behind in each.chosen("mine" if each.is_same else choices.get(at, "both")):
            # What was the last of its text has no empty line behind it.
            text += (end if end.count("\n") > 1 or not text else "\n\n") + words
            end = behind
    return text + end


def split(text: str) -> list[str]:
    """The passages of a Markdown text, each with the empty lines behind it: together they are the text again.

    What stands between empty lines is one; so is code in a fence, whatever is empty in it.
    """
    found = [""]
    fence, is_open, has_words = "", False, False
    for line in _LINE.findall(text):
        words = line.strip()
        if words and has_words and not is_open and not fence:
            found.append("")
        found[-1] += line
        is_open, has_words = bool(words), has_words or bool(words)
        if fence:
            is_end = words.startswith(fence) and not words.strip(fence[0])
            fence = "" if is_end else fence
        elif mark := _FENCE.match(line):
            fence = mark[1]
    return found if text else []


def stretches(text: str) -> list[str]:
    """The passages of a Markdown text, without the empty lines around them."""
    bare = (each.rstrip() for each in split(text))
    return [_FIRST_EMPTY.sub("", each) for each in bare if each]


def alike(one: str, other: str) -> float:
    """The part of their words that both share (Dice, 1945)."""
    if one == other:
        return 1.0
    words, others = _words(one), _words(other)
    return 2 * len(words & others) / (len(words) + len(others)) if words or others else 0.0


@lru_cache(2 * MOST)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


def _apart(text: str) -> list[tuple[str, str]]:
    """Each passage, and the empty lines behind it."""
    return [(bare, each[len(bare) :]) for each in split(text) if (bare := each.rstrip())]


def _words_of(apart: tuple[str, str]) -> str:
    return apart[0]


def _passage(theirs: tuple[str, str], mine: tuple[str, str]) -> Passage:
    return Passage(mine=mine[0], theirs=theirs[0], mine_end=mine[1], theirs_end=theirs[1])


def _choices(told: Sequence[Passage]) -> int:
    return sum(not each.is_same for each in told)


def _at_once(is_same: bool, run: Sequence[Passage]) -> list[Passage]:
    """These as one to choose, unless they are the same."""
    if is_same:
        return list(run)
    sides = []
    for side in ("theirs", "mine"):
        parts = [(getattr(each, side), getattr(each, f"{side}_end")) for each in run if getattr(each, side)]
        text = "".join(words + end for words, end in parts)
        end = parts[-1][1] if parts else ""
        sides.append((text[: len(text) - len(end)], end))
    return [_passage(*sides)]

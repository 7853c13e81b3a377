"""Passages: two texts that began as one, side by side, so that somebody can choose from both."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from content.aligning import aligned
from content.differing import Change, compare_words

Choice = Literal["mine", "theirs", "both"]

MOST: Final = 300
"""Passages of a text that are compared with those of the other, each with each."""

_GAP: Final = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True)
class Passage:
    """A stretch of both texts. One of them is empty where only the other has it."""

    mine: str
    theirs: str

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to choose."""
        return self.mine == self.theirs

    @property
    def changes(self) -> Sequence[Change]:
        """From theirs to mine, word by word."""
        return compare_words(self.theirs, self.mine)

    def chosen(self, choice: Choice) -> str:
        """What stands in the text after this choice."""
        if choice == "both":
            return "\n\n".join(part for part in (self.theirs, self.mine) if part)
        return self.mine if choice == "mine" else self.theirs


def passages(mine: str, theirs: str) -> list[Passage]:
    """The passages of two Markdown texts next to each other, in their order."""
    pairs = aligned(split(theirs), split(mine), alike, most=MOST)
    return [Passage(mine=new or "", theirs=old or "") for old, new in pairs]


def joined(told: Sequence[Passage], choices: Mapping[int, Choice]) -> str:
    """The text made of what was chosen; of a passage that nobody chose in, both are kept."""
    parts = [each.chosen("mine" if each.is_same else choices.get(at, "both")) for at, each in enumerate(told)]
    return "\n\n".join(part for part in parts if part)


def split(text: str) -> list[str]:
    """The passages of a Markdown text: what stands between empty lines."""
    return [part for part in (each.strip("\n") for each in _GAP.split(text.strip())) if part]


def alike(one: str, other: str) -> float:
    """The part of their words that both share (Dice, 1945)."""
    if one == other:
        return 1.0
    words, others = set(one.lower().split()), set(other.lower().split())
    return 2 * len(words & others) / (len(words) + len(others)) if words or others else 0.0

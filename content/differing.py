"""Differing: what changed in the words of a text, paragraph by paragraph and word by word.

Works on the HTML of two revisions, which our own renderer wrote. Pure functions: nothing here knows a database.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Literal

from content.aligning import aligned
from content.blocks import Block, BlockKind, Section, sections_of

Mark = Literal["same", "added", "removed"]

MOST_PAIRS: Final = 20_000
"""Pairs of equal words that two paragraphs may have. difflib looks at each of them again and again; a paragraph of 300
words has some 1,500. With more, the whole paragraph counts as replaced."""

MOST_BLOCKS: Final = 150
"""Paragraphs of a section that are compared with those of the other version, each with each."""

_TOKEN: Final = re.compile(r"(?:\w+(?:[.,:'’\-–]\w+)*|[^\w\s])\s*")
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True)
class Change:
    """A run of words that stayed, came or went."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class BlockChange:
    """A paragraph with what changed in it."""

    kind: BlockKind
    changes: Sequence[Change]

    @property
    def is_changed(self) -> bool:
        """Whether anything in it came or went."""
        return any(change.mark != "same" for change in self.changes)


@dataclass(frozen=True)
class SectionChange:
    """What stands under one heading, with what changed in it. The heading is empty before the first one."""

    heading: str
    mark: Mark
    """Whether the whole section stayed, came or went."""
    blocks: Sequence[BlockChange]

    @property
    def is_changed(self) -> bool:
        """Whether anything in it came or went."""
        return any(block.is_changed for block in self.blocks)

    @property
    def runs(self) -> list[tuple[BlockKind, list[BlockChange]]]:
        """Its blocks; those of one kind that follow each other together, as items make a list."""
        return [(kind, list(blocks)) for kind, blocks in groupby(self.blocks, key=lambda block: block.kind)]


def compare_texts(old: str, new: str) -> list[SectionChange]:
    """The sections of two HTML texts, in the order of the new one; what went stands where it stood."""
    pairs = aligned(sections_of(old), sections_of(new), _sections_alike, most=MOST_BLOCKS)
    return [_section(before, after) for before, after in pairs]


def compare_words(old: str, new: str) -> list[Change]:
    """Two lines of text word by word. What went stands before what came in its place."""
    if old == new:
        return [Change("same", new)] if new else []
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if _pairs(before, after) > MOST_PAIRS:
        return [Change("removed", old), Change("added", new)]
    keys, new_keys = [token.strip() for token in before], [token.strip() for token in after]
    line = _Line()
    steps = SequenceMatcher(None, keys, new_keys, autojunk=False).get_opcodes()
    for _what, start, end, new_start, new_end in _merged(steps, after):
        gone, come = "".join(before[start:end]), "".join(after[new_start:new_end])
        if keys[start:end] == new_keys[new_start:new_end]:
            # A word that lost the space behind it lost the word behind that, which is told next.
            line.put("same", come if come[-1:].isspace() else come + gone[len(gone.rstrip()) :])
        else:
            line.put("removed", gone)
            line.put("added", come)
    return line.changes


class _Line:
    """Gathers changes. Spaces stand between what came and went, not in it."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def put(self, mark: Mark, text: str) -> None:
        """Add a run of words; none of no words."""
        core = text.strip()
        if not core:
            return
        if mark == "same":
            self._add("same", text)
            return
        if self.changes and self.changes[-1].mark != "same":
            self._add("same", " ")
        self._add(mark, core)
        self._add("same", text[len(text.rstrip()) :])

    def _add(self, mark: Mark, text: str) -> None:
        if text and self.changes and self.changes[-1].mark == mark:
            text = self.changes.pop().text + text
        if text:
            self.changes.append(Change(mark, text))


def words_changed(sections: Sequence[SectionChange]) -> tuple[int, int]:
    """How many words came, and how many went."""
    counted: Counter[Mark] = Counter()
    for change in (change for section in sections for block in section.blocks for change in block.changes):
        counted[change.mark] += sum(1 for token in _TOKEN.findall(change.text) if _WORD.search(token))
    return counted["added"], counted["removed"]


def _section(old: Section | None, new: Section | None) -> SectionChange:
    if old is None or new is None:
        mark: Mark = "removed" if new is None else "added"
        only = old or new
        assert only is not None
        return SectionChange(only.heading, mark, [_whole(block, mark) for block in only.blocks])
    pairs = aligned(old.blocks, new.blocks, _blocks_alike, most=MOST_BLOCKS)
    return SectionChange(new.heading, "same", [_block(before, after) for before, after in pairs])


def _block(old: Block | None, new: Block | None) -> BlockChange:
    if old is None:
        assert new is not None
        return _whole(new, "added")
    if new is None:
        return _whole(old, "removed")
    return BlockChange(new.kind, compare_words(old.text, new.text))


def _whole(block: Block, mark: Mark) -> BlockChange:
    return BlockChange(block.kind, [Change(mark, block.text)])


def _sections_alike(old: Section, new: Section) -> float:
    return 1.0 if old.heading.lower() == new.heading.lower() else 0.0


def _blocks_alike(old: Block, new: Block) -> float:
    """The part of their words that two blocks share (Dice, 1945: twice what both have by what each has)."""
    if old.kind != new.kind:
        return 0.0
    if old.text == new.text:
        return 1.0
    return 2 * len(old.words & new.words) / (len(old.words) + len(new.words))


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    old, new = (Counter(token.strip() for token in tokens) for tokens in (before, after))
    return sum(count * new[token] for token, count in old.items())


Step = tuple[str, int, int, int, int]


def _merged(steps: Sequence[Step], after: Sequence[str]) -> list[Step]:
    """The same steps; a comma that stayed between two changes is part of one change."""
    merged: list[Step] = []
    for index, step in enumerate(steps):
        what, start, end, new_start, new_end = step
        is_between = 0 < index < len(steps) - 1
        if what == "equal" and is_between and not any(_WORD.search(token) for token in after[new_start:new_end]):
            what = "replace"
        if merged and what != "equal" and merged[-1][0] != "equal":
            _what, first, _end, new_first, _new_end = merged.pop()
            start, new_start = first, new_first
        merged.append((what, start, end, new_start, new_end))
    return merged

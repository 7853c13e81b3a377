"""The paragraphs of a text on its way, each with what was said about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from content.differing import BlockChange, SectionChange
from content.remarks import Thread


@dataclass(frozen=True)
class BlockRow:
    """A paragraph with what changed in it, its number, and what was said about it."""

    number: int
    block: BlockChange
    text: str
    threads: Sequence[Thread]


@dataclass(frozen=True)
class SectionRow:
    """What stands under one heading."""

    section: SectionChange
    blocks: Sequence[BlockRow]


def placed(sections: Sequence[SectionChange], said: list[Thread]) -> tuple[list[SectionRow], list[Thread]]:
    """Each paragraph with what was said about it; a remark stands at the first that holds its words."""
    left, rows, number = list(said), [], 0
    for section in sections:
        blocks = []
        for block in section.blocks:
            number += 1
            text = "".join(change.text for change in block.changes if change.mark != "removed").strip()
            here = [each for each in left if each.remark.passage and _holds(text, each.remark.passage)]
            left = [each for each in left if each not in here]
            blocks.append(BlockRow(number, block, text, here))
        rows.append(SectionRow(section, blocks))
    return rows, left


def _holds(text: str, passage: str) -> bool:
    return " ".join(passage.split()) in " ".join(text.split())


def passage_at(sections: Sequence[SectionRow], number: int) -> str:
    """The words of the paragraph of this number; nothing when there is none."""
    return next((block.text for section in sections for block in section.blocks if block.number == number), "")

"""What a run of the seed did, to be counted and to be read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Change(StrEnum):
    """What became of one row of the example content."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "left alone"
    """Somebody changed it here or built on it, so that the files have no say any more."""
    REMOVED = "removed"


NOUNS: Final = {
    "organisation": "organisations",
    "person": "people",
    "pilot": "pilots",
    "article": "articles",
    "file": "files",
}


@dataclass
class Report:
    """Counts by kind of thing and of change, and a sentence for everything that was left alone."""

    counts: Counter[tuple[str, Change]] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, noun: str, change: Change, note: str = "") -> None:
        """One more."""
        self.counts[noun, change] += 1
        if note:
            self.notes.append(note)

    def count(self, change: Change, noun: str | None = None) -> int:
        """How many things of this noun, or of all, underwent this."""
        return sum(n for (what, how), n in self.counts.items() if how == change and noun in (None, what))

    @property
    def wrote_nothing(self) -> bool:
        """Whether everything was as the files tell."""
        return not any(self.count(change) for change in (Change.NEW, Change.CHANGED, Change.REMOVED))

    def __iter__(self) -> Iterator[str]:
        """Lines for a terminal."""
        for change in Change:
            parts = [_counted(self.counts[noun, change], noun) for noun in NOUNS if self.counts[noun, change]]
            if parts:
                yield f"Example content, {change}: {', '.join(parts)}."
        yield from self.notes


def _counted(many: int, noun: str) -> str:
    return f"{many} {noun if many == 1 else NOUNS[noun]}"

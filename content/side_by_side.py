"""Side by side: an original and its translation, passage by passage, each with what stood there when it was translated.

Both are texts that go on changing. What was translated from what is known from the last time that somebody said so;
whatever changed since in either of them is found again by likeness. Pure functions: nothing here knows a database.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from content.aligning import aligned
from content.differing import Change, compare_words
from content.passages import MOST, alike, stretches

Known = Sequence[tuple[str, str]]
"""Passage of the original -> its translation, as somebody last said that they belong together."""

State = Literal["fits", "changed", "missing", "unsure", "gone"]

_MARK: Final = re.compile(r"(#{1,6}) |([-*+]|\d+[.)]) |(\|)|(!\[)|(>)")


@dataclass(frozen=True)
class Row:
    """A passage or a field in both languages."""

    original: str
    """What stands in the original now; empty when it has no such passage any more."""
    seen: str | None
    """What stood there when this was translated; None when nobody said."""
    words: str
    """The translation; empty while there is none."""

    @property
    def state(self) -> State:
        """Whether the translation still tells what the original does."""
        if not self.original:
            return "gone"
        if not self.words:
            return "missing"
        if self.seen is None:
            return "unsure"
        # Those that were kept before have lost the spaces in front: of the second paragraph of an item, say.
        return "fits" if self.seen.strip() == self.original.strip() else "changed"

    @property
    def is_to_do(self) -> bool:
        """Whether a translator should look at it."""
        # What only the translation has, somebody wrote there on purpose.
        return self.state not in ("fits", "gone") or (self.state == "gone" and bool(self.seen))

    @property
    def changes(self) -> Sequence[Change]:
        """What changed in the original since, word by word."""
        return compare_words(self.seen or "", self.original)


def beside(original: str, translation: str, known: Known) -> list[Row]:
    """The passages of both texts next to each other, each text in its own order."""
    texts, told = stretches(original), stretches(translation)
    to_text = _found(known, texts, 0)
    to_told = _found(known, told, 1)
    sources = {at: known[each][0] for each, at in to_told.items() if known[each][0]}
    rows: list[Row] = []
    text_at = told_at = 0
    for each in sorted(to_text.keys() & to_told.keys()):
        rows += _between(texts, told, sources, (text_at, to_text[each]), (told_at, to_told[each]))
        text_at, told_at = to_text[each], to_told[each]
        rows.append(Row(texts[text_at], known[each][0], told[told_at]))
        text_at, told_at = text_at + 1, told_at + 1
    return rows + _between(texts, told, sources, (text_at, len(texts)), (told_at, len(told)))


def _found(known: Known, passages: Sequence[str], side: int) -> dict[int, int]:
    """Place in `known` -> place among these passages."""
    before = [(at, pair[side]) for at, pair in enumerate(known)]
    now = list(enumerate(passages))
    pairs = aligned(before, now, lambda one, other: alike(one[1], other[1]), most=MOST, key=lambda one: one[1])
    return {old[0]: new[0] for old, new in pairs if old is not None and new is not None and old[1]}


def _between(
    texts: Sequence[str],
    told: Sequence[str],
    sources: dict[int, str],
    text_span: tuple[int, int],
    told_span: tuple[int, int],
) -> list[Row]:
    """What nobody said belongs together: headings stand beside headings, lists beside lists, in their order."""
    old = [(at, texts[at]) for at in range(*text_span)]
    new = [(at, told[at]) for at in range(*told_span)]
    pairs = aligned(
        old,
        new,
        lambda one, other: float(_sort(one[1]) == _sort(other[1])),
        most=MOST,
        key=lambda one: _sort(one[1]),
    )
    return [
        Row(
            original=text[1] if text else "",
            seen=sources.get(words[0]) if words else None,
            words=words[1] if words else "",
        )
        for text, words in pairs
    ]


def _sort(passage: str) -> str:
    """Heading of which level, list, table, picture, quotation, or plain text."""
    found = _MARK.match(passage)
    if found is None:
        return ""
    return found[1] or ("-" if found[2] else "") or found[3] or found[4] or found[5]

"""Blocks: the HTML of a revision as headings, paragraphs, items and rows of plain words."""

from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Final, Literal

BlockKind = Literal["paragraph", "item", "row", "heading"]

_KINDS: Final[dict[str, BlockKind]] = {
    "p": "paragraph",
    "figcaption": "paragraph",
    "pre": "paragraph",
    "li": "item",
    "tr": "row",
    "h3": "heading",
    "h4": "heading",
}
"""What makes a block of its own; whatever stands in none of these is passed over."""

_CELL: Final = " · "


@dataclass(frozen=True)
class Block:
    """A paragraph, an item of a list, a row of a table, or a heading below that of the section."""

    kind: BlockKind
    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Its different words, to tell how much two blocks are alike."""
        return frozenset(self.text.lower().split())


@dataclass(frozen=True)
class Section:
    """A heading, and what stands below it up to the next one. The first may have none."""

    heading: str
    blocks: list[Block] = field(default_factory=list)


def sections_of(html: str) -> list[Section]:
    """The sections of a text. `html` is what our own renderer wrote."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [section for section in reader.sections if section.heading or section.blocks]


class _Reader(HTMLParser):
    """Gathers words into the innermost block that is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections = [Section("")]
        self._open: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _KINDS and self._open and self._open[-1][0] == "li":
            # A paragraph or a list inside an item: what the item held so far is a block already.
            self._finish(*self._open.pop())
            self._open.append(("li", []))
            if tag == "p":
                return
        if tag in _KINDS or tag == "h2":
            self._open.append((tag, []))
        elif tag in ("td", "th") and self._open and "".join(self._open[-1][1]).strip():
            self._open[-1][1].append(_CELL)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._finish(*self._open.pop())

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][1].append(data)

    def _finish(self, tag: str, said: list[str]) -> None:
        text = " ".join("".join(said).split())
        if not text:
            return
        if tag == "h2":
            self.sections.append(Section(text))
        else:
            self.sections[-1].blocks.append(Block(_KINDS[tag], text))

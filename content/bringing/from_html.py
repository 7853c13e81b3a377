"""From the HTML that other programs write (Word, a mail, a page) to the Markdown that we keep.

Headings, lists, tables, pictures with captions, links, bold and italic come along; looks do not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.markdown.addresses import target_of
from content.bringing.elements import Element, read
from content.bringing.marks import at_start, escaped, mark_of, marked
from content.bringing.shapes import captioned, footnotes, grouped, is_block, listed, note_of, taken_title

MOST_COLUMNS: Final = 20

_GAP: Final = re.compile(r"\s+")
_COLOUR: Final = re.compile(r"(?<![-\w])(?:color|background(?:-color)?)\s*:\s*(?!windowtext|black|#000|white|inherit)")
_FIGURE: Final = re.compile(r"[-+−]?[€$]?\s?[\d.,\s]*\d\s?[%€]?")


@dataclass
class Brought:
    """What became of it."""

    markdown: str = ""
    dropped: Counter[str] = field(default_factory=Counter)
    """What could not come along, and how often: pictures, merged cells, colours, links, boxes."""
    title: str = ""
    """What the text calls itself, when it says so above everything else."""


def markdown_from(html: str, *, pictures: Mapping[str, str] | None = None, takes_title: bool = False) -> Brought:
    """This HTML as Markdown. `pictures`: address in the HTML -> name of a file of the piece; every other is dropped."""
    root = read(html)
    brought = Brought()
    if takes_title:
        brought.title = taken_title(root)
    writer = _Writer(pictures or {}, brought.dropped)
    blocks = [block for block in writer.blocks(root) if block.strip()]
    brought.markdown = "\n\n".join([*blocks, *writer.notes]).strip() + "\n" if blocks else ""
    return brought


def answer(data: bytes) -> dict[str, Any]:
    """The same for HTML of a stranger, which may be made to take for ever. Runs apart (`app.core.apart`)."""
    brought = markdown_from(data.decode("utf-8", "replace"))
    return {"markdown": brought.markdown, "dropped": brought.dropped}


class _Writer:
    def __init__(self, pictures: Mapping[str, str], dropped: Counter[str]) -> None:
        self._pictures = pictures
        self._dropped = dropped
        self.notes: list[str] = []

    # --- blocks -------------------------------------------------------------------------------------------------

    def blocks(self, element: Element) -> Iterator[str]:
        """The blocks inside, each without empty lines around it."""
        children = captioned(listed(grouped(element.children)))
        for child in children:
            match child.tag:
                case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                    text = self.run(child).replace("**", "")
                    yield f"{'#' * min(6, int(child.tag[1]) + 1)} {text}" if text else ""
                case "ul" | "ol":
                    yield self._list(child)
                case "table":
                    yield from self._table(child)
                case "blockquote":
                    yield "\n".join(f"> {line}".rstrip() for line in "\n\n".join(self.blocks(child)).split("\n"))
                case "pre":
                    yield f"```\n{''.join(_raw(child)).strip(chr(10)).replace('```', '')}\n```"
                case "hr":
                    yield "---"
                case "figure":
                    yield from self._figure(child)
                case _ if any(isinstance(each, Element) and is_block(each) for each in child.children):
                    yield from self.blocks(child)
                case _:
                    yield at_start(self.run(child))

    def _list(self, element: Element) -> str:
        if items := footnotes(element):
            self.notes += [f"[^{name}]: {self.run(item).removesuffix('↑').strip()}" for name, item in items]
            return ""
        lines: list[str] = []
        items_ = [child for child in element.children if isinstance(child, Element)]
        number = int(start) if (start := element.get("start")).isdigit() and len(start) < 5 else 1
        for item in items_:
            mark = f"{number}. " if element.tag == "ol" else "- "
            number += 1
            # A list that lies in a list without an item, as Word and old pages write it.
            inner = list(self.blocks(Element("", children=[item] if item.tag in ("ul", "ol") else item.children)))
            inner = [block for block in inner if block.strip()]
            if not inner:
                continue
            if item.tag in ("ul", "ol") and lines:
                lines += [f"  {line}".rstrip() for line in inner[0].split("\n")]
                continue
            is_tight = all(_is_list(block) for block in inner[1:])
            text = ("\n" if is_tight else "\n\n").join(inner)
            first, *rest = text.split("\n")
            lines += [mark + first, *(f"{' ' * len(mark)}{line}".rstrip() for line in rest)]
        return "\n".join(lines)

    def _figure(self, element: Element) -> Iterator[str]:
        captions = element.find("figcaption")
        shown = [self._picture(picture, captions[0].words if captions else "") for picture in element.find("img")]
        yield from shown
        if not any(shown):
            yield from (at_start(self.run(caption)) for caption in captions)
        told = ("figcaption", "img")
        others = [c for c in element.children if isinstance(c, str) or (c.tag not in told and not c.find("img"))]
        yield from self.blocks(Element("", children=others))

    def _table(self, element: Element) -> Iterator[str]:
        rows = [row.find("td", "th") for row in element.find("tr")]
        rows = [row for row in rows if row]
        cells = sum(len(row) for row in rows)
        if not cells:
            return
        if cells == 1 or (all(len(row) == 1 for row in rows) and not element.find("th")):
            # A box around text, not a table.
            self._dropped["boxes"] += 1
            for row in rows:
                yield from self.blocks(row[0])
            return
        for caption in element.find("caption"):
            yield at_start(self.run(caption))
        grid = [self._row(row) for row in rows]
        width = min(MOST_COLUMNS, max(map(len, grid)))
        grid = [(row + [""] * width)[:width] for row in grid]
        rights = [_holds_figures([row[place] for row in grid[1:]]) for place in range(width)]
        rule = ["---:" if right else "---" for right in rights]
        yield "\n".join(f"| {' | '.join(row)} |" for row in (grid[0], rule, *grid[1:]))

    def _row(self, cells: list[Element]) -> list[str]:
        told: list[str] = []
        for cell in cells:
            if cell.get("rowspan") not in ("", "1") or cell.get("colspan") not in ("", "1"):
                self._dropped["merged cells"] += 1
            text = " ".join(filter(None, (_flat(block) for block in self.blocks(cell))))
            span = cell.get("colspan")
            told += [text, *[""] * (min(MOST_COLUMNS, int(span)) - 1 if span.isdigit() and len(span) < 4 else 0)]
        return told

    # --- runs ---------------------------------------------------------------------------------------------------

    def run(self, element: Element) -> str:
        """What is said inside, as one run with its marks."""
        text = "".join(self._said(child) for child in element.children)
        lines = (_GAP.sub(" ", line).strip() for line in text.split("\x00"))
        return "\\\n".join(filter(None, lines))

    def _said(self, child: "Element | str") -> str:
        if isinstance(child, str):
            return escaped(_GAP.sub(" ", child))
        match child.tag:
            case "br":
                return "\x00"
            case "img":
                return self._picture(child, child.get("title"))
            case "a":
                return self._link(child)
            case "sup" if note := note_of(child):
                return f"[^{note}]"
            case "code":
                return f"`{child.words.replace('`', '')}`" if child.words else ""
        inner = "".join(self._said(each) for each in child.children)
        style = child.get("style")
        if "mso-list:ignore" in style.replace(" ", "").lower():
            return ""
        if _COLOUR.search(style):
            self._dropped["colours"] += 1
        return marked(inner, mark_of(child, style))

    def _link(self, link: Element) -> str:
        words, address = "".join(self._said(each) for each in link.children), link.get("href").strip()
        if not words.strip():
            return words
        if not address.startswith(("http://", "https://", "mailto:")) or target_of(address) is None:
            # A place in the document, or a file on somebody's disk.
            if address and not address.startswith("#"):
                self._dropped["links"] += 1
            return words
        address = address.replace("(", "%28").replace(")", "%29")
        if words.strip() == escaped(link.get("href").strip()):
            return f" <{address}> " if words != words.strip() else f"<{address}>"
        return f"[{words}]({address})"

    def _picture(self, picture: Element, caption: str) -> str:
        name = self._pictures.get(picture.get("src"))
        if name is None:
            self._dropped["pictures"] += 1
            return ""
        title = _GAP.sub(" ", caption).replace("\\", "").replace('"', "”").strip()
        return f"![{escaped(_GAP.sub(' ', picture.get('alt')).strip())}](files/{name}" + (
            f' "{title}")' if title else ")"
        )


def _flat(block: str) -> str:
    """A block inside a cell: one line."""
    return _GAP.sub(" ", block.replace("\\\n", " ").removeprefix("- ")).strip()


def _is_list(block: str) -> bool:
    return re.match(r"(- |\d+\. )", block) is not None


def _holds_figures(cells: list[str]) -> bool:
    told = [cell for cell in cells if cell]
    return bool(told) and all(len(cell) < 30 and _FIGURE.fullmatch(cell) for cell in told)


def _raw(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag == "br":
            yield "\n"
        else:
            yield from _raw(child)

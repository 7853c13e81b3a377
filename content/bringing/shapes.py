"""The tree of a text put right: blocks only, Word's paragraphs as the lists they are, pictures with their captions."""

import re
from collections.abc import Iterator
from typing import Final

from content.bringing.elements import Element

BLOCKS: Final = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "hr", "blockquote", "ul", "ol", "li", "pre", "figure", "table"}
    | {"figcaption", "caption", "section", "article", "main"}
)

_LEVEL: Final = re.compile(r"mso-list\s*:[^;]*?level(\d)")
_NUMBERED: Final = re.compile(r"\w{1,4}[.)]")


def taken_title(root: Element) -> str:
    """The words of the heading above everything, which is then taken out of the tree; empty when there is none."""
    headings = root.find("h1")
    first = next((child for child in root.children if not isinstance(child, str) or child.strip()), None)
    if not isinstance(first, Element) or first.tag != "h1" or (len(headings) > 1 and "title" not in first.get("class")):
        return ""
    root.children.remove(first)
    return first.words


def is_block(element: Element) -> bool:
    """Whether it is a block, or holds one."""
    return element.tag in BLOCKS or any(isinstance(each, Element) and is_block(each) for each in element.children)


def grouped(children: "list[Element | str]") -> Iterator[Element]:
    """Only blocks: what stands between them becomes a paragraph of its own."""
    loose: list[Element | str] = []
    for child in children:
        if isinstance(child, Element) and is_block(child):
            if any(not isinstance(each, str) or each.strip() for each in loose):
                yield Element("p", children=loose)
            loose = []
            yield child if child.tag in BLOCKS else Element("div", child.attributes, child.children)
        else:
            loose.append(child)
    if any(not isinstance(each, str) or each.strip() for each in loose):
        yield Element("p", children=loose)


def listed(children: Iterator[Element]) -> Iterator[Element]:
    """The paragraphs that Word puts on the clipboard for the items of a list, as lists inside each other."""
    open_: list[Element] = []
    for child in children:
        level = _LEVEL.search(child.get("style")) if child.tag == "p" else None
        if level is None:
            if open_:
                yield open_[0]
                open_ = []
            yield child
            continue
        depth = min(int(level[1]), len(open_) + 1)
        mark = next((each.words for each in child.find("span") if "ignore" in each.get("style").lower()), "")
        mark = mark or next((each.words for span in child.find("span") for each in span.find("span")), "")
        del open_[depth:]
        if len(open_) < depth:
            inner = Element("ol" if _NUMBERED.fullmatch(mark.split(" ")[0]) else "ul")
            if open_:
                open_[-1].children.append(inner)
            open_.append(inner)
        open_[-1].children.append(Element("li", children=child.children))
    if open_:
        yield open_[0]


def captioned(children: Iterator[Element]) -> Iterator[Element]:
    """A paragraph with a picture, and the caption below it, as one figure."""
    held: Element | None = None
    for child in children:
        is_caption = "caption" in child.get("class").lower() and child.tag == "p"
        if held is not None and is_caption:
            yield Element("figure", children=[*held.find("img"), Element("figcaption", children=child.children)])
            held = None
            continue
        if held is not None:
            yield held
        held = None
        if child.tag == "p" and child.find("img") and not child.words:
            held = child
        else:
            yield child
    if held is not None:
        yield held


def footnotes(element: Element) -> list[tuple[str, Element]]:
    """Number and item, when this list holds the footnotes of the text; else nothing."""
    items = [child for child in element.children if isinstance(child, Element)]
    named = [(re.sub(r"\D", "", item.get("id")), item) for item in items if "note-" in item.get("id")]
    return named if items and len(named) == len(items) else []


def note_of(sup: Element) -> str:
    """The number of the footnote that this points at; empty when it points at none."""
    link = next(iter(sup.find("a")), None)
    found = re.fullmatch(r"#(?:.*-)?(?:foot|end)note-(\d+)", link.get("href")) if link else None
    return found[1] if found else ""

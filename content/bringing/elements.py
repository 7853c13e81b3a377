"""HTML of others as a small tree: only elements that mean something here, whatever the markup looked like."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from app.core.text import wash

DEEPEST: Final = 60
"""Elements inside each other; what lies deeper is told flat."""

TAGS: Final = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "br", "hr", "blockquote", "ul", "ol", "li", "pre", "figure"}
    | {"figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "b", "strong", "i", "em"}
    | {"s", "strike", "del", "code", "sup", "img", "span", "section", "article", "main"}
)
"""Every other element counts as the words in it."""

GONE: Final = frozenset(
    {"script", "style", "title", "template", "noscript", "object", "svg", "xml", "textarea", "select"}
)
"""These are gone with the words in them."""

ENDED_BY: Final = {
    "p": frozenset(
        {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "hr", "figure"}
    ),
    "li": frozenset({"li"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
    "tr": frozenset({"tr"}),
}
"""Elements that need no end of their own: what begins after them says that they are over (HTML, 13.1.2.4)."""

_EMPTY: Final = frozenset({"br", "hr", "img"})
_GAP: Final = re.compile(r"[ \t\n\r\f]+")


@dataclass
class Element:
    """An element, or with an empty tag the whole."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def get(self, name: str) -> str:
        """An attribute; empty when it is not there."""
        return self.attributes.get(name, "")

    @property
    def words(self) -> str:
        """Everything that is said inside, on one line."""
        return _GAP.sub(" ", "".join(c if isinstance(c, str) else f" {c.words} " for c in self.children)).strip()

    def find(self, *tags: str) -> "list[Element]":
        """Every element of these inside, in order; not those inside one that was found."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.tag in tags else child.find(*tags)
        return found


def read(html: str) -> Element:
    """The tree of this HTML. Nothing in it can act: it is only ever written out as words and marks."""
    reader = _Reader()
    reader.feed(wash(html))
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self._gone: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._gone or tag in GONE:
            self._gone += [tag] if tag in GONE else []
            return
        if tag not in TAGS:
            return
        while tag in ENDED_BY.get(self._open[-1].tag, ()):
            self._open.pop()
        if len(self._open) > DEEPEST:
            return
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in GONE:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._gone:
            if self._gone[-1] == tag:
                self._gone.pop()
            return
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._gone:
            self._open[-1].children.append(data)

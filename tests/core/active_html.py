"""Looks for anything in a piece of HTML that could act: run, fetch, post, move, dress or speak for the page.

Written apart from the sanitiser and stricter than it has to be: what is not known to be inert counts as active, and so
does anything that a second reading could take for a tag.
"""

import re
from html.parser import HTMLParser
from typing import Final

INERT_TAGS: Final = frozenset(
    {
        "a",
        "blockquote",
        "br",
        "code",
        "div",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
    }
    | {
        "ol",
        "p",
        "pre",
        "s",
        "section",
        "span",
        "strong",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    }
)

INERT_ATTRIBUTES: Final = frozenset(
    {
        "alt",
        "aria-label",
        "class",
        "decoding",
        "height",
        "id",
        "loading",
        "rel",
        "role",
        "scope",
        "sizes",
        "start",
        "tabindex",
    }
    | {"width"}
)

OWN_CLASSES: Final = frozenset(
    {"a-center", "aside", "aside--let-op", "aside--misging", "aside--tip", "data", "figure", "footnote-back"}
    | {"footnote-ref", "footnotes", "missing", "num", "scroll-x"}
)

_DROPPED_BY_BROWSERS: Final = re.compile("[\x00-\x20\x7f-\x9f\xa0\u2000-\u200f\u2028-\u202f\ufeff]")


def active_constructs(html: str) -> list[str]:
    """What was found, in words; empty for HTML that only shows something."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def goes_somewhere_bad(address: str, *, loads: bool) -> bool:
    """Whether a browser would run this address, or load it from another host."""
    seen = _DROPPED_BY_BROWSERS.sub("", address).replace("\\", "/").lower()
    if seen.startswith("//") or re.match("[a-z]+://[^/?#]*@", seen):
        return True
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", seen)
    if scheme is None:
        return not seen.startswith(("/", "#")) or (loads and not seen.startswith("/beeld/"))
    return loads or scheme[1] not in {"http", "https", "mailto"} or not re.match(r"https?://[^/]|mailto:", seen)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INERT_TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if not self._is_inert(tag, name, value or ""):
                self.found.append(f"<{tag} {name}={value!r}>")

    def _is_inert(self, tag: str, name: str, value: str) -> bool:
        match name:
            case "href" if tag == "a":
                return not goes_somewhere_bad(value, loads=False)
            case "src" if tag == "img":
                return not goes_somewhere_bad(value, loads=True)
            case "srcset" if tag == "img":
                return not any(goes_somewhere_bad(each.split()[0], loads=True) for each in value.split(","))
            case "class":
                return set(value.split()) <= OWN_CLASSES
            case "id":
                return re.fullmatch(r"[tn]-[a-z0-9-]+", value) is not None
            case "role":
                return value in {"region", "doc-noteref", "doc-backlink", "doc-endnotes"}
            case _:
                return name in INERT_ATTRIBUTES

    def handle_endtag(self, tag: str) -> None:
        if tag not in INERT_TAGS:
            self.found.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self.found.append(f"a bare < in {data!r}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"a comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"a declaration {decl!r}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"a section {data!r}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"an instruction {data!r}")

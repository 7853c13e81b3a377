"""The Markdown we read: CommonMark with tables, strikethrough, footnotes and callouts. No HTML.

Every part was measured at the length that `render` takes: nothing below grows faster than the text. Three parts of
the libraries do, and are replaced or fenced in here: `linkify` and `gfm_autolink` (see `autolinks`), and footnote
marks without an end.
"""

import re
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

from app.core.markdown import addresses, autolinks

CALLOUTS: Final = {
    "misging": "misging",
    "went-wrong": "misging",
    "tip": "tip",
    "let-op": "let-op",
    "watch-out": "let-op",
}
"""What stands after `:::`, in Dutch and English, and the callout it makes."""

NOTE_NAME: Final = 60
"""Characters between `[^` and `]`. Without a limit `[^a[^a[^a...` is read to the end from every mark: 100 kB took
longer than a minute."""

_LABEL: Final = 63
_HOST: Final = re.compile(r"(?:(?:[a-z]+:)?//|mailto:)([^/?#]*)", re.IGNORECASE)


class _Dialect(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return addresses.target_of(url) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        if url.startswith("www."):
            url = "https://" + url
        # Punycode is quadratic in the length of a label; no name on the internet has one longer than 63 (RFC 1035).
        host = _HOST.match(url)
        too_long = len(url) > addresses.MAX_LENGTH or (host and any(len(p) > _LABEL for p in re.split("[.@]", host[1])))
        return "" if too_long else super().normalizeLink(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


@cache
def _dialect() -> MarkdownIt:
    dialect = _Dialect("commonmark", {"html": False}).enable(["table", "strikethrough"])
    dialect.use(footnote_plugin, inline=False).use(container_plugin, "callout", validate=_is_callout)
    dialect.inline.ruler.at("footnote_ref", _footnote_ref)
    dialect.core.ruler.push("autolinks", autolinks.rule)
    return dialect


def parse(source: str) -> list[Token]:
    """The tokens of a text."""
    return _dialect().parse(source)


def to_html(tokens: list[Token]) -> str:
    """The tokens written out. Not for readers yet: see `allowed.sanitise`."""
    dialect = _dialect()
    html: str = dialect.renderer.render(tokens, dialect.options, {})
    return html


def _is_callout(words: str, _markup: str) -> bool:
    return words.strip() in CALLOUTS


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[^", state.pos) or "]" not in state.src[state.pos : state.pos + NOTE_NAME + 3]:
        return False
    return footnote_ref(state, silent)

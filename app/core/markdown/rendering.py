"""Rendering: one text, from what was written to what is shown, found and quoted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.language import number, speaking
from app.core.markdown.allowed import sanitise
from app.core.markdown.blocks import callouts, code, figures, headings, notes, sections
from app.core.markdown.dialect import parse, to_html
from app.core.markdown.runs import runs
from app.core.markdown.shapes import Heading, Image, Telling, words
from app.core.markdown.tables import tables
from app.core.text import wash

MAX_LENGTH: Final = 100_000
"""Characters: some 15,000 words, an hour of reading. The longest example has 5,157."""

MAX_LINES: Final = 5_000
"""Each line is looked at once for every quotation and list it may be in: 50,000 lines of one letter took 3 s."""

MAX_PARTS: Final = 60_000
"""Tokens. Empty cells of a table cost nothing to write: 81 kB made 330,000 tokens. Prose of full length has 20,000."""

MAX_CARRIED: Final = 4 * MAX_LENGTH
"""Characters of all addresses together. A short name for a long address can be used again and again: 100 kB became
600 MB."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as readers get it."""

    html: str
    """Safe to give out as it is. Headings begin at level 2; ids begin with `t-` (headings) or `n-` (notes)."""
    headings: tuple[Heading, ...]
    plain: str
    """Its words, one block to a line."""
    missing: tuple[str, ...]
    """Names of files and addresses of pictures that the text uses and that are not there."""


def render(
    source: str,
    *,
    images: Mapping[str, Image] | None = None,
    attachments: Mapping[str, str] | None = None,
    language: str = "nl",
) -> Rendered:
    """The HTML of a Markdown text. The labels in it speak `language`, that of the text.

    `images` are the pictures that `![words](files/name "caption")` may show, `attachments` the addresses that
    `[words](files/name)` may lead to, both by name. Raises Invalid (field `body`) for a text that is too long.
    """
    tokens = parsed(source)
    telling = Telling(images or {}, attachments or {})
    plain_text = _plain(tokens)
    with speaking(language):
        html = to_html(_shape(tokens, telling))
    return Rendered(sanitise(html), tuple(telling.headings), plain_text, tuple(telling.missing))


def plain(source: str) -> str:
    """The words of a Markdown text, one block to a line: for search, excerpts and feeds. Raises as `render` does."""
    return _plain(parsed(source))


def parsed(source: str) -> list[Token]:
    """The tokens of a text of a length that we take. Raises as `render` does."""
    washed = wash(source)
    if len(washed) > MAX_LENGTH:
        sentence = _("This text is longer than %(n)s characters. Make two pieces of it.", n=number(MAX_LENGTH))
        raise Invalid(sentence, field="body")
    if washed.count("\n") > MAX_LINES:
        raise _too_many_parts()
    tokens = parse(washed)
    parts = [part for token in tokens for part in parts_of(token)]
    if len(parts) > MAX_PARTS or sum(map(_carried, parts)) > MAX_CARRIED:
        raise _too_many_parts()
    return tokens


def _too_many_parts() -> Invalid:
    return Invalid(_("This text has too many lines, links or cells. Make two pieces of it."), field="body")


def parts_of(token: Token) -> Iterator[Token]:
    """The token, and whatever is inside it."""
    yield token
    for child in token.children or ():
        yield from parts_of(child)


def _carried(token: Token) -> int:
    return sum(len(str(value)) for value in token.attrs.values())


def _shape(tokens: list[Token], telling: Telling) -> list[Token]:
    for shape in (sections, callouts, headings, runs, figures, notes, code, tables):
        tokens = list(shape(tokens, telling))
    return tokens


def _plain(tokens: list[Token]) -> str:
    lines = (
        words(token.children) if token.type == "inline" else token.content.strip()
        for token in tokens
        if token.type in {"inline", "fence", "code_block"}
    )
    return "\n".join(filter(None, lines))

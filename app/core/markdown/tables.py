"""Tables as our pages show them: they scroll by themselves, say what they are, and know their head, rows and total."""

from collections.abc import Iterator
from typing import Final

from markdown_it.token import Token

from app.core.language import gettext as _
from app.core.markdown.shapes import Telling, closing, opening, words

TOTALS: Final = frozenset({"totaal", "total"})
"""A last row that begins with one of these words is the foot of the table."""

_ALIGNED: Final = {"text-align:right": "num", "text-align:center": "a-center"}
"""The library writes an inline style, which our pages refuse. What stands on the right are figures."""


def tables(tokens: list[Token], telling: Telling) -> Iterator[Token]:
    """Every table of the text, each in a region that the keyboard can scroll, named after the section it stands in."""
    section, number, start = "", 0, 0
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            section = words(tokens[place + 1].children)
        if token.type == "table_open":
            number, start = number + 1, place
            name = _("Table %(n)s: %(section)s", n=number, section=section) if section else _("Table %(n)s", n=number)
            yield opening("div", class_="scroll-x", tabindex="0", role="region", aria_label=name)
        elif token.type == "table_close":
            yield from _table(tokens[start : place + 1])
            yield closing("div")
            start = 0
        if not start and token.type != "table_close":
            yield token


def _table(tokens: list[Token]) -> Iterator[Token]:
    tokens[0].attrs["class"] = "data"
    total = _row_of_total(tokens)
    row: list[Token] = []
    for place, token in enumerate(tokens):
        if place == total:
            yield from (closing("tbody"), opening("tfoot"))
        if token.type == "tr_open":
            row = []
        if token.type in {"th_open", "td_open"}:
            _cell(token, tokens[place + 2], first=not row, empty=not words(tokens[place + 1].children))
            row.append(token)
        if total is not None and token.type == "tbody_close":
            token.tag = "tfoot"
        yield token


def _cell(token: Token, end: Token, *, first: bool, empty: bool) -> None:
    """Heads of columns and rows say so. A cell without words heads nothing; figures in front are no head of a row."""
    name = _ALIGNED.get(str(token.attrs.pop("style", "")))
    scope = "col" if token.type == "th_open" else "row" if first and name is None else ""
    token.tag = end.tag = "th" if scope and not empty else "td"
    if token.tag == "th":
        token.attrs["scope"] = scope
    if name:
        token.attrs["class"] = name


def _row_of_total(tokens: list[Token]) -> int | None:
    """Where the last row begins, when it is a total below other rows."""
    rows = [place for place, token in enumerate(tokens) if token.type == "tr_open"]
    if len(rows) < 3:
        return None
    first_words = words(tokens[rows[-1] + 2].children).lower().rstrip(":")
    return rows[-1] if first_words in TOTALS else None

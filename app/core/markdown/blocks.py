"""The blocks of a text as our pages show them: sections, callouts, tables, figures, notes at the end.

Each function takes the tokens of a whole text and gives them back changed; `rendering` says in which order.
"""

from collections.abc import Iterator
from typing import Final

from markdown_it.token import Token

from app.core.language import gettext as _
from app.core.markdown.dialect import CALLOUTS
from app.core.markdown.shapes import Heading, Telling, closing, inline, opening, text, words
from app.core.text import slug

LOWEST: Final = 6

WAYS_BACK: Final = 20
"""Links at the end of one note. A note that is used 24,000 times would have as many."""


def sections(tokens: list[Token], telling: Telling) -> Iterator[Token]:
    """A section headed with the words of the first callout ("What went wrong") looks like that callout."""
    inside = 0
    for place, token in enumerate(tokens):
        starts = token.type == "heading_open" and token.level == 0
        if inside and (token.type == "footnote_block_open" or (starts and int(token.tag[1]) <= inside)):
            yield closing("div")
            inside = 0
        if starts and not inside and words(tokens[place + 1].children).lower() == _callout_label("misging").lower():
            yield opening("div", class_="aside aside--misging")
            inside = int(token.tag[1])
        yield token
    if inside:
        yield closing("div")


def callouts(tokens: list[Token], telling: Telling) -> Iterator[Token]:
    """`::: tip` becomes a box with a heading of its own; `headings` gives that heading its level."""
    for token in tokens:
        if token.type == "container_callout_open":
            name = CALLOUTS[token.info.strip()]
            token.tag, token.attrs = "div", {"class": f"aside aside--{name}"}
            yield token
            yield Token("heading_open", "h0", 1, block=True)
            yield inline(text(_callout_label(name)))
            yield Token("heading_close", "h0", -1, block=True)
        else:
            yield token


def headings(tokens: list[Token], telling: Telling) -> Iterator[Token]:
    """Levels from 2 down without a gap, whatever was written; an id for each, made of its words."""
    outline, ids = _Outline(), _Ids()
    for place, token in enumerate(tokens):
        if token.type == "container_callout_open":
            outline.enter()
        elif token.type == "container_callout_close":
            outline.leave()
        elif token.type == "heading_open":
            said = words(tokens[place + 1].children)
            heading = Heading(outline.place(int(token.tag[1])), ids.new(said), said)
            telling.headings.append(heading)
            telling.ids.add(heading.id)
            token.tag = tokens[place + 2].tag = f"h{heading.level}"
            token.attrs = {"id": heading.id}
        yield token


def figures(tokens: list[Token], telling: Telling) -> Iterator[Token]:
    """A picture that is a paragraph of its own becomes a figure; its title is the caption."""
    place = 0
    while place < len(tokens):
        run = tokens[place + 1 : place + 3]
        picture = _only_picture(run[0]) if tokens[place].type == "paragraph_open" and run else None
        if picture is None or run[1].type != "paragraph_close":
            yield tokens[place]
            place += 1
            continue
        yield opening("figure", class_="figure")
        yield inline(picture)
        if caption := picture.meta["caption"]:
            yield from (opening("figcaption"), inline(text(caption)), closing("figcaption"))
        yield closing("figure")
        place += 3


def notes(tokens: list[Token], telling: Telling) -> Iterator[Token]:
    """The footnotes at the end: a list, each with a way back for every place that points at it."""
    for token in tokens:
        match token.type:
            case "footnote_block_open":
                yield opening("section", class_="footnotes", role="doc-endnotes", aria_label=_("Footnotes"))
                yield opening("ol")
            case "footnote_block_close":
                yield from (closing("ol"), closing("section"))
            case "footnote_open":
                yield opening("li", id=f"n-{token.meta['id'] + 1}")
            case "footnote_close":
                yield closing("li")
            case "footnote_anchor" if token.meta["subId"] < WAYS_BACK:
                yield inline(*_way_back(token.meta["id"] + 1, token.meta["subId"] + 1))
            case "footnote_anchor":
                pass
            case _:
                yield token


def code(tokens: list[Token], telling: Telling) -> Iterator[Token]:
    """Code can be wider than the page: it takes focus, so that the keyboard can move it."""
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            yield opening("pre", tabindex="0")
            yield inline(Token("code_inline", "code", 0, content=token.content))
            yield closing("pre")
        else:
            yield token


class _Outline:
    """Turns the levels that were written into levels that go down one at a time, starting at 2."""

    def __init__(self) -> None:
        self._open: list[int] = []
        self._floor = 0
        self._outer: list[tuple[list[int], int]] = []

    def place(self, written: int) -> int:
        while len(self._open) > self._floor and self._open[-1] >= written:
            self._open.pop()
        self._open.append(written)
        return min(len(self._open) + 1, LOWEST)

    def enter(self) -> None:
        """Into a callout: its headings stand below the section it interrupts."""
        self._outer.append((self._open.copy(), self._floor))
        self._floor = len(self._open)

    def leave(self) -> None:
        self._open, self._floor = self._outer.pop()


class _Ids:
    """Gives every heading an id of its own. `t-` is ours: no id of a page begins with it, nor with `n-` (notes)."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def new(self, said: str) -> str:
        wished = f"t-{slug(said)}"
        chosen, times = wished, self._given.get(wished, 0)
        while chosen in self._given:
            times += 1
            chosen = f"{wished}-{times + 1}"
        self._given[wished] = times
        self._given.setdefault(chosen, 0)
        return chosen


def _callout_label(name: str) -> str:
    return {"misging": _("What went wrong"), "tip": _("Tip"), "let-op": _("Watch out")}[name]


def _only_picture(run: Token) -> Token | None:
    children = [child for child in run.children or () if child.type != "text" or child.content.strip()]
    return children[0] if len(children) == 1 and children[0].type == "img" else None


def _way_back(number: int, time: int) -> Iterator[Token]:
    suffix = f"-{time}" if time > 1 else ""
    label = _("Back to the text at footnote %(n)s", n=f"{number}{suffix}")
    attributes = {"class": "footnote-back", "href": f"#n-{number}-from{suffix}", "role": "doc-backlink"}
    yield text(" ")
    yield Token("link_open", "a", 1, attrs={**attributes, "aria-label": label})
    yield text(_("Back to the text") + (f" ({time})" if suffix else ""))
    yield Token("link_close", "a", -1)

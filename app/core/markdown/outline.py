"""Outline: what a text is made of, as somebody wrote it, for whoever checks it before readers see it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from markdown_it.token import Token

from app.core.markdown.addresses import Target, target_of
from app.core.markdown.rendering import parsed, parts_of
from app.core.markdown.shapes import words

KEPT: Final = 16
"""Outlines, each about as large as its text: whoever writes is shown the same text again and again."""


@dataclass(slots=True)
class Outline:
    """The parts of a text in their order, without our corrections."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    """Level as it was written, and words."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Words and address."""
    tables: list[list[str]] = field(default_factory=list)
    """The heads of each table's columns."""
    paragraphs: list[str] = field(default_factory=list)
    """Paragraphs and items of lists: what is read as sentences."""
    said: list[str] = field(default_factory=list)
    """Every stretch of text, in headings, tables and code too."""
    below: dict[str, int] = field(default_factory=dict)
    """Heading -> how many words stand below it, up to the next one. The empty heading is the beginning."""
    pictures: dict[str, bool] = field(default_factory=dict)
    """Name of a picture that the text shows -> whether it says wherever it does what is to be seen."""


@lru_cache(KEPT)
def outline(source: str) -> Outline:
    """The outline of a Markdown text. Whoever asks shares it, so nobody changes it. Raises Invalid as `render` does."""
    found, heading = Outline(), ""
    tokens = parsed(source)
    for place, token in enumerate(tokens):
        for name, is_described in _pictures(token):
            found.pictures[name] = found.pictures.get(name, True) and is_described
        said = words(token.children) if token.type == "inline" else token.content
        if token.type in ("inline", "fence", "code_block"):
            found.said.append(said)
        before = tokens[place - 1] if place else None
        match before.type if before is not None else "":
            case "heading_open" if before is not None:
                heading = said
                found.headings.append((int(before.tag[1]), said))
                found.below.setdefault(heading, 0)
                continue
            case "th_open":
                found.tables[-1].append(said)
            case "paragraph_open":
                found.paragraphs.append(said)
        if token.type == "table_open":
            found.tables.append([])
        if token.type in ("inline", "fence", "code_block"):
            found.below[heading] = found.below.get(heading, 0) + len(said.split())
            found.links += _links(token.children or [])
    return found


def _pictures(token: Token) -> Iterator[tuple[str, bool]]:
    for part in parts_of(token):
        if part.type == "image" and target_of(address := str(part.attrs["src"])) is Target.FILE:
            yield unquote(address.removeprefix("files/")), bool(words(part.children))


def _links(children: list[Token]) -> list[tuple[str, str]]:
    links = []
    for place, child in enumerate(children):
        if child.type == "link_open":
            inside = []
            for other in children[place + 1 :]:
                if other.type == "link_close":
                    break
                inside.append(other)
            links.append((words(inside), str(child.attrs["href"])))
    return links

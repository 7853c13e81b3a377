"""What a document would bring, counted, and what of it stays behind, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.language import ngettext
from app.core.markdown import Rendered, plain
from app.core.text import reading_minutes
from content.bringing.documents import Document


@dataclass(frozen=True)
class LeftBehind:
    """A sort of thing that does not come along."""

    what: str
    count: int
    sentence: str


@dataclass(frozen=True)
class Counts:
    """How much there is in a document."""

    words: int
    headings: int
    tables: int
    pictures: int
    minutes: int
    """To read it."""


def counted(document: Document, rendered: Rendered) -> Counts:
    """How much there is in this document, whose text was rendered."""
    return Counts(
        words=len(plain(document.markdown).split()),
        headings=len(rendered.headings),
        tables=rendered.html.count("<table"),
        pictures=len(document.pictures),
        minutes=reading_minutes(rendered.plain),
    )


def left_behind(dropped: Mapping[str, int]) -> list[LeftBehind]:
    """Each sort of thing that does not come along, with a sentence."""
    told = {
        "pictures": lambda n: ngettext(
            "One picture: its kind, size or place.", "%(n)s pictures: their kind, size or place.", n
        ),
        "merged cells": lambda n: ngettext(
            "One merged cell is told once, beside empty ones.",
            "%(n)s merged cells are told once, beside empty ones.",
            n,
        ),
        "colours": lambda n: ngettext("Colour of text, once.", "Colours of text, %(n)s times.", n),
        "links": lambda n: ngettext(
            "One link to a file of your own; its words stay.", "%(n)s links to files of your own; their words stay.", n
        ),
        "boxes": lambda n: ngettext("The box around one text.", "The boxes around %(n)s texts.", n),
        "equations": lambda n: ngettext(
            "One equation. Write it out, or add it as a picture.",
            "%(n)s equations. Write them out, or add them as pictures.",
            n,
        ),
        "drawings": lambda n: ngettext(
            "One drawing or chart. Add it as a picture.", "%(n)s drawings or charts. Add them as pictures.", n
        ),
        "comments": lambda n: ngettext("One comment in the margin.", "%(n)s comments in the margin.", n),
        "removed words": lambda n: ngettext(
            "One passage that was struck out with tracked changes.",
            "%(n)s passages that were struck out with tracked changes.",
            n,
        ),
    }
    return [LeftBehind(what, count, told[what](count)) for what, count in dropped.items() if count and what in told]

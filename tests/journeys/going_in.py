"""Going in: files whose names, titles and texts nobody means well with, at each door where a page tells of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

import yaml
from docx import Document

from tests.journeys.typed import Hand

LONG: Final = 6_000
Typed = Callable[..., str]

UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no XML holds."""


@dataclass(frozen=True)
class GoingIn:
    """A form with a file in it. `door`: behind the address of the draft, unless it is a whole one."""

    door: str
    name: str
    data: bytes


def every_file(hand: Hand) -> Iterator[GoingIn]:
    """One for each thing that pages tell of a file."""

    def typed(what: str, longest: int = LONG) -> str:
        return UNFIT.sub("", hand.type(("file", what), longest))

    def named(what: str) -> str:
        # Names are cut where they are long: the mark behind them stays on.
        return typed(what, 60).replace("\n", " ")

    yield GoingIn("bestanden", f"{named('name')}.csv", b"a,b\n1,2\n")
    yield GoingIn("bestanden", f"{named('refused name')}.exe", b"MZ")
    yield GoingIn("inlezen", f"{named('document name')}.docx", _document(typed, named))
    yield GoingIn("inlezen", f"{named('refused document')}.docx", b"PK")
    yield GoingIn("/schrijven/inlezen", f"{named('zip name')}.zip", _zip(typed, named))


def _document(typed: Typed, named: Typed) -> bytes:
    made, written = Document(), BytesIO()
    made.core_properties.title = typed("document title", 200)
    made.add_heading(named("document heading"), 1)
    for text in typed("document text").split("\n\n"):
        made.add_paragraph(text)
    made.add_table(1, 1).cell(0, 0).text = typed("document cell", 400)
    made.save(written)
    return written.getvalue()


def _zip(typed: Typed, named: Typed) -> bytes:
    written = BytesIO()
    facts = {
        "kind": "lesson",
        "title": typed("zip title", 100),
        "summary": typed("zip summary", 300),
        "told": {"takeaway": typed("zip takeaway", 190), "outcome": "mixed"},
        "files": [
            {"name": "a.csv", "title_nl": typed("zip file title", 190)},
            f"{named('zip lacking file')[:150]}.csv",
        ],
    }
    with ZipFile(written, "w", ZIP_DEFLATED) as made:
        made.writestr("les.md", f"---\n{yaml.safe_dump(facts, allow_unicode=True)}---\n\n{typed('zip text')}\n")
        made.writestr("files/a.csv", b"a,b\n")
        made.writestr(f"{named('zip unread text').replace('/', ' ')}.md", f"---\n{typed('zip unread facts')}\n---\n")
        made.writestr(f"files/{named('zip unused file').replace('/', ' ')}.csv", b"a,b\n")
    return written.getvalue()

"""Packages: how the parts of a Word, Excel or PowerPoint document hang together (ECMA-376, part 2).

Which part is which, relationships say and not names: Word on the web calls its text `word/document2.xml`. Elements go
by short names, the same in both families of namespaces: what nearly all programs write, and "Strict Open XML".
"""

from collections.abc import Iterator
from functools import lru_cache
from posixpath import basename, dirname, join, normpath
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from defusedxml.ElementTree import iterparse

from content.file_limits import MOST_IN_A_PART

MAIN_PART: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
"""Where the main part stands when no relationship names it."""

TYPES: Final = "[Content_Types].xml"
_FAMILY: Final = {"docx": ".wordprocessingml.", "xlsx": ".spreadsheetml.", "pptx": ".presentationml."}
"""Stands in the type of every main part of the kind."""

_OFTEN: Final = "http://schemas.openxmlformats.org/"
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_SHORT: Final = {
    f"{_OFTEN}wordprocessingml/2006/main": "w",
    f"{_STRICT}wordprocessingml/main": "w",
    f"{_OFTEN}spreadsheetml/2006/main": "s",
    f"{_STRICT}spreadsheetml/main": "s",
    f"{_OFTEN}presentationml/2006/main": "p",
    f"{_STRICT}presentationml/main": "p",
    f"{_OFTEN}drawingml/2006/main": "a",
    f"{_STRICT}drawingml/main": "a",
    f"{_OFTEN}officeDocument/2006/relationships": "r",
    f"{_STRICT}officeDocument/relationships": "r",
    f"{_OFTEN}markup-compatibility/2006": "mc",
    f"{_OFTEN}package/2006/relationships": "rel",
    f"{_OFTEN}package/2006/content-types": "types",
}


class Relation(NamedTuple):
    """A part that belongs to another."""

    id: str
    kind: str
    """The last word of its type: `footnotes`, `worksheet`."""
    part: str


class Package:
    """A document as its parts."""

    def __init__(self, container: ZipFile) -> None:
        self._container = container
        # Names are the same whether in capitals or not (ECMA-376, part 2, 6.2.2.3).
        self._names = {name.lower(): name for name in container.namelist()}

    def main_part(self, extension: str) -> str:
        """The part that all others belong to. Raises BadZipFile when there is none."""
        found = next(iter(self.of_kind("", "officeDocument")), None) or self._named(MAIN_PART[extension])
        if found is None:
            raise BadZipFile("there is no main part")
        return found

    def is_a(self, extension: str) -> bool:
        """Whether the main part has a type of Word, Excel or PowerPoint, whatever its name."""
        main = {f"/{part}".lower() for part in self.of_kind("", "officeDocument")}
        return any(
            one.get("PartName", "").lower() in main and _FAMILY[extension] in one.get("ContentType", "")
            for event, name, one in self.elements(TYPES)
            if event == "end" and name == "types:Override"
        )

    def relations(self, part: str) -> list[Relation]:
        """The parts that belong to this one and are there, in the order it names them; for "" those of the document."""
        named = self._named(join(dirname(part), "_rels", f"{basename(part)}.rels"))
        if named is None:
            return []
        return [
            Relation(one.get("Id", ""), one.get("Type", "").rpartition("/")[2], target)
            for event, name, one in self.elements(named)
            if event == "end" and name == "rel:Relationship" and one.get("TargetMode") != "External"
            if (target := self._reached(part, one.get("Target", "")))
        ]

    def of_kind(self, part: str, *kinds: str) -> list[str]:
        """The parts of these kinds that belong to this one, kind by kind."""
        found = self.relations(part)
        return [one.part for kind in kinds for one in found if one.kind == kind]

    def elements(self, part: str) -> Iterator[tuple[str, str, Any]]:
        """`start` or `end`, short name and element, for all of a part; what has ended is forgotten.

        Raises for a document type, for damage, and when the part goes on for too long.
        """
        with self._container.open(part) as stream:
            for event, element in iterparse(_Bounded(stream), events=("start", "end"), forbid_dtd=True):
                yield event, short(element.tag), element
                if event == "end":
                    element.clear()

    def _reached(self, part: str, target: str) -> str | None:
        """The part that a relationship of `part` leads to."""
        path = normpath(join("/", dirname(part), target)).lstrip("/")
        return self._named(path) or self._named(unquote(path))

    def _named(self, name: str) -> str | None:
        return self._names.get(name.lower())


class _Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Bounded:
    """A part as far as the limit."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._left = MOST_IN_A_PART

    def read(self, size: int = -1) -> bytes:
        some = self._stream.read(size)
        self._left -= len(some)
        if self._left < 0:
            raise BadZipFile("a part is too large")
        return some


@lru_cache(maxsize=1_000)
def short(tag: str) -> str:
    """`w:t` for the text of Word, whichever family of namespaces it is written in; nothing for what we do not know."""
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    return f"{known}:{name}" if (known := _SHORT.get(namespace)) else ""


def attribute(element: Any, wanted: str) -> str | None:
    """An attribute by its short name: `r:id`."""
    return next((value for name, value in element.attrib.items() if short(name) == wanted), None)

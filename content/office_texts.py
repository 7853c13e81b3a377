"""The words of Word, Excel and PowerPoint documents: what somebody sees who opens them.

No comments, no removed words, no hidden sheets and slides, no notes of the speaker. Runs apart (`app.core.apart`).
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

from content.office_package import Package, attribute

Told = tuple[str, Iterable[str]]
"""Name, where a page has one of its own, and its words bit by bit."""

_BREAKS: Final = {"w:p": "\n", "w:br": "\n", "w:cr": "\n", "w:tab": "\t", "w:noBreakHyphen": "-"}
_DRAWN_BREAKS: Final = {"a:p": "\n", "a:br": "\n"}
_AROUND: Final = ("footnotes", "endnotes", "header", "footer")
_DRAWN: Final = ("diagramData", "chart", "drawing", "chartUserShapes")
_NO: Final = ("0", "false", "off")


def docx(data: bytes) -> Iterator[Told]:
    """One text: where pages end is decided by whoever prints it."""
    with ZipFile(BytesIO(data)) as container:
        package = Package(container)
        yield "", _document(package, package.main_part("docx"))


def _document(package: Package, main: str) -> Iterator[str]:
    yield from _written(package, main)
    for part in dict.fromkeys(package.of_kind(main, *_AROUND)):
        yield from _written(package, part)
    yield from _drawn_around(package, main)


def _written(package: Package, part: str) -> Iterator[str]:
    """The words of a part of Word, a line for each paragraph. Hidden words are no words for a reader."""
    is_hidden = False
    for event, name, element in _shown(package, part):
        if event == "start":
            is_hidden = is_hidden and name != "w:r"
        elif name == "w:vanish":
            is_hidden = attribute(element, "w:val") not in _NO
        elif name == "w:t" and not is_hidden:
            yield element.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]


def pptx(data: bytes) -> Iterator[Told]:
    """The slides in their order; one that is skipped when they are shown has no words."""
    with ZipFile(BytesIO(data)) as container:
        package = Package(container)
        main = package.main_part("pptx")
        for slide, _ in _in_order(package, main, "p:sldId"):
            yield "", _slide(package, slide)


def _slide(package: Package, part: str) -> Iterator[str]:
    for event, name, element in _shown(package, part):
        if name == "p:sld" and element.get("show") in _NO:
            return
        if event == "end":
            yield from _drawn_word(name, element)
    yield from _drawn_around(package, part)


def xlsx(data: bytes) -> Iterator[Told]:
    """The sheets that can be seen, by name."""
    with ZipFile(BytesIO(data)) as container:
        package = Package(container)
        main = package.main_part("xlsx")
        shared = [text for part in package.of_kind(main, "sharedStrings") for text in _strings(package, part)]
        for sheet, told in _in_order(package, main, "s:sheet"):
            if told.get("state", "visible") == "visible":
                yield told.get("name", ""), _sheet(package, sheet, shared)


def _strings(package: Package, part: str) -> Iterator[str]:
    """The strings that cells refer to by number. How a word is spoken (Japanese) stands beside it, not in it."""
    told: list[str] = []
    spoken = False
    for event, name, element in package.elements(part):
        if name == "s:rPh":
            spoken = event == "start"
        elif event == "end" and name == "s:t" and not spoken:
            told.append(element.text or "")
        elif event == "end" and name == "s:si":
            yield "".join(told)
            told = []


def _sheet(package: Package, part: str, shared: list[str]) -> Iterator[str]:
    """The cells of a sheet: numbers as they are kept, rows as lines; and the words drawn over them."""
    value = ""
    for event, name, element in package.elements(part):
        if event == "start":
            continue
        if name in ("s:v", "s:t"):
            value += element.text or ""
        elif name == "s:c":
            yield (_string(value, shared) if element.get("t") == "s" else value) + "\t"
            value = ""
        elif name == "s:row":
            yield "\n"
    yield from _drawn_around(package, part)


def _string(number: str, shared: list[str]) -> str:
    """A string by its number; nothing for one that is not there."""
    place = int(number) if number.isdecimal() and len(number) < 10 else len(shared)
    return shared[place] if place < len(shared) else ""


def _drawn_around(package: Package, part: str) -> Iterator[str]:
    """The words of drawings, diagrams and charts that belong to a part."""
    seen: set[str] = set()
    waiting = package.of_kind(part, *_DRAWN)
    while waiting:
        drawn = waiting.pop(0)
        if drawn not in seen:
            seen.add(drawn)
            for event, name, element in _shown(package, drawn):
                if event == "end":
                    yield from _drawn_word(name, element)
            waiting += package.of_kind(drawn, *_DRAWN)


def _drawn_word(name: str, element: Any) -> Iterator[str]:
    if name == "a:t":
        yield element.text or ""
    elif name in _DRAWN_BREAKS:
        yield _DRAWN_BREAKS[name]


def _shown(package: Package, part: str) -> Iterator[tuple[str, str, Any]]:
    """The elements of a part without those that say the same once more for older programs, or were moved away."""
    skipped: list[str] = []
    for event, name, element in package.elements(part):
        if name in ("mc:Fallback", "w:moveFrom"):
            if event == "start":
                skipped.append(name)
            else:
                skipped.pop()
        elif not skipped:
            yield event, name, element


def _in_order(package: Package, main: str, tag: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The parts that the main part names, in its order, each with what it says of them."""
    parts = {one.id: one.part for one in package.relations(main)}
    for event, name, element in package.elements(main):
        if event == "end" and name == tag and (part := parts.get(attribute(element, "r:id") or "")):
            yield part, dict(element.attrib)

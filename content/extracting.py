"""Extracting: the text of a file, page by page. Runs apart (`app.core.apart`): a file may be made to do harm.

Only what a reader of the file sees: no comments, no removed words, no hidden sheets, no notes of the speaker.
"""

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from unicodedata import normalize
from zipfile import BadZipFile, ZipFile

import pypdfium2
from defusedxml.ElementTree import iterparse

MOST_PAGES: Final = 500
MOST_LETTERS: Final = 600_000
MOST_ON_A_PAGE: Final = 60_000
MOST_IN_A_PART: Final = 60_000_000
"""Bytes of one part of an office document once it is unpacked."""

WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SLIDES: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SHEETS: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Page = tuple[str, str]
"""Name, where a page has one of its own, and text."""

# Looked up by name later, when nothing can be read from disk any more.
for _encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp437", "ascii", "latin-1"):
    codecs.lookup(_encoding)


def answer(data: bytes, extension: str) -> dict[str, Any]:
    """The pages with their text, and how far we got: `read`, `partly`, `empty` or `unreadable`."""
    pages: list[Page] = []
    letters = 0
    state = "read"
    try:
        for name, text in _READERS[extension](data):
            if len(pages) >= MOST_PAGES or letters >= MOST_LETTERS:
                state = "partly"
                break
            told = _plain(text)[: min(MOST_ON_A_PAGE, MOST_LETTERS - letters)]
            letters += len(told)
            pages.append((_plain(name)[:80], told))
    except Exception:
        # Damaged, locked or hostile: whatever came before the damage counts.
        state = "partly" if letters else "unreadable"
    if state == "read" and not letters:
        state = "empty"
    return {"state": state, "pages": pages if letters else []}


def _pdf(data: bytes) -> Iterator[Page]:
    document = pypdfium2.PdfDocument(data)
    for page in document:
        text = page.get_textpage()
        yield "", _as_read(text.get_text_bounded())
        text.close()
        page.close()


def _as_read(text: str) -> str:
    """The letters that stand on paper, where TeX set an accent apart from its vowel or a ligature without its name."""
    named = _LIGATURE.sub(lambda found: LIGATURES[found[0]], text)
    return _APART.sub(lambda found: normalize("NFC", found[2].replace("ı", "i") + ACCENTS[found[1]]), named)


LIGATURES: Final = {"\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl"}
"""Their places in the Cork encoding (T1), which PDFs with bitmap fonts tell as characters."""

ACCENTS: Final = {"¨": "\u0308", "´": "\u0301", "ˆ": "\u0302"}

_LIGATURE: Final = re.compile(f"[{''.join(LIGATURES)}]")
_APART: Final = re.compile(f"([{''.join(ACCENTS)}])([aeiouıAEIOU])")
"""Vowels alone: people also write `´s avonds`."""


def _docx(data: bytes) -> Iterator[Page]:
    """One page: where pages end is decided by whoever prints it."""
    with ZipFile(BytesIO(data)) as container:
        told: list[str] = []
        for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
            if name in container.namelist():
                told += _written(container, name, text=f"{WORD}t", ends=(f"{WORD}p", f"{WORD}tab", f"{WORD}br"))
        yield "", "".join(told)


def _pptx(data: bytes) -> Iterator[Page]:
    with ZipFile(BytesIO(data)) as container:
        for target, _ in _in_order(container, "ppt", "presentation.xml", f"{SLIDES}sldId"):
            yield "", "".join(_slide(container, target))


def _slide(container: ZipFile, name: str) -> list[str]:
    """The words of a slide; none of one that is skipped when they are shown."""
    told: list[str] = []
    for element in _elements(container, name):
        if element.tag == f"{DRAWING}t":
            told.append(element.text or "")
        elif element.tag == f"{DRAWING}p":
            told.append("\n")
        elif element.tag == f"{SLIDES}sld" and element.get("show") == "0":
            return []
    return told


def _xlsx(data: bytes) -> Iterator[Page]:
    with ZipFile(BytesIO(data)) as container:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in container.namelist():
            shared = list(_strings(container, "xl/sharedStrings.xml", f"{SHEETS}si"))
        for target, tag in _in_order(container, "xl", "workbook.xml", f"{SHEETS}sheet"):
            if tag.get("state", "visible") == "visible":
                yield tag.get("name", ""), "".join(_cells(container, target, shared))


def _text(data: bytes) -> Iterator[Page]:
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            yield "", data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return


_READERS: Final = {"pdf": _pdf, "docx": _docx, "pptx": _pptx, "xlsx": _xlsx, "txt": _text, "csv": _text}


def _written(container: ZipFile, name: str, *, text: str, ends: tuple[str, ...]) -> Iterator[str]:
    """The written words of a part, a line for each paragraph."""
    for element in _elements(container, name):
        if element.tag == text:
            yield element.text or ""
        elif element.tag in ends:
            yield "\n"


def _strings(container: ZipFile, name: str, unit: str) -> Iterator[str]:
    told: list[str] = []
    for element in _elements(container, name):
        if element.tag == f"{SHEETS}t":
            told.append(element.text or "")
        elif element.tag == unit:
            yield "".join(told)
            told = []


def _cells(container: ZipFile, name: str, shared: list[str]) -> Iterator[str]:
    """The cells of a sheet: numbers as they are kept, rows as lines."""
    value = ""
    for element in _elements(container, name):
        if element.tag in (f"{SHEETS}v", f"{SHEETS}t"):
            value += element.text or ""
        elif element.tag == f"{SHEETS}c":
            number = int(value) if element.get("t") == "s" and value.isdigit() else -1
            yield (shared[number] if 0 <= number < len(shared) else value) + "\t"
            value = ""
        elif element.tag == f"{SHEETS}row":
            yield "\n"


def _in_order(container: ZipFile, folder: str, main: str, tag: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The parts that the main part names, in its order, each with what it says of them."""
    relations = {
        element.get("Id"): element.get("Target", "")
        for element in _elements(container, f"{folder}/_rels/{main}.rels")
        if element.tag.endswith("Relationship")
    }
    for element in _elements(container, f"{folder}/{main}"):
        if element.tag == tag and (target := relations.get(element.get(RELATION))):
            yield target.removeprefix("/") if target.startswith("/") else f"{folder}/{target}", dict(element.attrib)


def _elements(container: ZipFile, name: str) -> Iterator[Any]:
    """The elements of a part as they end, and forgotten then. Raises for a document type and for a part too large."""
    if container.getinfo(name).file_size > MOST_IN_A_PART:
        raise BadZipFile(name)
    with container.open(name) as stream:
        for _, element in iterparse(stream, forbid_dtd=True):
            yield element
            element.clear()


def _plain(text: str) -> str:
    """Without control characters and what no encoding holds; empty lines and runs of spaces once."""
    washed = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", text.replace("\r", "\n"))
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"[ \t\xa0]+", " ", washed)).strip()

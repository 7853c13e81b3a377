"""Extracting: the text of a file, page by page. Runs apart (`app.core.apart`): a file may be made to do harm.

Only what a reader of the file sees: no comments, no removed words, no hidden sheets, no notes of the speaker.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from time import process_time
from typing import Any, Final
from unicodedata import normalize

import pypdfium2

from content import office_texts
from content.file_limits import LETTERS_IN_A_PART, MOST_LETTERS, MOST_PAGES, MOST_SECONDS
from content.office_texts import Told

Page = tuple[str, str]
"""Name, where a page has one of its own, and text."""

FLOWING: Final = ("docx", "xlsx", "txt", "csv")
"""Kinds of which a text has no pages, or goes on for as long as a sheet does: it is kept in parts."""

# Looked up by name later, when nothing can be read from disk any more.
for _encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp437", "ascii", "latin-1"):
    codecs.lookup(_encoding)


def answer(data: bytes, extension: str) -> dict[str, Any]:
    """The pages with their text, and how far we got: `read`, `partly`, `empty` or `unreadable`."""
    pages: list[Page] = []
    letters = 0
    state = "read"
    began = process_time()
    try:
        for name, text in _pages(data, extension):
            if len(pages) == MOST_PAGES or process_time() - began > MOST_SECONDS:
                state = "partly"
                break
            told = text[: MOST_LETTERS - letters]
            letters += len(told)
            pages.append((name, told))
            if told != text:
                state = "partly"
                break
    except Exception:
        # Damaged, locked or hostile: whatever came before the damage counts.
        state = "partly" if letters else "unreadable"
    if not letters:
        return {"state": "unreadable" if state == "unreadable" else "empty", "pages": []}
    return {"state": state, "pages": pages}


def _pages(data: bytes, extension: str) -> Iterator[Page]:
    for name, told in _READERS[extension](data):
        for text in _parts(told) if extension in FLOWING else ("".join(told),):
            yield _plain(name)[:80], _plain(text)


def _parts(told: Iterable[str]) -> Iterator[str]:
    """A text that has no pages, cut where a line ends, or else a word; before damage, as far as it goes."""
    kept = ""
    try:
        for words in told:
            kept += words
            at = 0
            while len(kept) - at > LETTERS_IN_A_PART:
                end = _break(kept, at)
                yield kept[at:end]
                at = end
            kept = kept[at:]
    except Exception:
        yield kept
        raise
    yield kept


def _break(text: str, start: int) -> int:
    """Where a part ends that begins at `start`."""
    most = start + LETTERS_IN_A_PART
    ends = (text.rfind(sign, start + LETTERS_IN_A_PART // 2, most) for sign in "\n\t ")
    return next((end + 1 for end in ends if end >= 0), most)


def _pdf(data: bytes) -> Iterator[Told]:
    document = pypdfium2.PdfDocument(data)
    for page in document:
        text = page.get_textpage()
        yield "", (_as_read(text.get_text_bounded()),)
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


def _text(data: bytes) -> Iterator[Told]:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        yield "", (data.decode("utf-16"),)
        return
    try:
        yield "", (data.decode("utf-8-sig"),)
    except UnicodeDecodeError:
        yield "", (data.decode("cp1252"),)


_READERS: Final = {
    "pdf": _pdf,
    "docx": office_texts.docx,
    "pptx": office_texts.pptx,
    "xlsx": office_texts.xlsx,
    "txt": _text,
    "csv": _text,
}


def _plain(text: str) -> str:
    """Without control characters and what no encoding holds; empty lines and runs of spaces once."""
    washed = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", text.replace("\r", "\n"))
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"[ \t\xa0]+", " ", washed)).strip()

"""Plain text: made safe to keep, short enough to show, and turned into addresses."""

import math
import re
import unicodedata
from hashlib import sha256
from typing import Final

from slugify import slugify

SLUG_LENGTH: Final = 80

WORDS_PER_MINUTE: Final = 238
"""Silent reading of non-fiction by adults, mean of 190 studies: Brysbaert (2019), Journal of Memory and Language 109,
104047, doi:10.1016/j.jml.2019.104047. Dutch words are longer, but that does not slow a reader down."""

_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNWANTED: Final = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls; tab, newline and the other line ends are dealt with before
    "\u202a-\u202e\u2066-\u2069"  # bidirectional overrides and isolates: text that reads otherwise than it is stored
    "\u200b\u2060-\u2064\ufeff"  # of no width: they split words for a search and show nothing
    "\U000e0000-\U000e007f"  # tags: whole sentences that no reader sees
    "\ud800-\udfff"  # lone surrogates: no encoding takes them
    "\ufdd0-\ufdef\ufffe\uffff"  # never characters; XML 1.0 refuses the last two
    "]"
)
_GAP: Final = re.compile(r"\s+")
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]{31,}")

MOST_MARKS: Final = 30
"""Accents on one letter, as in the Stream-Safe Text Format (Unicode Standard Annex 15, section 13)."""


def wash(text: str) -> str:
    """The same words without anything invisible that harms: controls, overrides, lone surrogates. NFC.

    Newline and tab stay; every other line end becomes a newline. What comes out fits UTF-8 and XML 1.0, and washing
    it again changes nothing.
    """
    cleaned = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    return cleaned if cleaned.isascii() else unicodedata.normalize("NFC", _FOREIGN.sub(_fewer_marks, cleaned))


def one_line(text: str) -> str:
    """Washed, on one line, with single spaces: for titles, names, headers of mail."""
    return _GAP.sub(" ", wash(text)).strip()


def slug(text: str, limit: int = SLUG_LENGTH) -> str:
    """Lower-case ASCII for an address, words joined by hyphens, at most `limit` long. Never empty.

    A text without any letter or digit gets an address made of its hash, so that two such texts differ.
    """
    # A comma between digits is a decimal sign here; slugify would drop it and make 42 of 4,2.
    made = slugify(wash(text).replace(",", " "), max_length=limit, word_boundary=True)
    return made or sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[: min(limit, 12)]


def excerpt(plain: str, limit: int) -> str:
    """The beginning of a plain text on one line, at most `limit` characters, cut between words."""
    line = one_line(plain)
    if len(line) <= limit:
        return line
    head = line[:limit]
    cut = head[: head.rfind(" ")] if " " in head else _whole_letters(line, limit - 1)
    return cut.rstrip(" ,;:-–(") + "…"


def reading_minutes(plain: str) -> int:
    """Whole minutes that reading takes at 238 words a minute, rounded up; at least one."""
    return max(1, math.ceil(len(plain.split()) / WORDS_PER_MINUTE))


def _whole_letters(line: str, end: int) -> str:
    # An accent that NFC found no single character for stays with its letter.
    while end and unicodedata.combining(line[end]):
        end -= 1
    return line[:end]


def _fewer_marks(run: re.Match[str]) -> str:
    # Normalising sorts the marks of one letter by insertion: 80,000 of them took 12 seconds, 30 take none.
    kept, marks = [], 0
    for letter in run[0]:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)

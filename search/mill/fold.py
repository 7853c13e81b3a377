"""Words as the mill sees them: lower case, without accents, letters and digits only."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

# Marks that combine with the letter before them, soft hyphens and zero-width joiners stay inside a word.
_INSIDE = "\u0300-\u036f\u00ad\u200b-\u200d"
_RUN = re.compile(rf"(?:(?!_)[\w{_INSIDE}])+(?:['’]s(?!\w))?")
_PLAIN = re.compile(r"[a-z0-9]+")
_JOINERS = "\u00ad\u200b\u200c\u200d"
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th"})


class Word(NamedTuple):
    """One word of a text: how it is compared, and where it stands."""

    text: str
    start: int = 0
    end: int = 0
    capitals: bool = False
    """Written in capitals only, so perhaps an abbreviation: `OR`, `AGV's`."""


def fold(text: str) -> str:
    """Fold a text so that spellings which mean the same compare equal: `Fryslân` and `fryslan`, `Maß` and `mass`."""
    if text.isascii():
        return text.lower()
    # Decomposed before and after: a capital may hide in a sign (`𝑨`), and lower case may come apart further.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS))
    return "".join(mark for mark in plain if mark not in _JOINERS and not unicodedata.combining(mark))


def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order. A hyphen parts words (`OPC-UA`), an apostrophe and an s do not (`AGV's`)."""
    return tuple(word for run in _RUN.finditer(text) for word in _in_run(run))


def words_from(text: str, start: int, most: int) -> tuple[Word, ...]:
    """At most so many words of a text from a place on, where a word begins."""
    some = (word for run in _RUN.finditer(text, start) for word in _in_run(run))
    return tuple(islice(some, most))


def runs(text: str) -> Iterator[re.Match[str]]:
    """Where the words of a text stand, as they are written. Quicker than `words`; `read` tells what each folds to."""
    return _RUN.finditer(text)


def read(written: str) -> tuple[str, ...]:
    """The words that something written in one run folds to: mostly one."""
    return _read(written)[0]


def _in_run(run: re.Match[str]) -> list[Word]:
    start, end = run.span()
    parts, capitals = _read(run.group())
    return [Word(part, start, end, capitals) for part in parts]


@lru_cache(maxsize=65_536)
def _read(written: str) -> tuple[tuple[str, ...], bool]:
    stripped = written.removesuffix("'s").removesuffix("’s")
    capitals = len(stripped) > 1 and stripped.isupper()
    return tuple(_PLAIN.findall(fold(written).replace("'", "").replace("’", ""))), capitals


def folded(text: str) -> tuple[str, ...]:
    """The words of a text, without where they stand."""
    return tuple(part for run in _RUN.finditer(text) for part in _read(run.group())[0])


def listed(words: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(words.split())

"""Meaning: the words of a question as the reader probably meant them."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.mill.concepts import spans
from search.mill.fold import Word, words
from search.mill.lexicon import Lexicon
from search.mill.repair import repair

MOST_WORDS = 24


@dataclass(frozen=True, slots=True)
class Meant:
    """A word of a question."""

    word: Word
    trust: float = 1.0
    other: str | None = None
    """Another word that may have been meant instead."""
    written: str | None = None
    """What the reader wrote, when that was repaired. With a missing space only the first word tells."""
    repaired: bool = False
    cut: bool = False
    """Only a part of what the reader wrote, with another beside it that nobody writes."""


def meant(question: str, lexicon: Lexicon, *, repaired: bool = True) -> list[Meant]:
    """The words of a question, repaired where nobody writes them so."""
    written = _with_capitals_weighed(words(question)[:MOST_WORDS])
    if not repaired:
        return [Meant(word) for word in written]
    held = _held_by_terms(written, lexicon)
    last = written[-1] if written and written[-1].end == len(question) else None
    return [
        one
        for place, word in enumerate(written)
        for one in ([Meant(word)] if place in held or _still_going(word, last, lexicon) else _repaired(word, lexicon))
    ]


def _with_capitals_weighed(written: Sequence[Word]) -> Sequence[Word]:
    """Capitals tell an abbreviation, unless everything is in capitals; an abbreviation alone needs none."""
    if len(written) == 1:
        return [written[0]._replace(capitals=True)]
    if all(word.capitals or not word.text.isalpha() for word in written) and any(
        len(word.text) > 5 for word in written
    ):
        return [word._replace(capitals=False) for word in written]
    return written


def _held_by_terms(written: Sequence[Word], lexicon: Lexicon) -> set[int]:
    """Places of words that are part of a glossary term as they stand."""
    parts = lexicon.parts(written)
    found = [span for span in spans(parts, lexicon) if span.term.asks]
    return {part.word for span in found for part in parts[span.start : span.end]}


def _still_going(word: Word, last: Word | None, lexicon: Lexicon) -> bool:
    return word is last and lexicon.speller.begins(word.text)


def _repaired(word: Word, lexicon: Lexicon) -> list[Meant]:
    guess = repair(word.text, lexicon)
    if guess is None:
        return [Meant(word)]
    return [
        Meant(word._replace(text=text), guess.trust, guess.other, None if place else word.text, True, guess.cut)
        for place, text in enumerate(guess.words)
    ]

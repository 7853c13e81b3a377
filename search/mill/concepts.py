"""Concepts: finding the terms of the glossary in a run of words.

Every place compares the word and its stems in both languages, with compounds taken apart. So inflection, hyphens,
joined and split spelling and the other language meet: `lascobot`, `las-cobots`, `las cobot` need no terms of their own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from search.mill.glossary import Term
from search.mill.lexicon import Lexicon, Part, Phrase, opened_by

_MOST_BETWEEN = 3
"""So many everyday words may stand between the words of a term: `robot naast de mensen`."""
_LETTERS_BEGUN = 5
_MOST_WORDS_BEGUN = 5
_MOST_MEANINGS = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A term found in a text: the parts from `start` up to `end`."""

    start: int
    end: int
    term: Term


def spans(parts: Sequence[Part], lexicon: Lexicon) -> Iterator[Span]:
    """Every term in a run of words, overlapping or not."""
    for start, part in enumerate(parts):
        # Most words open no term: looked up, since whole texts come through here.
        if opened := lexicon.opened(part.forms, part.whole):
            yield from _spans_of(opened, start, parts)


def spans_from(start: int, parts: Sequence[Part], phrases: Mapping[str, Sequence[Phrase]]) -> Iterator[Span]:
    """The terms that open at one part. `phrases` tells by each form what it may open."""
    yield from _spans_of(opened_by(parts[start].forms, parts[start].whole, phrases), start, parts)


def _spans_of(opened: Iterable[Phrase], start: int, parts: Sequence[Part]) -> Iterator[Span]:
    for phrase in opened:
        end = next(_ends(phrase, 0, parts, start), None)
        if end is not None and _written_as_meant(phrase.term, parts[start:end]):
            yield Span(start, end, phrase.term)


def _ends(phrase: Phrase, place: int, parts: Sequence[Part], at: int) -> Iterator[int]:
    """Where a phrase may end of which `place` places stand before `at`."""
    if place == len(phrase.places):
        yield at
        return
    if place and not phrase.to_the_letter:
        at = _past_everyday_words(parts, at)
    if at < len(parts):
        forms, part = phrase.places[place], parts[at]
        if not forms.isdisjoint(part.whole):
            yield from _ends(phrase, place + 1, parts, at + part.width)
        if not forms.isdisjoint(part.forms):
            yield from _ends(phrase, place + 1, parts, at + 1)


def _past_everyday_words(parts: Sequence[Part], at: int) -> int:
    last = min(len(parts), at + _MOST_BETWEEN)
    while at < last and parts[at].empty:
        at += 1
    return at


def _written_as_meant(term: Term, parts: Sequence[Part]) -> bool:
    return not term.in_capitals or all(part.capitals for part in parts)


def asked(parts: Sequence[Part], lexicon: Lexicon, *, unfinished: bool = False) -> tuple[list[Span], list[Span]]:
    """The terms that a question asks for: those that some piece is known to be about, and the others.

    Of each sort the longest first, none over another. One of the others may lie over one that is known: a piece that
    not everybody may see may be about it.
    """
    found = [span for span in spans(parts, lexicon) if span.term.asks]
    if unfinished:
        found += _unfinished(parts, lexicon, taken={at for span in found for at in range(span.start, span.end)})
    tokens = lexicon.vocabulary.tokens
    held = [span for span in found if not span.term.asks.isdisjoint(tokens)]
    return _longest(held), _longest([span for span in found if span.term.asks.isdisjoint(tokens)])


def _longest(found: Sequence[Span]) -> list[Span]:
    chosen: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
    return chosen


def _unfinished(parts: Sequence[Part], lexicon: Lexicon, *, taken: Set[int]) -> Iterator[Span]:
    """The term that the last words begin, when they leave little doubt which: `digitale twee`, `soldeerpa`."""
    for start in range(max(0, len(parts) - _MOST_WORDS_BEGUN), len(parts)):
        begun = "".join(part.text for part in parts[start:])
        known_word = start == len(parts) - 1 and begun in lexicon.vocabulary.words
        if len(begun) < _LETTERS_BEGUN or known_word or not taken.isdisjoint(range(start, len(parts))):
            continue
        every = frozenset(name for term in lexicon.beginning(begun) for name in term.asks)
        meant = every.intersection(lexicon.vocabulary.tokens) or every
        if 0 < len(meant) <= _MOST_MEANINGS:
            yield Span(start, len(parts), Term((begun,), asks=meant))
            return

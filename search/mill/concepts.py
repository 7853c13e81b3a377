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
    past = _past_everyday_words(parts)
    for start, part in enumerate(parts):
        # Most words open no term: looked up, since whole texts come through here.
        if opened := lexicon.opened(part.forms, part.whole):
            yield from _spans_of(opened, start, parts, past)


def spans_from(start: int, parts: Sequence[Part], phrases: Mapping[str, Sequence[Phrase]]) -> Iterator[Span]:
    """The terms that open at one part. `phrases` tells by each form what it may open."""
    opened = opened_by(parts[start].forms, parts[start].whole, phrases)
    yield from _spans_of(opened, start, parts, _past_everyday_words(parts))


def longest_reach(phrase: Phrase) -> int:
    """Over how many words of a text a phrase may stretch at most."""
    between = 0 if phrase.to_the_letter else _MOST_BETWEEN
    return 1 + (len(phrase.places) - 1) * (1 + between)


def _spans_of(opened: Iterable[Phrase], start: int, parts: Sequence[Part], past: Sequence[int]) -> Iterator[Span]:
    for phrase in opened:
        end = _end(phrase, 0, parts, past, start)
        if end is not None and _written_as_meant(phrase.term, parts[start:end]):
            yield Span(start, end, phrase.term)


def _end(phrase: Phrase, place: int, parts: Sequence[Part], past: Sequence[int], at: int) -> int | None:
    """Where a phrase ends of which `place` places stand before `at`; None when it does not go on there."""
    if place == len(phrase.places):
        return at
    if place and not phrase.to_the_letter:
        at = past[at]
    if at >= len(parts):
        return None
    forms, part = phrase.places[place], parts[at]
    if part.whole and not forms.isdisjoint(part.whole):
        end = _end(phrase, place + 1, parts, past, at + part.width)
        if end is not None:
            return end
    if forms.isdisjoint(part.forms):
        return None
    return _end(phrase, place + 1, parts, past, at + 1)


def _past_everyday_words(parts: Sequence[Part]) -> Sequence[int]:
    """For each place, and for the end, where the next word stands that tells something, or how far may be looked."""
    past = list(range(len(parts) + 1))
    run = 0
    for at in range(len(parts) - 1, -1, -1):
        run = run + 1 if parts[at].empty else 0
        past[at] = at + min(run, _MOST_BETWEEN)
    return past


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
    held = [span for span in found if lexicon.vocabulary.holds(span.term.asks)]
    return _longest(held), _longest([span for span in found if not lexicon.vocabulary.holds(span.term.asks)])


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
        meant = frozenset(name for name in every if name in lexicon.vocabulary.tokens) or every
        if 0 < len(meant) <= _MOST_MEANINGS:
            yield Span(start, len(parts), Term((begun,), asks=meant))
            return

"""Concepts: finding the terms of the glossary in a run of words.

Every place compares the word and its stems in both languages, with compounds taken apart. So inflection, hyphens,
joined and split spelling and the other language meet: `lascobot`, `las-cobots`, `las cobot` need no terms of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.mill.glossary import Term
from search.mill.lexicon import Lexicon, Part, Phrase

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


def spans(parts: Sequence[Part], phrases: Mapping[str, Sequence[Phrase]]) -> Iterator[Span]:
    """Every term in a run of words, overlapping or not. `phrases` tells by each form what it may open."""
    for start in range(len(parts)):
        yield from spans_from(start, parts, phrases)


def spans_from(start: int, parts: Sequence[Part], phrases: Mapping[str, Sequence[Phrase]]) -> Iterator[Span]:
    """The terms that open at one part."""
    forms = parts[start].forms | parts[start].whole
    openings = {id(phrase): phrase for form in forms for phrase in phrases.get(form, ())}
    for phrase in openings.values():
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


def asked(parts: Sequence[Part], lexicon: Lexicon, *, unfinished: bool = False) -> list[Span]:
    """The terms that a question asks for: the longest first, none over another, in the order of the question.

    A concept that no piece is known to be about gives way to one that some piece is about.
    """
    found = [span for span in spans(parts, lexicon.phrases) if span.term.asks]
    chosen: list[Span] = []
    for span in sorted(found, key=lambda span: (not is_held(span, lexicon), span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
    taken = {at for span in chosen for at in range(span.start, span.end)}
    if unfinished and (last := _unfinished(parts, taken, lexicon)):
        chosen.append(last)
    return sorted(chosen, key=lambda span: span.start)


def is_held(span: Span, lexicon: Lexicon) -> bool:
    """Whether some piece is known to be about what a term asks for."""
    return not span.term.asks.isdisjoint(lexicon.vocabulary.tokens)


def _unfinished(parts: Sequence[Part], taken: set[int], lexicon: Lexicon) -> Span | None:
    """The term that the last words begin, when they leave little doubt which: `digitale twee`, `soldeerpa`."""
    tokens = lexicon.vocabulary.tokens
    for start in range(max(0, len(parts) - _MOST_WORDS_BEGUN), len(parts)):
        begun = "".join(part.text for part in parts[start:])
        if len(begun) < _LETTERS_BEGUN or not taken.isdisjoint(range(start, len(parts))):
            continue
        if start == len(parts) - 1 and begun in lexicon.vocabulary.words:
            continue
        concepts = frozenset(name for term in lexicon.beginning(begun) for name in term.asks if name in tokens)
        if 0 < len(concepts) <= _MOST_MEANINGS:
            return Span(start, len(parts), Term((begun,), asks=concepts))
    return None

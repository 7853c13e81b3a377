"""Marks: which words of a text a question asked for, and the passage that holds most of them.

The engine's own marks know nothing of stems, parts and concepts: it would leave `lascobot` bare for `robotlassen`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import takewhile

from search.mill.concepts import longest_reach, spans_from
from search.mill.everyday import ASKING, STOP
from search.mill.fold import folded, read, runs, words_from
from search.mill.lexicon import Lexicon
from search.mill.plan import Plan
from search.mill.units import Unit

_CONTEXT = 40
"""So many characters may stand before the first mark of a passage."""

Seen = tuple[int, int | None, int, frozenset[int]]
"""Of a word within what is written in one run: its place, the unit that it holds, over how many words from here on a
term may stretch that it opens, 0 when it opens none, and the units that such terms hold."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` up to `end` of a text, and which unit of the plan they hold."""

    start: int
    end: int
    unit: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a text as HTML, in which only `<mark>` is markup, and how much they tell of what was asked."""

    told: float
    html: str


class Marks:
    """What a plan asks for, made ready for looking at texts."""

    def __init__(self, plan: Plan, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._weights = [unit.weight for unit in plan.units]
        self._tokens = {token: place for place, unit in enumerate(plan.units) for token in _tokens(unit, lexicon)}
        self._beginnings = {
            way.tokens[0]: place for place, unit in enumerate(plan.units) for way in unit.ways if way.prefix
        }
        self._phrases = lexicon.phrases_about(self._tokens.keys())
        # As sets: against a dictionary every one of its keys would be looked at.
        self._asked, self._openings = frozenset(self._tokens), frozenset(self._phrases)
        self._seen: dict[str, tuple[Seen, ...]] = {}
        """What each word turned out to be: the texts of one page have most of their words in common."""
        self._between: dict[str, tuple[Seen, ...]] = {}
        """The same of all that stands between two spaces."""

    @property
    def all_units(self) -> frozenset[int]:
        """All things asked for."""
        return frozenset(range(len(self._weights)))

    def places(self, text: str) -> list[Mark]:
        """The marks in a text, in order and none over another."""
        found: list[Mark] = []
        for mark in sorted(self._all(text), key=lambda mark: (mark.start, -mark.end)):
            if not found or mark.start >= found[-1].end:
                found.append(mark)
        return found

    def units(self, text: str) -> set[int]:
        """Which things asked for a text holds."""
        # No word goes on over a space, and to take a text apart by those is much quicker than by words.
        seen = [one for between in set(text.split()) for one in self._between_spaces(between)]
        found = {unit for _, unit, _, _ in seen if unit is not None}
        if all(found >= opened for _, _, _, opened in seen):
            return found
        # Whether a term stands there, only the words behind its first tell.
        return {mark.unit for mark in self._all(text)}

    def weight(self, units: Iterable[int]) -> float:
        """What these things tell together."""
        return sum(self._weights[unit] for unit in units)

    def html(self, text: str) -> str:
        """A text as HTML with everything escaped and the words asked for in `<mark>`."""
        return _html(text, self.places(text), 0, len(text))

    def snippet(self, text: str, limit: int = 240) -> str:
        """The passage of at most about `limit` characters that holds most of what was asked, as HTML with marks."""
        return self.passage(text, limit).html

    def passage(self, text: str, limit: int = 240) -> Passage:
        """The same, with how much it tells."""
        marks = self.places(text)
        start, told = self._best_start(text, marks, limit)
        end = _word_end(text, start + limit)
        html = _html(text, [mark for mark in marks if start <= mark.start and mark.end <= end], start, end).strip()
        return Passage(told, f"{'… ' if start else ''}{html}{' …' if end < len(text) else ''}")

    def _all(self, text: str) -> Iterator[Mark]:
        for run in runs(text):
            for place, unit, reach, _ in self._seen_in(run.group()):
                start, end = run.span()
                if unit is not None:
                    yield Mark(start, end, unit)
                if reach:
                    yield from self._terms(text, start, place, reach)

    def _between_spaces(self, written: str) -> tuple[Seen, ...]:
        found = self._between.get(written)
        if found is None:
            found = tuple(one for run in runs(written) for one in self._seen_in(run.group()))
            self._between[written] = found
        return found

    def _seen_in(self, written: str) -> tuple[Seen, ...]:
        found = self._seen.get(written)
        if found is None:
            found = self._seen[written] = self._looked_at(written)
        return found

    def _looked_at(self, written: str) -> tuple[Seen, ...]:
        """What of this word matters; nothing, for most."""
        looked = ((place, self._unit(word), *self._opened(word)) for place, word in enumerate(read(written)))
        return tuple(one for one in looked if one[1] is not None or one[2])

    def _unit(self, word: str) -> int | None:
        """The unit that a word holds by itself, by one of its parts, or by its beginning; everyday words hold none."""
        if word in STOP and word not in self._tokens:
            return None
        if not self._lexicon.every_form(word).isdisjoint(self._asked):
            return next(self._tokens[form] for form in self._forms(word) if form in self._tokens)
        return next((unit for beginning, unit in self._beginnings.items() if word.startswith(beginning)), None)

    def _opened(self, word: str) -> tuple[int, frozenset[int]]:
        """Over how many words the terms stretch that a word may open, and which units they hold."""
        opened = self._lexicon.every_form(word) & self._openings
        phrases = [phrase for form in opened for phrase in self._phrases[form]]
        units = (self._tokens[mark] for phrase in phrases for mark in phrase.term.marks if mark in self._tokens)
        return max(map(longest_reach, phrases), default=0), frozenset(units)

    def _forms(self, word: str) -> Iterator[str]:
        return (form for text in (word, *self._lexicon.compound(word)) for form in self._lexicon.forms(text))

    def _terms(self, text: str, start: int, place: int, reach: int) -> Iterator[Mark]:
        """The words of the terms that open within the word at `start`, or with one of the words it folds to."""
        following = words_from(text, start, place + reach)[place:]
        parts = self._lexicon.parts(following)
        for at in takewhile(lambda at: parts[at].word == 0, range(len(parts))):
            for span in spans_from(at, parts, self._phrases):
                unit = next(self._tokens[concept] for concept in span.term.marks if concept in self._tokens)
                telling = {part.word for part in parts[span.start : span.end] if not part.empty}
                yield from (Mark(following[w].start, following[w].end, unit) for w in telling)

    def _best_start(self, text: str, marks: Sequence[Mark], limit: int) -> tuple[int, float]:
        """Where the passage opens that holds the most by weight, the earliest of equals, and that weight."""
        best, most = 0, 0.0
        for place, mark in enumerate(marks):
            start = _word_start(text, mark.start - _CONTEXT)
            held = {other.unit for other in _within(marks, place, start + limit)}
            told = sum(self._weights[unit] for unit in held)
            if told > most:
                best, most = start, told
        return best, most


def _within(marks: Sequence[Mark], place: int, end: int) -> Iterator[Mark]:
    for at in range(place, len(marks)):
        if marks[at].end > end:
            return
        yield marks[at]


def _tokens(unit: Unit, lexicon: Lexicon) -> Iterator[str]:
    """What a word or a term may hold of a unit. For a concept its own words as well: `cobot` of `cobot veilig`."""
    yield from (token for way in unit.ways if not way.prefix for token in way.tokens)
    if unit.concept:
        yield from (form for word in folded(unit.text) if word not in STOP | ASKING for form in lexicon.forms(word))


def _word_start(text: str, at: int) -> int:
    """The start of the first word from `at` on, or the start of the text when that is near."""
    if at <= 0:
        return 0
    space = text.find(" ", at)
    return space + 1 if 0 <= space <= at + _CONTEXT else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, at - _CONTEXT), at + 1)
    return space if space > 0 else at


def _html(text: str, marks: Sequence[Mark], start: int, end: int) -> str:
    pieces, at = [], start
    for mark in marks:
        pieces += [escape(text[at : mark.start]), "<mark>", escape(text[mark.start : mark.end]), "</mark>"]
        at = mark.end
    return "".join([*pieces, escape(text[at:end])])

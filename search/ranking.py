"""Ranking: one small request for each way to hold what is asked for, and one score for each piece from all answers.

Every thing asked for counts for what it tells times how well a piece holds it: an OR with weights, as in BM25. The
engine alone can only drop words from the end of a question, or the most frequent ones.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import ceil

from search.mill.plan import Plan
from search.mill.units import Unit

MOST_UNITS = 8
_FLOOR = 0.15
"""What it is worth that a piece holds a thing at all, however far down."""
_WHOLE = 0.1
_TITLE = 0.2

Answer = Sequence[tuple[str, float]]
"""The ids that one request found, each with a score from 0 to 1."""


class Kind(Enum):
    """How the tokens of a request are looked for."""

    EACH = "all tokens"
    BEGINS = "a token that begins so"
    WHOLE = "as many tokens as go together, counted from the first"
    TITLE = "words of the titles as written"


@dataclass(frozen=True, slots=True)
class Request:
    """Something to ask of an index of token fields."""

    tokens: tuple[str, ...]
    kind: Kind
    worth: float
    unit: int | None = None
    """The unit that this is a way to hold, counted by weight."""


def requests(plan: Plan) -> tuple[Request, ...]:
    """What to ask: each way of the most telling units, then all of them together, then the titles."""
    units = _units(plan)
    asked = [
        Request(way.tokens, Kind.BEGINS if way.prefix else Kind.EACH, way.worth, place)
        for place, unit in enumerate(units)
        for way in unit.ways
    ]
    together = tuple(dict.fromkeys(token for unit in units if unit.known for token in unit.ways[0].tokens))
    if len(together) > 1:
        asked.append(Request(together, Kind.WHOLE, _WHOLE))
    if asked:
        asked.append(Request(tuple(plan.title.split()), Kind.TITLE, _TITLE))
    return tuple(asked)


def rank(plan: Plan, answers: Sequence[Answer], *, judged: bool = True) -> list[tuple[str, float]]:
    """The pieces that hold what is asked for, the best first, each with its score; none when no piece is an answer.

    `answers` belong to `requests(plan)`, one by one. A piece that is about all of it in its title scores about 1.
    `judged=False` gives whatever holds something: for choices within what was judged already.
    """
    units = _units(plan)
    total = sum(unit.weight for unit in units)
    tallies = _tallies(plan, answers)
    scores = {
        piece: sum(units[at].weight * well for at, well in tally.held.items()) / total + tally.extra
        for piece, tally in tallies.items()
        if tally.held
    }
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    best = [[units[at] for at in tallies[piece].held] for piece, _ in ranked[:_LOOKED_AT]]
    return ranked if ranked and (not judged or _is_answer(best, total, ranked[0][1])) else []


def answering(plan: Plan, answers: Sequence[Answer]) -> list[str]:
    """Every piece that would be an answer if it were the only one: what somebody who waits for one wants to hear of."""
    units = _units(plan)
    total = sum(unit.weight for unit in units)
    found = []
    for piece, tally in _tallies(plan, answers).items():
        score = sum(units[at].weight * well for at, well in tally.held.items()) / total + tally.extra
        if tally.held and _is_answer([[units[at] for at in tally.held]], total, score):
            found.append(piece)
    return found


_LOOKED_AT = 10
_MOST, _FAIR_SHARE, _WELL_PLACED = 0.75, 0.4, 0.2


def _is_answer(best: Sequence[Sequence[Unit]], total: float, score: float) -> bool:
    """Whether the best pieces answer the question, or only happen to hold one of its words.

    One of them must hold most of what is asked by weight, or a fair share of it: then in a telling place, or as
    concepts of the glossary. What no piece holds weighs as the rarest of all, so that one common concept beside two
    unknown words is no answer.
    """
    covered = max(sum(unit.weight * unit.trust for unit in held) for held in best) / total
    concepts = max(sum(unit.weight * unit.trust for unit in held if unit.concept) for held in best) / total
    return covered >= _MOST or concepts >= _FAIR_SHARE or (covered >= _FAIR_SHARE and score >= _WELL_PLACED)


@dataclass(slots=True)
class _Tally:
    """What one piece holds of the units, and how well."""

    held: dict[int, float] = field(default_factory=dict)
    extra: float = 0.0

    def holds(self, unit: int, well: float) -> None:
        self.held[unit] = max(well, self.held.get(unit, 0.0))


def _tallies(plan: Plan, answers: Sequence[Answer]) -> Mapping[str, _Tally]:
    units = _units(plan)
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for request, answer in zip(requests(plan), answers, strict=True):
        for piece, score in answer:
            if request.unit is not None:
                tallies[piece].holds(request.unit, request.worth * (_FLOOR + (1 - _FLOOR) * score))
                continue
            tallies[piece].extra += request.worth * score
            for unit in _held_together(request, score, units):
                tallies[piece].holds(unit, _FLOOR)
    return tallies


def _held_together(request: Request, score: float, units: Sequence[Unit]) -> Iterator[int]:
    """The units that a piece holds according to its score for all of them together.

    The score of the whole tells how many of its tokens a piece holds: k of n give more than (k - 1) / n. That matters
    in a large collection, where a piece may hold all that is asked without being among the first for any part of it.
    """
    if request.kind is Kind.WHOLE:
        tokens = set(request.tokens[: ceil(score * len(request.tokens))])
        yield from (place for place, unit in enumerate(units) if tokens.issuperset(unit.ways[0].tokens))


def _units(plan: Plan) -> tuple[Unit, ...]:
    return plan.by_weight[:MOST_UNITS]

"""Counting: how many pieces questions would find, without reading any; all of them in one round trip."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlmodel import Session

from app.people.actor import Actor
from search import engine
from search.asking import asked_with
from search.dialects import engine_answers, engine_queries
from search.engine import INDEX
from search.mill.plan import Plan
from search.plain import find_plainly
from search.query import Query
from search.ranking import rank

PATIENCE: Final = 0.6
"""Seconds that the database may take over it while the engine is away."""

READ: Final = 50
"""Hits read for each thing asked for: enough to judge whether there is an answer."""


@dataclass(frozen=True)
class Countable:
    """A question with what its words ask for, None without words, and the municipalities within the distance."""

    query: Query
    plan: Plan | None
    near: Collection[str] | None = None

    @property
    def asks_nothing(self) -> bool:
        """Words that find nothing, whatever else is chosen."""
        return self.plan is not None and not self.plan.units


def count_by_engine(
    asked: Sequence[Countable], actor: Actor, *more: dict[str, Any], hidden: Collection[int]
) -> tuple[list[int], Sequence[dict[str, Any]]]:
    """What each finds for this reader, and the answers to `more` queries that go along. Raises EngineAway.

    `hidden`: pieces that the index shows to this reader wrongly.
    """
    parts = [_queries(one, actor, hidden) for one in asked]
    queries = [*(query for part in parts for query in part), *more]
    answers = iter(engine.multi_search([{"indexUid": INDEX} | query for query in queries]) if queries else ())
    with engine.making_sense():
        totals = [_total(one, list(islice(answers, len(part)))) for one, part in zip(asked, parts, strict=True)]
        return totals, [dict(answer) for answer in answers]


def count_by_database(session: Session, asked: Sequence[Countable], actor: Actor, *, until: float) -> list[int]:
    """The same from the database, as far as it gets until this moment of the monotonic clock; 0 for the rest."""
    totals = [0] * len(asked)
    for place, one in enumerate(asked):
        if not one.asks_nothing and time.monotonic() < until:
            totals[place] = find_plainly(session, one.query, one.plan, actor, near=one.near).total
    return totals


def _queries(one: Countable, actor: Actor, hidden: Collection[int]) -> list[dict[str, Any]]:
    if one.asks_nothing:
        return []
    filters = asked_with(one.query, one.plan, actor, near=one.near, hidden=hidden)
    judging = engine_queries(one.plan, filters.shown, READ) if one.plan else []
    return [*judging, {"q": "", "limit": 0, "filter": [*filters.all_but(), *filters.words]}]


def _total(one: Countable, answers: Sequence[dict[str, Any]]) -> int:
    if one.asks_nothing or (one.plan and not rank(one.plan, engine_answers(answers[:-1]))):
        return 0
    return int(answers[-1]["estimatedTotalHits"])

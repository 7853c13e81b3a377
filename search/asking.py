"""Asking the engine: one round trip for a whole page of results.

Who may see what is part of every query in it, and so are the choices. A facet's own counts leave its own choice out, so
that several values in one facet widen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from app.people.actor import Actor
from content.access import shelves_for
from search import engine
from search.dialects import engine_answers, engine_queries
from search.engine import INDEX
from search.facets import FACETS
from search.filters import none_of, one_of, quoted
from search.mill.plan import Plan
from search.mill.units import Way
from search.query import DEEPEST, Query, Sort
from search.ranking import MOST_UNITS, Answer, rank
from search.results import Found

Filters = list[str | list[str]]
"""All of these; of a list inside one of these."""

Answers = Sequence[dict[str, Any]]

READ: Final = (50, 200, DEEPEST)
"""Hits read for each thing asked for: the first of these that reaches down to the page. Whether there is an answer is
judged by the first alone, so that all pages agree."""

ORDERS: Final = {Sort.NEWEST: "published_at:desc", Sort.INVESTMENT: "cost:asc"}


@dataclass(frozen=True)
class Asked:
    """A question as filters of the engine."""

    shown: Filters
    """What this reader may see."""
    words: Filters
    """What holds anything that is asked for."""
    chosen: Mapping[str, Filters]
    """Facet -> what is chosen of it."""
    around: Filters
    """What lies within the distance asked for."""

    def all_but(self, facet: str | None = None) -> Filters:
        """Everything, or everything but the choice of this facet."""
        choices = [choice for name, choice in self.chosen.items() if name != facet]
        return [*self.shown, *self.around, *(one for choice in choices for one in choice)]


def ask(
    query: Query,
    plan: Plan | None,
    actor: Actor,
    *,
    near: Collection[str] | None = None,
    hidden: Collection[int] = (),
) -> Found:
    """What the engine finds for a question. Raises EngineAway, also for an answer that makes no sense.

    `plan` is None without words. `near`: the municipalities within the distance asked for, where one is. `hidden`:
    pieces that the index shows to this reader wrongly (`hiding`).
    """
    asked = asked_with(query, plan, actor, near=near, hidden=hidden)
    parts = {
        "judged": _judging_queries(query, plan, asked),
        "ranked": _ranking_queries(query, plan, asked),
        "counted": _counting_queries(query, asked),
        "page": _page_queries(query, asked),
    }
    answers = iter(engine.multi_search([{"indexUid": INDEX} | one for queries in parts.values() for one in queries]))
    with engine.making_sense():
        return _read(query, plan, **{part: list(islice(answers, len(queries))) for part, queries in parts.items()})


def asked_with(
    query: Query,
    plan: Plan | None,
    actor: Actor,
    *,
    near: Collection[str] | None = None,
    hidden: Collection[int] = (),
) -> Asked:
    """A question as filters, for this reader."""
    return Asked(
        shown=shown_to(actor, but=hidden),
        words=_holding(plan) if plan else [],
        chosen={name: _chosen(query, name) for name in query.chosen},
        around=[] if near is None else [one_of("municipality", near)],
    )


def shown_to(actor: Actor, *, but: Collection[int] = ()) -> Filters:
    """What this reader may see, each piece by one document only, without these pieces."""
    left_out: Filters = [none_of("piece", map(str, but))] if but else []
    shelves = shelves_for(actor)
    if shelves is None:
        return ["covered IS EMPTY", *left_out]
    return [one_of("shelves", shelves), none_of("covered", shelves), *left_out]


def _holding(plan: Plan) -> Filters:
    ways = [way for unit in plan.by_weight[:MOST_UNITS] for way in unit.ways]
    return [[_of_way(way) for way in dict.fromkeys(ways)]]


def _of_way(way: Way) -> str:
    if way.prefix:
        return f"tokens STARTS WITH {quoted(way.tokens[0])}"
    return " AND ".join(f"tokens = {quoted(token)}" for token in way.tokens)


def _chosen(query: Query, facet: str) -> Filters:
    filters: Filters = [one_of(facet, query.slugs(facet))]
    if facet == "indicator" and query.indicator and query.improvement:
        # The value comes from our own list of indicators.
        filters.append(f"effect.{query.indicator} >= {query.improvement}")
    return filters


def _judging_queries(query: Query, plan: Plan | None, asked: Asked) -> list[dict[str, Any]]:
    """Whether the words alone find an answer: a choice among answers must not turn them into none."""
    return engine_queries(plan, asked.shown, READ[0]) if plan and query.narrows else []


def _ranking_queries(query: Query, plan: Plan | None, asked: Asked) -> list[dict[str, Any]]:
    if plan is None or (query.narrows and query.order is not Sort.BEST):
        return []
    deepest = query.offset + query.size if query.order is Sort.BEST else READ[0]
    return engine_queries(plan, asked.all_but(), next((n for n in READ if n >= deepest), DEEPEST))


def _page_queries(query: Query, asked: Asked) -> list[dict[str, Any]]:
    """The page in an order that a reader chose; none when the best stand first."""
    if query.order is Sort.BEST:
        return []
    order = f"effect.{query.indicator}:desc" if query.order is Sort.EFFECT else ORDERS[query.order]
    page = {
        "q": "",
        "filter": [*asked.all_but(), *asked.words],
        "sort": [order, *([ORDERS[Sort.NEWEST]] if query.order is not Sort.NEWEST else [])],
        "offset": query.offset,
        "limit": query.size,
        "attributesToRetrieve": ["id"],
    }
    return [page]


def _counting_queries(query: Query, asked: Asked) -> list[dict[str, Any]]:
    """Everything under all choices; each chosen facet without its own; and the words alone, for what occurs at all."""

    def counting(facets: Iterable[str], filters: Filters) -> dict[str, Any]:
        return {"q": "", "limit": 0, "filter": [*filters, *asked.words], "facets": list(facets)}

    names = [facet.name for facet in FACETS]
    queries = [counting((name for name in names if name not in query.chosen), asked.all_but())]
    queries += [counting([name], asked.all_but(name)) for name in query.chosen]
    return [*queries, counting(names, asked.shown)] if query.narrows else queries


def _read(
    query: Query, plan: Plan | None, *, judged: Answers, ranked: Answers, counted: Answers, page: Answers
) -> Found:
    best: Sequence[str] = ()
    if plan is not None:
        best = _in_order(plan, engine_answers(ranked), judged=not judged) if ranked else ()
        if not (rank(plan, engine_answers(judged)) if judged else best):
            return Found()
    chosen = [hit["id"] for answer in page for hit in answer["hits"]]
    ids = chosen if page else best[query.offset : query.offset + query.size]
    under_all = counted[:-1] if query.narrows else counted
    return Found(
        pieces=[piece for id_ in ids if (piece := piece_of(id_))],
        total=int(counted[0]["estimatedTotalHits"]),
        counts={name: counts for answer in under_all for name, counts in answer["facetDistribution"].items()},
        occurring=counted[-1]["facetDistribution"],
    )


def _in_order(plan: Plan, answers: Sequence[Answer], *, judged: bool) -> list[str]:
    """The best of the first hits for each thing asked for, then what reading deeper adds to them.

    Reading deeper would rank some of the first ones otherwise too. They keep their places, so that the order is that of
    the question, whatever page is asked for, and pages neither repeat nor lose a piece.
    """
    order: dict[str, None] = {}
    for depth in READ:
        read = [answer[:depth] for answer in answers]
        found = rank(plan, read, judged=judged and depth == READ[0])
        order |= dict.fromkeys(id_ for id_, _ in found)
        if not order or all(len(answer) <= depth for answer in answers):
            break
    return list(order)


def piece_of(document_id: str) -> int | None:
    """The piece of a document; None for one that somebody put in behind our back."""
    number = document_id.partition("_")[0]
    return int(number) if number.isascii() and number.isdigit() else None

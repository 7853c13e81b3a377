"""Dialects: how the requests of a question are put to Meilisearch, to SQLite FTS5 and to PostgreSQL."""

from collections.abc import Iterator, Sequence
from typing import Any

from search.mill.plan import Plan
from search.ranking import Kind, Request, requests

FIELDS = ("t_title", "t_topics", "t_lead", "t_text")
"""The token fields of a document, the most telling first. `title` stands beside them: the titles as written."""
LABELS = "ABCD"
"""The labels of those fields in a tsvector, which is `setweight(array_to_tsvector(...), label)` of each."""
SCORES = (0.75, 0.5, 0.3, 0.05)
"""What a hit is worth whose first field is the title, the topics, the lead, the text: about what Meilisearch gives."""


def engine_queries(plan: Plan, filters: Sequence[Any], limit: int = 50) -> list[dict[str, Any]]:
    """The requests of a plan as queries for one multi-search. The caller adds the name of the index."""
    shared = {"filter": list(filters), "limit": limit, "showRankingScore": True, "attributesToRetrieve": ["id"]}
    return [_engine_query(request, plan) | shared for request in requests(plan)]


def engine_answers(results: Sequence[dict[str, Any]]) -> list[list[tuple[str, float]]]:
    """The results of that multi-search as `rank` reads them."""
    return [[(hit["id"], hit["_rankingScore"]) for hit in result["hits"]] for result in results]


def _engine_query(request: Request, plan: Plan) -> dict[str, Any]:
    """Quotes or a last space keep the last word from being taken for the beginning of another."""
    text = " ".join(request.tokens)
    if request.kind is Kind.TITLE:
        return _query(text if plan.unfinished else f"{text} ", ["title"], "frequency")
    if request.kind is Kind.WHOLE:
        return _query(f"{text} ", FIELDS, "last")
    if request.kind is Kind.BEGINS:
        return _query(text, FIELDS, "all")
    return _query(f'"{text}"' if len(request.tokens) == 1 else f"{text} ", FIELDS, "all")


def _query(text: str, fields: Sequence[str], strategy: str) -> dict[str, Any]:
    return {"q": text, "attributesToSearchOn": list(fields), "matchingStrategy": strategy}


def fts5_matches(request: Request) -> Iterator[tuple[str, float]]:
    """A request as FTS5 expressions, the most telling first, each with the score of what it finds.

    A row is worth the first expression that finds it. What the engine needs besides, because it gives but a limited
    number of hits, is left out: the database gives all.
    """
    if request.kind in (Kind.EACH, Kind.BEGINS):
        star = "*" if request.kind is Kind.BEGINS else ""
        tokens = " AND ".join(f'"{token}"{star}' for token in request.tokens)
        for depth, score in enumerate(SCORES, start=1):
            yield f"{{{' '.join(FIELDS[:depth])}}} : ({tokens})", score


def tsquery_matches(request: Request) -> Iterator[tuple[str, float]]:
    """The same as expressions for `to_tsquery('simple', ...)` over a tsvector with `LABELS`."""
    if request.kind in (Kind.EACH, Kind.BEGINS):
        star = "*" if request.kind is Kind.BEGINS else ""
        for depth, score in enumerate(SCORES, start=1):
            yield " & ".join(f"{token}:{star}{LABELS[:depth]}" for token in request.tokens), score

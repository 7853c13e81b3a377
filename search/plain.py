"""The plain answer: the same questions put to the database, while the engine is away or where there is none.

The words went through the same mill and the choices are the same, so the counts are as right. What it lacks is the
engine's sense of order within a text, and speed on a large collection.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Select, column, exists, func, literal, table, union_all
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from app.people.actor import Actor
from content.access import seen_by, shelves_for
from content.models import Article
from search.dialects import FIELDS, fts5_matches, tsquery_matches
from search.facets import BY_NAME
from search.mill.plan import Plan
from search.models import Card, CardFacet
from search.query import Query, Sort
from search.ranking import MOST_UNITS, Answer, answering, rank, requests
from search.results import Found

MOST_READ: Final = 2000
"""Hits read for each way to hold what is asked for."""
MOST_COUNTED: Final = 20_000
"""With more pieces than these the facets stay uncounted: the answer must be there within 2 s."""

Conditions = Sequence[ColumnElement[bool]]

_TEXT: Final = table("card_text", column("rowid"), column("tokens"), column("card_text"))


def find_plainly(
    session: Session, query: Query, plan: Plan | None, actor: Actor, *, near: Collection[str] | None = None
) -> Found:
    """What the database finds for a question; the arguments are those of `asking.ask`, as far as it needs them."""
    shown = _shown_to(actor)
    around = [] if near is None else [_has("municipality", near)]
    chosen = {name: _chosen(query, name) for name in query.chosen}
    under_all = [*shown, *around, *chosen.values()]
    best: Sequence[tuple[str, float]] = ()
    words = []
    if plan is not None:
        words = [_matching(session, _any_way(session, plan))]
        best = judged = rank(plan, _answers(session, plan, shown))
        if not judged:
            return Found()
        if query.narrows:
            best = rank(plan, _answers(session, plan, under_all), judged=False)
    total = session.execute(sa_select(func.count()).select_from(Card).where(*under_all, *words)).scalar_one()
    if total > MOST_COUNTED:
        return Found(pieces=_page(session, query, best, [*under_all, *words]), total=total)
    counts = _counted(session, [*under_all, *words], [name for name in BY_NAME if name not in chosen])
    for name in chosen:
        others = [condition for other, condition in chosen.items() if other != name]
        counts |= _counted(session, [*shown, *around, *others, *words], [name])
    return Found(
        pieces=_page(session, query, best, [*under_all, *words]),
        total=total,
        counts=counts,
        occurring=_counted(session, [*shown, *words], list(BY_NAME)) if query.narrows else counts,
    )


def answering_plainly(
    session: Session, query: Query, plan: Plan | None, actor: Actor, *, near: Collection[str] | None = None
) -> list[int]:
    """Every piece that answers a question by itself; without words the newest of those that fit the choices."""
    around = [] if near is None else [_has("municipality", near)]
    conditions = [*_shown_to(actor), *around, *(_chosen(query, name) for name in query.chosen)]
    if plan is None:
        newest = sa_select(col(Card.piece_id)).where(*conditions).order_by(col(Card.published_at).desc())
        return list(session.execute(newest.limit(MOST_READ)).scalars())
    return [int(piece) for piece in answering(plan, _answers(session, plan, conditions))]


def topics_plainly(session: Session, plan: Plan, actor: Actor) -> dict[str, int]:
    """The topics of everything that holds anything that is asked for, with how many pieces that are."""
    conditions = [*_shown_to(actor), _matching(session, _any_way(session, plan))]
    return _counted(session, conditions, ["topic"]).get("topic", {})


def titles_plainly(session: Session, words: Sequence[str], actor: Actor, *, most: int) -> list[int]:
    """Pieces of which a title holds all these words, the last one perhaps unfinished; the newest first."""
    expression = _titles(session, words)
    found = sa_select(col(Card.piece_id)).where(*_shown_to(actor), _matching(session, expression))
    return list(session.execute(found.order_by(col(Card.published_at).desc()).limit(most)).scalars())


def holding(session: Session, ways: Iterable[Sequence[Iterable[str]]]) -> ColumnElement[bool]:
    """Cards that hold one of these ways: in each of its places one of the tokens that fit there."""
    if _is_sqlite(session):
        told = (" AND ".join(f"({' OR '.join(map(_in_quotes, fitting))})" for fitting in way) for way in ways)
        return _matching(session, f"{{{' '.join(FIELDS)}}} : ({' OR '.join(f'({one})' for one in told)})")
    told = (" & ".join(f"({' | '.join(fitting)})" for fitting in way) for way in ways)
    return _matching(session, " | ".join(f"({one})" for one in told))


def _in_quotes(token: str) -> str:
    return f'"{token}"'


# --- conditions on a card --------------------------------------------------------------------------------------


def _shown_to(actor: Actor) -> list[ColumnElement[bool]]:
    """What this reader may see at this moment, each piece by one card only."""
    still = exists().where(col(Article.piece_id) == col(Card.piece_id), seen_by(actor))
    shelves = shelves_for(actor)
    if shelves is None:
        return [still, col(Card.part) == 0]
    return [still, _has("shelf", shelves), ~_has("covered", shelves)]


def _has(facet: str, values: Collection[str], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        col(CardFacet.card_id) == col(Card.id), col(CardFacet.facet) == facet, col(CardFacet.value).in_(values), *more
    )


def _chosen(query: Query, facet: str) -> ColumnElement[bool]:
    if facet == "indicator" and query.indicator and query.improvement:
        return _has(facet, query.slugs(facet), col(CardFacet.number) >= query.improvement)
    return _has(facet, query.slugs(facet))


def _matching(session: Session, expression: str) -> ColumnElement[bool]:
    """Cards whose words match."""
    return col(Card.id).in_(sa_select(_TEXT.c.rowid).where(_matches(session, expression)))


def _matches(session: Session, expression: str) -> ColumnElement[bool]:
    """The same for their texts, as this database's full text says it."""
    if _is_sqlite(session):
        return _TEXT.c.card_text.op("MATCH", is_comparison=True)(expression)
    return _TEXT.c.tokens.op("@@", is_comparison=True)(func.to_tsquery("simple", expression))


def _any_way(session: Session, plan: Plan) -> str:
    """Whatever holds anything that is asked for."""
    ways = dict.fromkeys(way for unit in plan.by_weight[:MOST_UNITS] for way in unit.ways)
    if _is_sqlite(session):
        told = [" AND ".join(f'"{token}"{"*" * way.prefix}' for token in way.tokens) for way in ways]
        return f"{{{' '.join(FIELDS)}}} : ({' OR '.join(f'({one})' for one in told)})"
    return " | ".join("(" + " & ".join(f"{token}{':*' * way.prefix}" for token in way.tokens) + ")" for way in ways)


def _titles(session: Session, words: Sequence[str]) -> str:
    last = len(words) - 1
    if _is_sqlite(session):
        told = " AND ".join(f'"{word}"{"*" * (place == last)}' for place, word in enumerate(words))
        return f"{{title t_title}} : ({told})"
    return " & ".join(f"{word}:{'*' * (place == last)}A" for place, word in enumerate(words))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


# --- answers ---------------------------------------------------------------------------------------------------


def _answers(session: Session, plan: Plan, conditions: Conditions) -> list[Answer]:
    """What each request of the plan finds: every piece by the most telling expression that holds for it. One query."""
    matches = fts5_matches if _is_sqlite(session) else tsquery_matches
    asked = requests(plan)
    cards = sa_select(col(Card.id), col(Card.piece_id)).where(*conditions).cte("cards")
    parts = [
        _part(session, cards, expression, place, score)
        for place, request in enumerate(asked)
        for expression, score in matches(request)
    ]
    found: list[dict[str, float]] = [{} for _ in asked]
    for place, score, piece in session.execute(union_all(*parts)) if parts else ():
        found[place][str(piece)] = max(score, found[place].get(str(piece), 0.0))
    return [list(of_request.items()) for of_request in found]


def _part(session: Session, cards: CTE, expression: str, place: int, score: float) -> Select[Any]:
    matching = sa_select(_TEXT.c.rowid).where(_matches(session, expression))
    hits = sa_select(cards.c.piece_id).where(cards.c.id.in_(matching)).limit(MOST_READ).subquery()
    return sa_select(literal(place), literal(score), hits.c.piece_id)


def _page(session: Session, query: Query, best: Sequence[tuple[str, float]], conditions: Conditions) -> list[int]:
    if query.order is Sort.BEST:
        return [int(piece) for piece, _ in best[query.offset : query.offset + query.size]]
    order: list[ColumnElement[Any]] = [col(Card.published_at).desc(), col(Card.id).asc()]
    if query.order is Sort.INVESTMENT:
        order.insert(0, col(Card.cost).asc().nulls_last())
    if query.order is Sort.EFFECT:
        order.insert(0, _effect(query).desc().nulls_last())
    page = sa_select(col(Card.piece_id)).where(*conditions).order_by(*order)
    return list(session.execute(page.offset(query.offset).limit(query.size)).scalars())


def _effect(query: Query) -> ColumnElement[float | None]:
    """The improvement within the one chosen indicator."""
    own = (col(CardFacet.card_id) == col(Card.id), col(CardFacet.facet) == "indicator")
    number = sa_select(col(CardFacet.number)).where(*own, col(CardFacet.value) == query.indicator)
    return number.scalar_subquery()


def _counted(session: Session, conditions: Conditions, facets: Collection[str]) -> dict[str, dict[str, int]]:
    """Facet -> value -> number of pieces."""
    cards = sa_select(col(Card.id)).where(*conditions)
    rows = session.execute(
        sa_select(col(CardFacet.facet), col(CardFacet.value), func.count())
        .where(col(CardFacet.card_id).in_(cards), col(CardFacet.facet).in_(facets))
        .group_by(CardFacet.facet, CardFacet.value)
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for facet, value, pieces in rows:
        counts[facet][value] = pieces
    return dict(counts)

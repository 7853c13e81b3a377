"""Finding: from a question to the page of results that this reader may see.

The engine, or the database while that is away, tells which pieces; the database then decides which of them this reader
sees now, and how they read. Nothing is shown on the index's word alone, and what it does not know to be hidden yet is
left out of what it counts.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup
from sqlmodel import Session, select

from app.core.metrics import FALLBACKS
from app.core.paging import Page
from app.people.actor import Actor
from app.people.region import Municipality, distance_km
from content.shelves import Listed, listed
from search import words
from search.asking import ask
from search.besides import organisations_asked_for, pilots_asked_for
from search.counting import PATIENCE, Countable, count_by_database, count_by_engine
from search.engine import EngineAway
from search.hiding import hidden_from
from search.marking import Marked, Marking
from search.mill.lexicon import Lexicon
from search.mill.marks import Marks
from search.mill.plan import Plan, plan
from search.narrowing import chips, facet_groups
from search.otherwise import otherwise
from search.passages import FilePassage
from search.picking import picked_for
from search.plain import find_plainly
from search.query import Query, too_deep
from search.results import Corrected, Found, Hit, Results, RowT
from search.visible import Visible, visible

Rows = Callable[[Session, Sequence[int]], Sequence[RowT]]
"""From articles to how they are shown, in the same order. Rights are none of its business."""


def find(session: Session, query: Query, actor: Actor, language: str) -> Results[Listed]:
    """One page of what this reader finds, in their language where a piece has it."""
    return find_as(listed, session, query, actor, language)


def find_as(rows: Rows[RowT], session: Session, query: Query, actor: Actor, language: str) -> Results[RowT]:
    """The same, with the pieces as these rows."""
    began = time.monotonic()
    lexicon = words.lexicon(session)
    asked = plan_for(session, query, actor, language, lexicon)
    distances = distances_of(session, query)
    around = around_of(query, distances)
    found, degraded = _found(session, query, asked, actor, around)
    seen = visible(session, found.pieces, actor, language)
    marking = Marking(asked, lexicon) if asked else None
    hits = _hits(session, rows(session, [one.id for one in seen]), seen, actor, marking, distances)
    # What nobody wrote in our name, or what was hidden without a word, is not in what we say.
    total = max(0, found.total - (len(found.pieces) - len(hits)))
    return Results(
        query=query,
        page=Page(items=hits, number=query.page, size=query.size, total=total),
        facets=facet_groups(session, query, found),
        chips=chips(session, query),
        pilots=pilots_asked_for(session, asked, lexicon) if asked and query.page == 1 else (),
        organisations=organisations_asked_for(session, asked, lexicon) if asked and query.page == 1 else (),
        picked=picked_for(session, query.q, actor, language) if query.page == 1 and not query.narrows else (),
        corrected=_corrected(query, asked) if hits else None,
        degraded=degraded,
        took_ms=round(1000 * (time.monotonic() - began)),
        notices=(*query.notices, *([too_deep()] if query.is_too_deep else [])),
        otherwise=otherwise(session, query, asked, actor, lexicon, near=around) if asked and not total else None,
    )


def how_many(session: Session, queries: Sequence[Query], actor: Actor, language: str) -> list[int]:
    """How many pieces each of these would find for this reader. One round trip for all of them."""
    lexicon = words.lexicon(session)
    # One look at the map for each place, however many questions begin there.
    distances = {place: distances_of(session, one) for place, one in {one.near: one for one in queries}.items()}
    asked = [
        Countable(
            query,
            plan_for(session, query, actor, language, lexicon),
            around_of(query, distances[query.near]),
        )
        for query in queries
    ]
    try:
        return count_by_engine(asked, actor, hidden=hidden_from(session, actor))[0]
    except EngineAway:
        return count_by_database(session, asked, actor, until=time.monotonic() + PATIENCE)


def marks_for(session: Session, question: str, actor: Actor, language: str) -> Marks | None:
    """What marks the words of a question in a text, as results show them; None without words."""
    lexicon = words.lexicon(session)
    asked = plan_for(session, Query(q=question), actor, language, lexicon)
    return Marks(asked, lexicon) if asked else None


def plan_for(session: Session, query: Query, actor: Actor, language: str, lexicon: Lexicon) -> Plan | None:
    """What the words ask for; None without words.

    A word that the public does not know is left as it stands when it is in something else that this reader may see.
    """
    if not query.q.strip():
        return None
    asked = plan(query.q, language, lexicon, repaired=not query.literal)
    if asked.corrected is None:
        return asked
    literally = words.may_mean(session, actor, asked.repaired)
    return plan(query.q, language, lexicon, repaired=False) if literally else asked


def _found(
    session: Session, query: Query, asked: Plan | None, actor: Actor, near: Collection[str] | None
) -> tuple[Found, bool]:
    """What the engine finds, or the database when that is away, and whether it was the database."""
    if asked is not None and not asked.units:
        return Found(), False
    if query.is_too_deep:
        found, degraded = _found(session, query.on_page(1), asked, actor, near)
        return replace(found, pieces=()), degraded
    try:
        return ask(query, asked, actor, near=near, hidden=hidden_from(session, actor)), False
    except EngineAway:
        FALLBACKS.inc()
        return find_plainly(session, query, asked, actor, near=near), True


def _hits(
    session: Session,
    rows: Sequence[RowT],
    seen: Sequence[Visible],
    actor: Actor,
    marking: Marking | None,
    distances: dict[str, int],
) -> list[Hit[RowT]]:
    marked, in_files = marking.marked(session, seen, actor) if marking else ({}, {})
    return [
        _hit(row, one, marked.get(one.id), distances, in_files.get(one.id)) for row, one in zip(rows, seen, strict=True)
    ]


def _hit(
    row: RowT, one: Visible, marked: Marked | None, distances: dict[str, int], passage: FilePassage | None
) -> Hit[RowT]:
    km = distances.get(one.municipality) if one.municipality else None
    if marked is None:
        return Hit(row, Markup.escape(one.title), Markup.escape(one.summary), km)
    return Hit(row, marked.title, marked.snippet, km, passage)


def around_of(query: Query, distances: Mapping[str, int]) -> set[str] | None:
    """The municipalities within the distance asked for; None where none is asked for."""
    if not (distances and query.distance):
        return None
    return {slug for slug, km in distances.items() if km <= query.distance}


def distances_of(session: Session, query: Query) -> dict[str, int]:
    """Municipality -> kilometres from the place asked for; empty when none is."""
    if query.near is None:
        return {}
    every = session.exec(select(Municipality)).all()
    centre = next(one for one in every if one.slug == query.near)
    return {one.slug: round(distance_km(centre, one)) for one in every}


def _corrected(query: Query, asked: Plan | None) -> Corrected | None:
    if asked is None or asked.corrected is None:
        return None
    return Corrected(*asked.corrected, literally=query.asking(query.q, literal=True))

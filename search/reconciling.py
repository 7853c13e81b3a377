"""Reconciling: index and cards are compared with the database, all the time and slice by slice, and repaired.

Whatever went wrong, a lost task, a document that somebody altered or added behind our back, a killed engine, is right
again when the round is over. While there is nothing to repair, nothing is written.
"""

import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import meilisearch
from sqlalchemy import func
from sqlmodel import Session, col, select

from app.core.clock import CLOCKS_DIFFER, now
from app.core.database import reading, writing
from app.core.jobs import Later, NotNow
from content.models import Piece
from search import cards, shape
from search.asking import piece_of
from search.engine import INDEX, EngineAway, administering
from search.filters import none_of, one_of
from search.keeping import MARK, finish, is_current, settle
from search.models import Card, SearchState
from search.rebuilding import rebuild
from search.sources import document_ids, sources
from search.state import require_rebuild, state

log = logging.getLogger(__name__)

SLICE: Final = 100
TOGETHER: Final = 200
"""Pieces and documents that are repaired in one go, each with tasks of the engine; more would make a turn too long."""
BETWEEN_ROUNDS: Final = timedelta(minutes=4)
"""A round that found everything right is followed by the next one after this pause."""
AT_ONCE: Final = 1.5
"""Seconds that one turn may take, so that the timetable's other entries have theirs."""
GROWN: Final = 1.25
"""When there are so many times more pieces than at the last rebuild, compounds are taken apart with better words."""

MOST_SMALL: Final = 20
"""With fewer pieces than these a better way to take compounds apart is not worth a rebuild."""

IN_ORDER: Final = ("searchableAttributes", "rankingRules")
"""Settings whose order counts."""

_is_first_here = True


def reconcile_some() -> None:
    """One turn of the round: as much as fits in a moment. A new process begins a new round."""
    global _is_first_here
    with reading() as session:
        row = session.exec(select(SearchState)).first() or SearchState()
    rested = now() - row.reconciled_at if row.reconciled_at else BETWEEN_ROUNDS
    is_resting = -CLOCKS_DIFFER < rested < BETWEEN_ROUNDS and not _is_first_here
    try:
        with administering() as client:
            # Looked at with every turn: an engine that lost its index or its settings is of use to nobody.
            if not _is_sound(client):
                require_rebuild()
            elif not is_resting:
                _turn(client, begins=_is_first_here or row.reconciled_to == 0, seconds=AT_ONCE)
        _is_first_here = False
    except (EngineAway, NotNow, Later) as away:
        log.info("not compared: %s", away)


def reconcile() -> int:
    """A whole round; how many pieces had to be repaired. What cannot be repaired piece by piece is built anew at once.

    Raises EngineAway.
    """
    with administering() as client:
        if _is_sound(client):
            return _turn(client, begins=True, seconds=None)
    return rebuild()


def _turn(client: meilisearch.Client | None, *, begins: bool, seconds: float | None) -> int:
    """Compare from where the round is, until its end or for so long; how many pieces had to be repaired.

    What is wrong in many slices is repaired together, since each write waits for the engine.
    """
    until = None if seconds is None else time.monotonic() + seconds
    repaired = 0
    after = 0
    if begins:
        if client is not None:
            _drop_strangers(client)
        _reach(0)
    else:
        after = _reached()
    while True:
        wrong, foreign, up_to = _compare(client, after, until)
        if client is not None and foreign:
            _remove(client, foreign)
        if wrong:
            log.warning("index and database differed", extra={"pieces": len(wrong)})
            settle(wrong)
        repaired += len(wrong)
        _reach(up_to)
        if up_to is None or _is_past(until):
            return repaired
        after = up_to


def _compare(
    client: meilisearch.Client | None, after: int, until: float | None
) -> tuple[set[int], set[str], int | None]:
    """Pieces and documents to put right in slice after slice above this piece, and the last piece looked at.

    As many as can be repaired together or the time allows; None is the end of the round.
    """
    wrong: set[int] = set()
    foreign: set[str] = set()
    while True:
        up_to = _end_of_slice(after)
        these, strange = _wrong(client, after, up_to)
        wrong |= these
        foreign |= strange
        if up_to is None or len(wrong) + len(foreign) >= TOGETHER or _is_past(until):
            return wrong, foreign, up_to
        after = up_to


def _is_past(until: float | None) -> bool:
    return until is not None and time.monotonic() > until


def _is_sound(client: meilisearch.Client | None) -> bool:
    """Whether the index as a whole is right, so that its pieces can be compared."""
    with reading() as session:
        row = session.exec(select(SearchState)).first() or SearchState()
        pieces = session.exec(select(func.count(col(Piece.id)))).one()
    has_grown = pieces > max(MOST_SMALL, GROWN * row.pieces_at_rebuild)
    return not has_grown and is_current(client) and (client is None or _has_our_settings(client))


def _has_our_settings(client: meilisearch.Client) -> bool:
    there = client.index(INDEX).get_settings()
    return all(_agree(there.get(name), value, in_order=name in IN_ORDER) for name, value in shape.settings().items())


def _agree(there: Any, ours: Any, *, in_order: bool) -> bool:
    """Whether all that we set is there. The engine adds what we left open, and gives some lists back sorted."""
    if isinstance(ours, dict) and isinstance(there, dict) and ours:
        return all(_agree(there.get(name), value, in_order=in_order) for name, value in ours.items())
    if isinstance(ours, list) and isinstance(there, list) and not in_order:
        return sorted(map(repr, ours)) == sorted(map(repr, there))
    return bool(there == ours)


def _drop_strangers(client: meilisearch.Client) -> None:
    """Remove documents that stand in no slice because they belong to no piece: nobody wrote them in our name."""
    index = client.index(INDEX)
    strange = f"NOT piece > 0 AND {none_of(shape.PRIMARY_KEY, [MARK])}"
    if index.get_documents({"filter": strange, "fields": [shape.PRIMARY_KEY], "limit": 1}).results:
        log.warning("the index held documents of nobody")
        finish(client, index.delete_documents(filter=strange).task_uid)


def _remove(client: meilisearch.Client, ids: Iterable[str]) -> None:
    finish(client, client.index(INDEX).delete_documents(filter=one_of(shape.PRIMARY_KEY, ids)).task_uid)


def _reached() -> int:
    """The last piece that the running round has compared."""
    with reading() as session:
        return session.exec(select(SearchState.reconciled_to)).first() or 0


def _end_of_slice(after: int) -> int | None:
    """The last piece of the slice above this one; None when there is no full one left."""
    with reading() as session:
        ids = select(Piece.id).where(col(Piece.id) > after).order_by(col(Piece.id)).limit(SLICE)
        pieces = session.exec(ids).all()
    return pieces[-1] if len(pieces) == SLICE else None


def _wrong(client: meilisearch.Client | None, after: int, up_to: int | None) -> tuple[set[int], set[str]]:
    """Pieces whose card is not what the database says, or whose documents are not what the card says; and documents
    that stand among theirs under a name that is not ours.
    """
    with reading() as session:
        pieces = _pieces(session, after, up_to)
        told = sources(session, pieces)
        filed = cards.documents_of(session, pieces)
    stale = {
        piece
        for piece, parts in told.items()
        if [source.hash for source in parts] != [one.hash for one in filed if one.piece == piece]
    }
    if client is None:
        return stale, set()
    wanted = {one.id: one.for_engine() for one in filed}
    there = _documents(client, after, up_to)
    foreign = {id_ for id_, document in there.items() if not _is_ours(id_, document)}
    ours = {id_: document for id_, document in there.items() if id_ not in foreign}
    differing = {id_ for id_ in wanted.keys() | ours.keys() if wanted.get(id_) != ours.get(id_)}
    return stale | {int(id_.partition("_")[0]) for id_ in differing}, foreign


def _is_ours(id_: str, document: dict[str, Any]) -> bool:
    piece = piece_of(id_)
    return piece is not None and document["piece"] == piece and id_ in document_ids(piece)


def _pieces(session: Session, after: int, up_to: int | None) -> set[int]:
    """The pieces of a slice: those that exist, and those of which a card is left."""
    found: set[int] = set()
    for column in (col(Piece.id), col(Card.piece_id)):
        above = select(column).where(column > after)
        found |= set(session.exec(above if up_to is None else above.where(column <= up_to)).all())
    return found


def _documents(client: meilisearch.Client, after: int, up_to: int | None) -> dict[str, dict[str, Any]]:
    """The engine's documents of a slice, whole. Should strangers be so many that some are cut off, those go later."""
    range_ = f"piece > {after}" + (f" AND piece <= {up_to}" if up_to is not None else "")
    found = client.index(INDEX).get_documents({"filter": range_, "limit": 4 * SLICE})
    return {document.id: dict(document) for document in found.results}


def _reach(up_to: int | None) -> None:
    """Remember how far the round is; None is its end."""
    with writing() as session:
        row = state(session)
        row.reconciled_to = up_to or 0
        if up_to is None:
            row.reconciled_at = now()

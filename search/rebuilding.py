"""Rebuilding: a new index is filled aside and takes the place of the old one in one step.

Readers search the old one until then; what changes meanwhile is written to both. A rebuild that was interrupted leaves
an index nobody looks at: the next one goes on with it, or removes it when the rules have changed since.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import Any, Final

import meilisearch
from meilisearch.errors import MeilisearchApiError
from sqlmodel import col, select

from app.core import epoch
from app.core.database import reading, writing
from content.access import EVERYONE
from content.file_texts import texts_of
from content.models import Piece
from search import shape, words
from search.cards import documents_of
from search.documents import words_in
from search.engine import INDEX, administering
from search.filters import one_of
from search.keeping import MARK, file, finish, send
from search.mill.lexicon import Lexicon
from search.mill.vocabulary import Vocabulary
from search.sources import document_ids, sources
from search.state import building, built, state, still_building

log = logging.getLogger(__name__)

SLICE: Final = 50
"""Pieces at once: short enough to hold the database's one writer for a moment only."""

SENT_AT_ONCE: Final = 500
"""Pieces that the engine is given together: it takes few large additions much faster than many small ones."""

MOST_AHEAD: Final = 2
"""Additions that may wait in the engine while more goes through the mill."""

COMPARED_AT_ONCE: Final = 100

LONGEST_TASK: Final = 1800.0
"""Seconds; the last documents of a large index wait for all before them."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


def rebuild_when_outdated(_event: Any) -> None:
    """Build the index anew because somebody found that it is missing or old."""
    rebuild()


def rebuild(progress: Progress | None = None) -> int:
    """Fill a new index from the database and swap it in; the number of pieces looked at.

    One that was interrupted is gone on with. Raises AlreadyBuilding while somebody else builds, EngineAway when the
    engine leaves; the old index stays then.
    """
    tell = progress or (lambda _what, _done, _of: None)
    mark = shape.fingerprint()
    with building(mark) as (name, held), administering() as client:
        with reading() as session:
            pieces = session.exec(select(Piece.id).order_by(col(Piece.id))).all()
        if client is not None:
            _clear_away(client, but=name)
            held = held if _holds(client, name, mark) else 0
            if not held:
                _create(client, name, mark)
        lexicon = _lexicon(pieces, name, tell)
        _fill(client, name, pieces, lexicon, tell, after=held)
        _remember(mark, len(pieces))
        if client is not None:
            if held:
                _catch_up(client, name, [piece for piece in pieces if piece <= held])
            _swap(client, name)
        built()
    with writing() as session:
        epoch.move(session)
        # A change that another worker took for part of this rebuild may have come too late: all is compared at once.
        row = state(session)
        row.reconciled_at, row.reconciled_to = None, 0
    log.info("the index was built anew", extra={"pieces": len(pieces), "held": held})
    return len(pieces)


def _lexicon(pieces: Sequence[int], name: str, tell: Progress) -> Lexicon:
    """The mill for all of them: it knows every word before it takes the first compound apart."""
    counts: Counter[str] = Counter()
    pieces_told = 0
    for done, some in _slices(pieces, 10 * SLICE):
        still_building(name)
        with reading() as session:
            public = [one for parts in sources(session, some).values() for one in parts if EVERYONE in one.shelves]
            files = texts_of(session, {hash_ for source in public for hash_ in source.files})
        for source in public:
            counts.update(words_in(source, files))
            pieces_told += 1
        tell("words", done, len(pieces))
    with reading() as session:
        return Lexicon(Vocabulary(words=MappingProxyType(dict(counts)), pieces=pieces_told), words.glossary(session))


def _holds(client: meilisearch.Client, name: str, mark: str) -> bool:
    """Whether an index of this name is there and was begun by these rules."""
    try:
        return str(client.index(name).get_document(MARK).hash) == mark
    except MeilisearchApiError as error:
        if error.code in ("index_not_found", "document_not_found"):
            return False
        raise


def _create(client: meilisearch.Client, name: str, mark: str) -> None:
    """An empty index with its settings, and the mark that tells by which rules it was built."""
    if name in _names(client):
        finish(client, client.delete_index(name).task_uid)
    client.create_index(name, {"primaryKey": shape.PRIMARY_KEY})
    finish(client, client.index(name).update_settings(shape.settings()).task_uid)
    finish(client, client.index(name).add_documents([{shape.PRIMARY_KEY: MARK, "hash": mark}]).task_uid)


def _fill(
    client: meilisearch.Client | None,
    name: str,
    pieces: Sequence[int],
    lexicon: Lexicon,
    tell: Progress,
    *,
    after: int,
) -> None:
    """File and send all above a piece, and wait until the index holds them."""
    waiting: deque[tuple[Sequence[int], int]] = deque()
    unsent: list[int] = []
    left = [piece for piece in pieces if piece > after]
    for done, some in _slices(left, SLICE):
        still_building(name)
        file(some, lexicon=lexicon)
        unsent += some
        if client is not None and (len(unsent) >= SENT_AT_ONCE or done == len(left)):
            waiting.append((send(client, unsent, to=name, is_new=True), unsent[-1]))
            unsent = []
            while len(waiting) > (MOST_AHEAD if done < len(left) else 0):
                _finish_first(client, waiting, name)
        elif client is None:
            still_building(name, holds=some[-1])
        tell("pieces", len(pieces) - len(left) + done, len(pieces))


def _finish_first(client: meilisearch.Client, waiting: deque[tuple[Sequence[int], int]], name: str) -> None:
    """Wait for what was sent first, and remember that the index holds it."""
    tasks, holds = waiting.popleft()
    for task in tasks:
        finish(client, task, seconds=LONGEST_TASK)
    still_building(name, holds=holds)


def _catch_up(client: meilisearch.Client, name: str, pieces: Sequence[int]) -> None:
    """What changed while the rebuild lay still: cards and documents of these pieces are compared, and put right."""
    for _, some in _slices(pieces, COMPARED_AT_ONCE):
        still_building(name)
        file(some)
        with reading() as session:
            wanted = {one.id: one.for_engine() for one in documents_of(session, some)}
        ids = one_of(shape.PRIMARY_KEY, (id_ for piece in some for id_ in document_ids(piece)))
        found = client.index(name).get_documents({"filter": ids, "limit": 10 * COMPARED_AT_ONCE}).results
        there = {document.id: dict(document) for document in found}
        wrong = {id_ for id_ in wanted.keys() | there.keys() if wanted.get(id_) != there.get(id_)}
        if wrong:
            for task in send(client, {int(id_.partition("_")[0]) for id_ in wrong}, to=name):
                finish(client, task, seconds=LONGEST_TASK)


def _swap(client: meilisearch.Client, name: str) -> None:
    """Let the new index take the place of the old one, and remove that."""
    if INDEX not in _names(client):
        # Two indexes are needed for a swap.
        finish(client, client.create_index(INDEX, {"primaryKey": shape.PRIMARY_KEY}).task_uid)
    finish(client, client.swap_indexes([{"indexes": [INDEX, name]}]).task_uid, seconds=LONGEST_TASK)
    finish(client, client.delete_index(name).task_uid, seconds=LONGEST_TASK)


def _clear_away(client: meilisearch.Client, *, but: str) -> None:
    """Remove what interrupted rebuilds left behind."""
    for name in _names(client):
        if name.startswith(f"{INDEX}_") and name != but:
            finish(client, client.delete_index(name).task_uid)


def _names(client: meilisearch.Client) -> set[str]:
    return {index.uid for index in client.get_indexes({"limit": 1000})["results"]}


def _remember(mark: str, pieces: int) -> None:
    with writing() as session:
        row = state(session)
        row.fingerprint, row.pieces_at_rebuild = mark, pieces


def _slices(pieces: Sequence[int], size: int) -> Iterator[tuple[int, Sequence[int]]]:
    """The pieces bit by bit, each time with the number done by then."""
    for start in range(0, len(pieces), size):
        some = pieces[start : start + size]
        yield start + len(some), some

"""Rebuilding: a new index is filled aside and takes the place of the old one in one step.

Readers search the old one until then; what changes meanwhile is written to both. A rebuild that was interrupted leaves
an index nobody looks at, which the next one removes.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import Any, Final

import meilisearch
from sqlmodel import col, select

from app.core import epoch
from app.core.database import reading, writing
from content.access import EVERYONE
from content.file_texts import texts_of
from content.models import Piece
from search import shape, words
from search.documents import words_in
from search.engine import INDEX, administering
from search.keeping import MARK, file, finish, send
from search.mill.lexicon import Lexicon
from search.mill.vocabulary import Vocabulary
from search.sources import sources
from search.state import building, state, still_building

log = logging.getLogger(__name__)

SLICE: Final = 50
"""Pieces at once: short enough to hold the database's one writer for a moment only."""

MOST_AHEAD: Final = 3
"""Slices that may wait in the engine while another goes through the mill."""

LONGEST_TASK: Final = 1800.0
"""Seconds; the last documents of a large index wait for all before them."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


def rebuild_when_outdated(_event: Any) -> None:
    """Build the index anew because somebody found that it is missing or old."""
    rebuild()


def rebuild(progress: Progress | None = None) -> int:
    """Fill a new index from the database and swap it in; the number of pieces looked at.

    Raises AlreadyBuilding while somebody else does, EngineAway when the engine leaves; the old index stays then.
    """
    tell = progress or (lambda _what, _done, _of: None)
    with building() as name, administering() as client:
        with reading() as session:
            mark = shape.fingerprint()
            pieces = session.exec(select(Piece.id).order_by(col(Piece.id))).all()
        lexicon = _lexicon(pieces, name, tell)
        if client is not None:
            _clear_away(client, but=name)
            _create(client, name, mark)
        tasks = _fill(client, name, pieces, lexicon, tell)
        _remember(mark, len(pieces))
        if client is not None:
            _wait(client, tasks, name)
            _swap(client, name)
    with writing() as session:
        epoch.move(session)
        # A change that another worker took for part of this rebuild may have come too late: all is compared at once.
        row = state(session)
        row.reconciled_at, row.reconciled_to = None, 0
    log.info("the index was built anew", extra={"pieces": len(pieces)})
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


def _create(client: meilisearch.Client, name: str, mark: str) -> None:
    """An empty index with its settings, and the mark that tells by which rules it was built."""
    client.create_index(name, {"primaryKey": shape.PRIMARY_KEY})
    finish(client, client.index(name).update_settings(shape.settings()).task_uid)
    finish(client, client.index(name).add_documents([{shape.PRIMARY_KEY: MARK, "hash": mark}]).task_uid)


def _fill(
    client: meilisearch.Client | None, name: str, pieces: Sequence[int], lexicon: Lexicon, tell: Progress
) -> Sequence[int]:
    tasks: list[int] = []
    for done, some in _slices(pieces, SLICE):
        still_building(name)
        file(some, lexicon=lexicon)
        if client is not None:
            tasks += send(client, some, to=name)
            if len(tasks) > MOST_AHEAD:
                finish(client, tasks[-MOST_AHEAD], seconds=LONGEST_TASK)
        tell("pieces", done, len(pieces))
    return tasks


def _wait(client: meilisearch.Client, tasks: Sequence[int], name: str) -> None:
    """Until all is in, which is when the last task is done: tasks are done in order."""
    for task in tasks:
        still_building(name)
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

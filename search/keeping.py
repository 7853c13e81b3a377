"""Keeping: writing pieces to the cards and from there to the engine's index.

Nothing is locked while we talk to the engine. Instead every writer looks again after writing: if the piece changed
meanwhile it is written once more. So whoever writes a piece last has written what the database says.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import meilisearch
from meilisearch.errors import MeilisearchApiError
from sqlmodel import Session, select

from app.core import epoch
from app.core.database import reading, writing
from content.file_texts import texts_of
from search import cards, shape, words
from search.documents import Document, document
from search.engine import INDEX, EngineAway, administering
from search.filters import one_of
from search.mill.lexicon import Lexicon
from search.models import SearchState
from search.sources import Source, document_ids, sources
from search.state import being_built, outdated

MARK: Final = "fingerprint"
"""Id of the one document that is no piece: it tells by which rules the index was built, and is swapped with it."""

MILL_SECONDS: Final = 5.0
"""A lexicon this old still takes texts apart well, and many changes in a row need not make one each."""

TASK_SECONDS: Final = 60
"""How long one change may wait for its turn in the engine."""


def settle(piece_ids: Collection[int]) -> None:
    """Bring cards and index of these pieces up to the state of today.

    Raises EngineAway when only the cards could be written; AlreadyBuilding, Outdated or Later where an index made by
    other rules is built anew first: a rebuild that goes on may have looked at these pieces before they changed.
    """
    try:
        with administering() as client:
            if not is_current(client):
                raise outdated()
            file(piece_ids)
            if client is not None and not _stands(client, piece_ids):
                send(client, piece_ids)
    except Exception:
        # Whatever is wrong with the engine or the index: the database answers by the cards meanwhile.
        file(piece_ids)
        raise
    with writing() as session:
        # Pages kept since the change do not show it yet.
        epoch.move(session)


def file(piece_ids: Collection[int], *, lexicon: Lexicon | None = None) -> None:
    """Write the cards of these pieces. Given a lexicon, the words of all of them go through the mill anew."""
    pending = set(piece_ids)
    while pending:
        with reading() as session:
            told = sources(session, pending)
            filed = {} if lexicon else _filed(session, pending)
            mill = lexicon or words.lexicon(session, at_most_old=MILL_SECONDS)
            fresh = [piece for piece in pending if _hashes(told[piece]) != filed.get(piece)]
            files = texts_of(session, {hash_ for piece in fresh for one in told[piece] for hash_ in one.files})
        if not fresh:
            return
        made = [document(source, mill, files) for piece in fresh for source in told[piece]]
        with writing() as session:
            cards.file(session, fresh, made)
        with reading() as session:
            again = sources(session, fresh)
        pending = {piece for piece in fresh if _hashes(again[piece]) != _hashes(told[piece])}


def send(
    client: meilisearch.Client, piece_ids: Collection[int], *, to: str | None = None, is_new: bool = False
) -> list[int]:
    """Write the cards of these pieces to the index. Without `to` it waits until they can be found.

    With `to` only that index is written, and its tasks are given back. `is_new`: it holds nothing of them yet.
    """
    pending = set(piece_ids)
    tasks: list[int] = []
    while pending:
        with reading() as session:
            filed = cards.documents_of(session, pending)
            aside = being_built(session)
        # Aside first: should the two be swapped in between, the second write still reaches the new one.
        if aside and to is None:
            _write(client, aside, pending, filed)
        # Between two deletions the engine could not take additions together, so what is not needed is not asked for.
        tasks += _write(client, to or INDEX, pending, filed, takes_out=not is_new or bool(tasks))
        with reading() as session:
            again = cards.documents_of(session, pending)
        pending = {piece for piece in pending if _of(piece, again) != _of(piece, filed)}
    if to is None:
        for task in tasks:
            finish(client, task)
    return tasks


def _stands(client: meilisearch.Client, piece_ids: Collection[int]) -> bool:
    """Whether the index holds what the cards of these pieces say, and nothing is on its way there that may say else.

    Looking takes a few ms, writing a task of the engine: after a rebuild the changes that it took along wait as jobs.
    """
    with reading() as session:
        if being_built(session):
            return False
        wanted = {one.id: one.for_engine() for one in cards.documents_of(session, piece_ids)}
    # In this order: a task that is done by now shows in the documents.
    if client.get_tasks({"indexUids": [INDEX], "statuses": ["enqueued", "processing"], "limit": 1}).results:
        return False
    possible = {id_ for piece in piece_ids for id_ in document_ids(piece)}
    of_these = one_of(shape.PRIMARY_KEY, possible)
    found = client.index(INDEX).get_documents({"filter": of_these, "limit": len(possible)})
    return {document.id: dict(document) for document in found.results} == wanted


def finish(client: meilisearch.Client, task: int, *, seconds: float = TASK_SECONDS) -> None:
    """Wait until the engine has done a task. Raises EngineAway when it fails or takes longer."""
    done = client.wait_for_task(task, timeout_in_ms=int(seconds * 1000), interval_in_ms=10)
    if done.status != "succeeded":
        raise EngineAway(f"task {task} {done.status}: {done.error}")


def is_current(client: meilisearch.Client | None) -> bool:
    """Whether the cards, and the index where there is an engine, were made by today's rules."""
    with reading() as session:
        wanted = shape.fingerprint()
        cards_are = session.exec(select(SearchState.fingerprint)).first() == wanted
    return cards_are and (client is None or _mark(client) == wanted)


def _mark(client: meilisearch.Client) -> str | None:
    try:
        return str(client.index(INDEX).get_document(MARK).hash)
    except MeilisearchApiError as error:
        if error.code in ("index_not_found", "document_not_found"):
            return None
        raise


def _write(
    client: meilisearch.Client, name: str, pieces: Iterable[int], filed: Sequence[Document], *, takes_out: bool = True
) -> list[int]:
    """Put these documents in, and take out what else there may be of these pieces."""
    index = client.index(name)
    there = {one.id for one in filed}
    possible = {id_ for piece in pieces for id_ in document_ids(piece)} if takes_out else set()
    tasks = [index.delete_documents(filter=one_of(shape.PRIMARY_KEY, possible - there))] if possible - there else []
    if filed:
        tasks.append(index.add_documents([one.for_engine() for one in filed], shape.PRIMARY_KEY))
    return [task.task_uid for task in tasks]


def _filed(session: Session, piece_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {piece_id: [] for piece_id in piece_ids}
    for card, _ in cards.cards_of(session, piece_ids):
        found[card.piece_id].append(card.hash)
    return found


def _hashes(told: Iterable[Source]) -> list[str]:
    return [source.hash for source in told]


def _of(piece: int, documents: Iterable[Document]) -> list[Document]:
    return [one for one in documents if one.piece == piece]

"""The engine: where Meilisearch is, and how we talk to it.

Readers' questions go over `search.line`, with a key for searching only; settings, documents, tasks and swaps go through
the official client.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import meilisearch
from meilisearch.errors import MeilisearchApiError, MeilisearchError

from app.core.jobs import NotNow
from app.core.settings import settings
from search.binary import WrongBinary, find_binary
from search.line import INDEX, EngineAway, Line, agent, place
from search.local import locate

__all__ = ["INDEX", "EngineAway", "EngineSilent", "administering", "forget", "is_there", "making_sense", "multi_search"]


class EngineSilent(EngineAway, NotNow):
    """Nothing is wrong with what we want of it: nobody is there, or it is not itself."""


def multi_search(queries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to these queries, in their order: one round trip. Raises EngineAway."""
    return _line().multi_search(queries)


@contextmanager
def making_sense() -> Iterator[None]:
    """Inside, an answer is read. Raises EngineAway for one that is not shaped as the engine's are."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as garbage:
        raise EngineAway(f"the engine's answer makes no sense: {type(garbage).__name__}") from garbage


def is_there() -> bool:
    """Whether the engine answers."""
    return _line().is_there()


@contextmanager
def administering() -> Iterator[meilisearch.Client | None]:
    """The official client, for settings, documents, tasks and swaps. Whatever fails inside raises EngineAway.

    It is EngineSilent when trying again later is all that can be done.
    None where no engine can be: no server is configured and this machine has no binary. The database answers there.
    """
    chosen = settings()
    if not (chosen.search_url or _has_binary(chosen.search_binary) or locate(chosen.data_dir)):
        yield None
        return
    try:
        where = place(chosen)
    except EngineAway as away:
        raise EngineSilent(str(away)) from away
    # identity: see `engine_client`.
    headers = {"Accept-Encoding": "identity", "User-Agent": agent()}
    client = meilisearch.Client(where.address, where.key, timeout=20, custom_headers=headers)
    try:
        yield client
    except (MeilisearchError, OSError, ValueError) as error:
        refuses = isinstance(error, MeilisearchApiError) and error.status_code < 500
        raise (EngineAway if refuses else EngineSilent)(f"{type(error).__name__}: {error}") from error


@cache
def _has_binary(chosen: str) -> bool:
    """Looked up once: the hash of the whole file is checked each time."""
    try:
        return find_binary(chosen) is not None
    except WrongBinary:
        return False


def forget() -> None:
    """Begin anew with the next question, as in a new process."""
    global _known
    if _known is not None:
        _known.close()
    _known = None


_known: Line | None = None


def _line() -> Line:
    """The line of this process, as the settings of this moment say."""
    global _known
    chosen = settings()
    if _known is None or _known.settings is not chosen:
        forget()
        _known = Line(chosen)
    return _known

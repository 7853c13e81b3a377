"""Our line to the engine: open, or broken and being mended.

Readers never wait for a broken engine twice. The first failure breaks the line: from then on every question is refused
at once (`EngineAway`), while one thread in the background asks until the engine answers as it should again.
"""

import json
import logging
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

from app.core.log import request_id
from app.core.outside import EngineClient, OutsideError, engine_client
from app.core.settings import Settings
from search import local
from search.local import Place

log = logging.getLogger(__name__)

INDEX: Final = "pieces"

PATIENCE: Final = 1.0
"""Seconds that a whole answer may take. After it comes the database's answer, and readers have one within 2 s."""
LARGEST_ANSWER: Final = 32 << 20
QUICK: Final = 0.25
"""A failure within so many seconds may be a connection kept from before a restart: worth one more try."""

PAUSES: Final = (0.1, 0.2, 0.3, 0.5, 1.0)
"""Seconds between two looks at an engine that is away; the last one stays."""

SETTLED: Final = 30.0
"""Seconds after which an engine that was mended counts as well."""
RESTS: Final = (0.0, 1.0, 3.0, 8.0)
"""Seconds before the first look at an engine that was mended and soon made readers wait again: the second number for
the first time, and so on. Such an engine looks well to whoever only looks."""

SEARCH_KEY: Final = {
    "uid": "5d0c8a5e-1b1f-4a39-9d0b-7d5f1c0e6a42",
    "name": "Proeftuin: searching only",
    "actions": ["search"],
    "indexes": [f"{INDEX}*"],
    "expiresAt": None,
}
"""The number is fixed, so that every process finds the same key."""


class EngineAway(Exception):
    """There is no engine, or it does not answer as it should; the sentence says which, for the log."""


def agent() -> str:
    """As whom we ask the engine: with the id of the request, since the engine's own log names who asked."""
    return f"proeftuin (request {request_id()})" if request_id() else "proeftuin"


def place(chosen: Settings) -> Place:
    """Where the engine is and the key that opens all of it. Raises EngineAway when there is none."""
    if chosen.search_url:
        return Place(chosen.search_url, chosen.search_key.get_secret_value())
    found = local.locate(chosen.data_dir)
    if found is None:
        raise EngineAway("no search engine runs on this data folder")
    return found


class Line:
    """Our line to one engine: open, or broken and being mended."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self._lock = threading.Lock()
        self._client: EngineClient | None = None
        self._broken: str | None = None
        self._mended_at = -SETTLED
        self._relapses = 0
        self._left: list[EngineClient] = []
        """Clients of before a break. Others may still be waiting on them, so they are closed a little later."""
        self._closed = threading.Event()

    def multi_search(self, queries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """See `engine.multi_search`."""
        client = self._open()
        began = time.monotonic()
        try:
            try:
                answers = _asked(client, queries)
            except OutsideError:
                if time.monotonic() - began > QUICK:
                    raise
                answers = _asked(client, queries)
        except _Refused as refused:
            # It answers, but does not know our index or its settings yet: the line is fine. A key that is no good any
            # more is looked up again.
            if refused.is_about_the_key:
                self._break(client, str(refused), waited=0.0)
            raise EngineAway(str(refused)) from refused
        except (OutsideError, EngineAway) as error:
            self._break(client, f"{type(error).__name__}: {error}", waited=time.monotonic() - began)
            raise EngineAway(str(error)) from error
        # How many and how long, never what was asked.
        log.info("engine asked", extra={"queries": len(queries), "ms": round((time.monotonic() - began) * 1000, 1)})
        return answers

    def is_there(self) -> bool:
        """Whether the line is open; the first question opens it."""
        try:
            self._open()
        except EngineAway:
            return False
        return True

    def close(self) -> None:
        """Let go of the engine and stop mending."""
        self._closed.set()
        with self._lock:
            if self._client is not None:
                self._left.append(self._client)
            self._client = None
        self._close_left()

    def _open(self) -> EngineClient:
        with self._lock:
            if self._client is not None:
                return self._client
            if self._broken is None:
                try:
                    self._client = _connected(self.settings)
                except EngineAway as away:
                    self._mend_from(str(away))
                else:
                    return self._client
        raise EngineAway(self._broken or "the line is broken")

    def _break(self, client: EngineClient, reason: str, *, waited: float) -> None:
        with self._lock:
            # Somebody who waited on a client of before the break says nothing about the one of now.
            if self._client is client:
                is_settled = time.monotonic() - self._mended_at > SETTLED
                self._relapses = 0 if is_settled else self._relapses + (waited > QUICK)
                self._mend_from(reason)

    def _mend_from(self, reason: str) -> None:
        log.warning("the search engine is away; the database answers", extra={"reason": reason})
        if self._client is not None:
            self._left.append(self._client)
        self._broken, self._client = reason, None
        rest = RESTS[min(self._relapses, len(RESTS) - 1)]
        threading.Thread(target=self._mend, args=(rest,), name="search-line", daemon=True).start()

    def _mend(self, rest: float) -> None:
        tries = 0
        self._closed.wait(rest)
        while not self._closed.wait(PAUSES[min(tries, len(PAUSES) - 1)]):
            tries += 1
            try:
                client = _connected(self.settings)
            except EngineAway:
                continue
            with self._lock:
                if self._closed.is_set():
                    self._left.append(client)
                    break
                self._client, self._broken, self._mended_at = client, None, time.monotonic()
            log.info("the search engine answers again", extra={"tries": tries})
            break
        self._closed.wait(2 * PATIENCE)
        self._close_left()

    def _close_left(self) -> None:
        with self._lock:
            left, self._left = self._left, []
        for client in left:
            client.close()


class _Refused(Exception):
    """The engine understood us and says no."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(f"{status} {answer.get('code')}: {answer.get('message')}")
        self.is_about_the_key = status in (401, 403)


def _connected(chosen: Settings) -> EngineClient:
    """A client that searches with a key for searching only. It was tried: an engine that hangs raises EngineAway."""
    where = place(chosen)
    with engine_client(where.address, where.key) as full:
        key = _search_key(full) or where.key
    client = engine_client(where.address, key)
    try:
        _asked(client, [{"indexUid": INDEX, "q": "", "limit": 0}])
    except _Refused as no_index_yet:
        log.debug("%s", no_index_yet)
    except (OutsideError, EngineAway) as error:
        client.close()
        raise EngineAway(f"{type(error).__name__}: {error}") from error
    return client


def _search_key(client: EngineClient) -> str | None:
    """The key for searching only, made when it is not there; None when our own key may not make keys."""
    for method, path, body in (("GET", f"/keys/{SEARCH_KEY['uid']}", None), ("POST", "/keys", SEARCH_KEY)):
        try:
            key = _answer(client, method, path, body).get("key")
        except _Refused:
            continue
        except OutsideError as error:
            raise EngineAway(f"{type(error).__name__}: {error}") from error
        return str(key)
    return None


def _asked(client: EngineClient, queries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    results = _answer(client, "POST", "/multi-search", {"queries": list(queries)}).get("results")
    if not isinstance(results, list) or len(results) != len(queries):
        raise EngineAway("the engine answered with something else than results")
    return results


def _answer(client: EngineClient, method: str, path: str, body: Any) -> dict[str, Any]:
    """The answer as JSON. An engine that drips or floods is given up as one that hangs."""
    until = time.monotonic() + PATIENCE
    taken = bytearray()
    with client.stream(method, path, json=body, headers={"User-Agent": agent()}) as response:
        for chunk in response.iter_raw():
            taken += chunk
            if time.monotonic() > until or len(taken) > LARGEST_ANSWER:
                raise EngineAway("the engine's answer takes too long")
        status: int = response.status_code
    try:
        answer = json.loads(taken)
    except ValueError as garbage:
        raise EngineAway("the engine's answer is no JSON") from garbage
    if not isinstance(answer, dict) or status >= 500:
        raise EngineAway(f"the engine answered {status} and no results")
    if status >= 400:
        raise _Refused(status, answer)
    return answer

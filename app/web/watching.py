"""Watching: how the parts of the house are, without ever waiting for one that hangs.

Each part is looked at in a thread of its own, at most once at a time and once a second. Whoever asks waits a moment for
a new sight, else gets the last one with its age, or hears that the part is silent.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from math import inf
from typing import Any, Final

from app.core import database, epoch, mail, promised
from app.core.clock import now
from app.core.settings import settings
from search import engine, index

FRESH: Final = 1.0
"""Seconds for which a sight is good enough: a crowd of monitors looks as often as one."""

PATIENCE: Final = 0.8
"""Seconds that an answer waits for a part."""

LATE: Final = timedelta(seconds=60)
"""When the oldest job waits longer than this, something is wrong with the worker."""

OK: Final = "ok"

Sight = dict[str, Any]
"""`state` (`ok`, or in one word what is wrong) and figures. Times are in seconds."""


class Part:
    """One part of the house."""

    def __init__(self, look: Callable[[], Sight]) -> None:
        self._look = look
        self._looking: Future[None] | None = None
        self._last: tuple[float, Sight] = (-inf, {})

    async def sight(self) -> Sight:
        """How it is, with its `age` in seconds; `silent` when it has not shown itself for too long."""
        if self._age() > FRESH:
            await self._look_again()
        age = self._age()
        told = self._last[1] if age <= FRESH + PATIENCE else {"state": "silent"}
        return {**told, "age": round(age, 2) if age < inf else None}

    async def _look_again(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = Future()
            threading.Thread(target=self._run, args=(self._looking,), name="watching", daemon=True).start()
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._looking)), PATIENCE)
        except TimeoutError:
            return

    def _run(self, looking: "Future[None]") -> None:
        try:
            seen = self._look()
        except Exception as error:
            seen = {"state": "away", "error": type(error).__name__}
        self._last = (time.monotonic(), seen)
        looking.set_result(None)

    def _age(self) -> float:
        return time.monotonic() - self._last[0]


def parts() -> dict[str, Part]:
    """The parts that a web process needs, not looked at yet."""
    return {"database": Part(_database), "search": Part(_search), "jobs": Part(_jobs), "mail": Part(_mail)}


def _database() -> Sight:
    with database.reading() as session:
        # A table of ours, not only SELECT 1: a database without our tables serves no page.
        number = epoch.number_in(session)
    return {"state": OK, "epoch": number}


def _search() -> Sight:
    with database.reading() as session:
        lag = index.lag(session)
    state = OK
    if not engine.is_there():
        state = "away"
    elif lag.is_building:
        state = "building"
    elif lag.is_behind:
        state = "behind"
    return {
        "state": state,
        "lag": round(lag.seconds, 2),
        "waiting": lag.waiting,
        "reconciled": lag.reconciled_at.isoformat() if lag.reconciled_at else None,
    }


def _jobs() -> Sight:
    with database.reading() as session:
        backlog = promised.backlog(session)
    waits = (now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
    state = OK
    if waits > LATE.total_seconds():
        state = "behind"
    elif backlog.parked:
        state = "parked"
    return {"state": state, "waiting": backlog.waiting, "parked": backlog.parked, "oldest": round(max(waits, 0.0), 2)}


def _mail() -> Sight:
    with database.reading() as session:
        post = mail.post_office(session)
    state = OK
    if post.is_held:
        state = "away"
    elif post.is_late:
        state = "behind"
    to = "server" if settings().smtp_url.get_secret_value() else "folder"
    told = {"waiting": post.waiting, "oldest": round(post.seconds, 2), "refused": post.refused}
    return {"state": state, "to": to, **told}

"""A crowd of readers over real HTTP: each in a thread, asking what readers ask, in a row that its seed decides.

Every address carries a number of its own, so that the page store answers nothing and everything is made anew; now and
then a reader asks again for what they have, as browsers do.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from typing import NamedTuple

from tests.house import Caller, House

SEARCHES = (
    "/zoeken?q={}",
    "/en/zoeken?q={}",
    "/zoeken?q={}&sector=25&sorteer=nieuwste",
    "/zoeken/suggesties?q={}",
    "/api/v1/search?q={}",
    "/api/v1/search?q={}&kind=lesson&limit=50",
    "/api/v1/suggest?q={}",
)
READS = (
    "/?",
    "/en?",
    "/kennis?",
    "/kennis/praktijkcases?",
    "/onderwerpen/cobots?",
    "/organisaties?",
    "/feeds/alles.atom?",
    "/api/v1/articles?limit=20",
    "/kennis/{}?",
)
WORDS = ("cobot", "lassen", "lasrobbot", "omsteltijd", "sensor", "zzz", "meten%20en%20lassen", "energie", "las")

MOST_SECONDS = 2.0
"""What 95 of 100 readers wait at most."""

NO_ANSWER = 0


class Seen(NamedTuple):
    """What one request came to; status NO_ANSWER when the connection broke."""

    path: str
    status: int
    seconds: float
    by_database: bool
    """Whether the answer says that the database searched in the engine's absence."""


class Crowd:
    """So many readers, who ask until they are told to stop."""

    def __init__(self, port: int, slugs: Sequence[str], *, readers: int = 4, seed: int = 1) -> None:
        self.seen: list[Seen] = []
        self._port = port
        self._slugs = slugs
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(seed * 1000 + n,)) for n in range(readers)]

    @contextmanager
    def reading(self) -> Iterator["Crowd"]:
        """Inside, they read."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._leaving.set()
            for thread in self._threads:
                thread.join()

    def wait_for(self, requests: int, *, seconds: float = 300) -> None:
        """Until so many requests more were made."""
        goal, end = len(self.seen) + requests, time.monotonic() + seconds
        while len(self.seen) < goal:
            assert time.monotonic() < end, f"only {len(self.seen)} of {goal} requests"
            time.sleep(0.01)

    def _read(self, seed: int) -> None:
        chance, caller, known = random.Random(seed), Caller(self._port), ("", "")
        while not self._leaving.is_set():
            path, tag = known if known[1] and chance.random() < 0.1 else (self._somewhere(chance), "")
            began = time.monotonic()
            try:
                answer = caller.get(path, {"If-None-Match": tag} if tag else {})
            except (OSError, HTTPException):
                self.seen.append(Seen(path, NO_ANSWER, time.monotonic() - began, False))
                continue
            known = (path, answer.headers.get("etag", ""))
            by_database = b'"degraded":true' in answer.body
            self.seen.append(Seen(path, answer.status, answer.seconds, by_database))
        caller.close()

    def _somewhere(self, chance: random.Random) -> str:
        if chance.random() < 0.6:
            path = chance.choice(SEARCHES).format(chance.choice(WORDS))
        else:
            path = chance.choice(READS).format(chance.choice(self._slugs))
        return f"{path}&keer={chance.getrandbits(60)}"


def call_at_every_door(house: House) -> None:
    """Ask both processes for every sort of page once, so that nobody measures how a process wakes up."""
    for caller in callers_of(house):
        for path in (*SEARCHES, *READS):
            caller.get(path.format("cobot"))
        caller.close()


def callers_of(house: House) -> list[Caller]:
    """A client on the line with each web process: while one is called, the others are held."""
    web = house.children[:-1]
    callers = []
    for called in web:
        others = [process for process in web if process != called]
        for process in others:
            os.kill(process, signal.SIGSTOP)
        try:
            caller = Caller(house.port)
            caller.get("/healthz")
        finally:
            for process in others:
                os.kill(process, signal.SIGCONT)
        callers.append(caller)
    return callers


def unanswered(seen: Collection[Seen]) -> list[Seen]:
    """Whoever got something else than what they asked for."""
    return [one for one in seen if not (200 <= one.status < 300 or one.status == 304)]


def slowest_but_few(seen: Collection[Seen]) -> float:
    """The 95th of 100 waits, in seconds."""
    waits = sorted(one.seconds for one in seen)
    return waits[int(0.95 * len(waits))]


def figures(seen: Collection[Seen], record: Callable[[str, object], None]) -> None:
    """Tell how it went, for the page of proofs."""
    waits = sorted(one.seconds for one in seen)
    record("requests", len(seen))
    record("statuses", dict(Counter(one.status for one in seen)))
    record("by the database", sum(one.by_database for one in seen))
    record("p50 s", round(waits[len(waits) // 2], 3))
    record("p95 s", round(slowest_but_few(seen), 3))
    slowest = max(seen, key=lambda one: one.seconds)
    record("longest s", f"{slowest.seconds:.3f} at {slowest.path.partition('&keer=')[0]}")

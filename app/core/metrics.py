"""What is counted for monitors: counters of this process, and the sum over all processes that share a folder.

`serve` names the folder in PROMETHEUS_MULTIPROC_DIR before its children start; each of them writes files of its own
there, so that any web process can tell for all. Without it a process tells for itself alone. No label holds anything
of a person, and each has few values.
"""

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Read by the library when it is first imported, so it belongs in the environment that a process starts with."""

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
"""Of what `exposition` gives: the text format of Prometheus."""

RESERVED: Final = {"counter": 1 << 16, "histogram": 1 << 18}
"""Bytes of each file of a process: enough for every route with every status that it answers."""

log = logging.getLogger(__name__)


def reserve() -> None:
    """Take the room for this process's files, before anything is counted.

    The library maps files that are mostly holes. On a full disk a hole cannot be filled when it is written to, and the
    operating system ends the process (SIGBUS). A process that begins when the disk is full counts for itself alone.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    try:
        for kind, size in RESERVED.items() if folder else ():
            Path(folder or "", f"{kind}_{os.getpid()}.db").write_bytes(bytes(size))
    except OSError as full:
        log.warning("monitors are not told what this process counts: %s", full)
        del os.environ[FOLDER_VARIABLE]
        values.ValueClass = values.MutexValue


reserve()

_own = CollectorRegistry()

REQUESTS: Final = Counter(
    "proeftuin_requests",
    "Answers that were made, by the route's template; answers from the page store are counted apart.",
    ("route", "method", "status"),
    registry=_own,
)
DURATIONS: Final = Histogram(
    "proeftuin_request_seconds",
    "How long it took to make an answer.",
    ("route",),
    registry=_own,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
STORE_HITS: Final = Counter("proeftuin_store_hits", "Answers that came from the page store.", registry=_own)
STORE_MISSES: Final = Counter(
    "proeftuin_store_misses", "Answers that might have come from the page store but were not in it.", registry=_own
)
FALLBACKS: Final = Counter(
    "proeftuin_search_fallbacks", "Searches that the database answered since the engine was away.", registry=_own
)


class Tally:
    """A counter for a path where every microsecond counts: a plain number, carried over now and then.

    For one thread: the event loop's.
    """

    def __init__(self, counter: Counter) -> None:
        self.number = 0
        self._counter = counter
        self._carried = 0

    def carry(self) -> None:
        """Add to the real counter what was counted since the last time."""
        new = self.number - self._carried
        if new:
            self._carried += new
            self._counter.inc(new)


class _Told(Collector):
    """Figures that are looked up at the moment of asking."""

    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = tuple(figures)

    def collect(self) -> Iterable[Metric]:
        """The figures, as the library asks for them."""
        return self._figures


def empty(folder: Path) -> None:
    """Make the folder, and forget in it what processes of an earlier start counted."""
    folder.mkdir(parents=True, exist_ok=True)
    for counted in folder.glob("*.db"):
        counted.unlink(missing_ok=True)


def exposition(figures: Iterable[Metric] = ()) -> bytes:
    """Everything counted, by all processes that share the folder, and these figures besides."""
    told = CollectorRegistry()
    if os.environ.get(FOLDER_VARIABLE):
        MultiProcessCollector(told)  # type: ignore[no-untyped-call]
    else:
        told.register(_Told(_own.collect()))
    told.register(_Told(figures))
    return generate_latest(told)

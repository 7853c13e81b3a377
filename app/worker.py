"""The worker: keeps promises and the timetable, in a process of its own.

A thread for each lane (some have several) and for each entry of the timetable, so that what is slow holds up nothing
else. Lanes are woken by a datagram as soon as a promise is written; every thread looks by itself each second besides,
at what is seldom due more seldom.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable
from functools import partial

from app.core import jobs, log, working
from app.core.bell import Bell
from app.core.lanes import abreast_in
from app.core.timetable import Entry, run_due
from app.reactions import TIMETABLE

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks when nobody rings."""


class Worker:
    """Runs until told to stop; a job in hand is finished first."""

    def __init__(self, timetable: Iterable[Entry] = TIMETABLE) -> None:
        self._stopping = threading.Event()
        self._timetable = tuple(timetable)
        self._rung = {lane: threading.Event() for lane in jobs.lanes()}

    def run(self) -> None:
        """Work until `stop`."""
        bell = Bell()
        threading.Thread(target=bell.listen, args=(self._ring,), name="bell", daemon=True).start()
        threads = [
            *(
                threading.Thread(target=self._keep_promises, args=(lane,), name=lane)
                for lane in self._rung
                for _beside in range(abreast_in(lane))
            ),
            *(threading.Thread(target=self._keep_time, args=(entry,), name=entry.name) for entry in self._timetable),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        bell.take_down()

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._stopping.set()
        self._ring()

    def _ring(self) -> None:
        for rung in self._rung.values():
            rung.set()

    def _keep_promises(self, lane: str) -> None:
        rung = self._rung[lane]
        while not self._stopping.is_set():
            if not self._carefully(partial(working.run_lane, lane, is_over=self._stopping.is_set)):
                rung.wait(LOOK_EVERY)
                rung.clear()

    def _keep_time(self, entry: Entry) -> None:
        while not self._stopping.is_set():
            if self._carefully(partial(run_due, (entry,))) is not None:
                self._stopping.wait(entry.look_every)

    def _carefully(self, step: Callable[[], int]) -> int | None:
        """A database that is away for a moment, or a full disk, must not end the thread: None, some time later."""
        try:
            return step()
        except Exception:
            logger.exception("the worker goes on after this")
            self._stopping.wait(LOOK_EVERY)
            return None


def work_until_told(worker: Worker) -> None:
    """Let the worker run until SIGTERM or SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.stop())
    logger.info("worker started", extra={"lanes": ", ".join(jobs.lanes()), "pid": os.getpid()})
    worker.run()
    logger.info("worker stopped")


def main() -> None:
    """Run a worker with what follows from what, and when."""
    log.start()
    work_until_told(Worker())

"""The worker: keeps promises and the timetable, in a process of its own.

One thread per lane, so that a slow room holds up no other, and one for the timetable. They are woken by a datagram as
soon as a promise is written, and look by themselves every second.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from app.core import jobs, log
from app.core.timetable import run_due
from app.reactions import TIMETABLE

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks when nobody rings."""


class Worker:
    """Runs until told to stop; a job in hand is finished first."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._bells = {lane: threading.Event() for lane in jobs.lanes()}

    def run(self) -> None:
        """Work until `stop`."""
        threads = [
            *(threading.Thread(target=self._lane, args=(lane,), name=lane) for lane in self._bells),
            threading.Thread(target=self._clockwork, name="timetable"),
            threading.Thread(target=self._listen, name="bell", daemon=True),
        ]
        for thread in threads:
            thread.start()
        for thread in threads[:-1]:
            thread.join()
        Path(jobs.bell()).unlink(missing_ok=True)

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._stopping.set()
        for bell in self._bells.values():
            bell.set()

    def _lane(self, lane: str) -> None:
        bell = self._bells[lane]
        while not self._stopping.is_set():
            if not self._carefully(lambda: jobs.run_one(lane)):
                bell.wait(LOOK_EVERY)
                bell.clear()

    def _clockwork(self) -> None:
        while not self._stopping.wait(LOOK_EVERY):
            self._carefully(lambda: bool(run_due(TIMETABLE)))

    def _carefully(self, step: Callable[[], bool]) -> bool:
        """A database that is away for a moment, or a full disk, must not end the thread."""
        try:
            return step()
        except Exception:
            logger.exception("the worker goes on after this")
            self._stopping.wait(LOOK_EVERY)
            return False

    def _listen(self) -> None:
        path = Path(jobs.bell())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            try:
                ear.bind(str(path))
            except OSError as too_long:
                logger.warning("no bell (%s): the worker looks every %s s instead", too_long, LOOK_EVERY)
                return
            while not self._stopping.is_set():
                ear.recv(16)
                for bell in self._bells.values():
                    bell.set()


def main() -> None:
    """Run a worker until SIGTERM or SIGINT."""
    log.start()
    worker = Worker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.stop())
    logger.info("worker started", extra={"lanes": ", ".join(jobs.lanes()), "pid": os.getpid()})
    worker.run()
    logger.info("worker stopped")

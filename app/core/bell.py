"""Waking the workers of this machine: a datagram to a socket of each in DATA_DIR. Who misses it looks every second."""

import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path

from app.core.settings import settings

log = logging.getLogger(__name__)


def wake() -> None:
    """Tell the workers that there is work. Costs nothing and never fails: they look by themselves every second."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for bell in _bells().glob("*.bell"):
            try:
                sender.sendto(b"!", str(bell))
            except ConnectionRefusedError:
                # Its worker was killed and could not take it down.
                bell.unlink(missing_ok=True)
            except OSError as full:
                log.debug("a bell that rings already: %s", full)


class Bell:
    """The socket of one worker. Each has its own, so that one that leaves does not take another's away."""

    def __init__(self) -> None:
        self._path = _bells() / f"{os.getpid()}.bell"

    def listen(self, rung: Callable[[], None]) -> None:
        """Call `rung` for every ring, for ever; returns at once where no socket can be made."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self.take_down()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            try:
                ear.bind(str(self._path))
            except OSError as too_long:
                log.warning("no bell at %s: %s", self._path, too_long)
                return
            while True:
                ear.recv(16)
                rung()

    def take_down(self) -> None:
        """Nobody listens here any more."""
        self._path.unlink(missing_ok=True)


def _bells() -> Path:
    return settings().data_dir.absolute() / "bells"

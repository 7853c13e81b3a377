"""The locally managed Meilisearch: started, watched and ended here, so that nobody has to install a search server.

A second engine on the same data folder starts without complaint and ruins it, so ownership is a file lock. The owner
starts the engine through `search.keeper` and writes `engine.json`; every other process is a guest and reads it.

In `DATA_DIR/search`: `engine/` the index, `engine.json` where it answers, `engine.key` the master key (0600),
`engine.log` what it said, `owner.lock` and `engine.lock` who owns and who runs, `aside/` an index it refused.
"""

import json
import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from app.core.processes import Lock, command_line, write_whole
from search.launching import Launched, NotStarted, launch, let_go

log = logging.getLogger(__name__)

SETTLED_SECONDS = 30.0
"""An engine that lived this long had no trouble starting: the next pause begins at nothing again."""

PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each restart in a row. The longest still has the engine answering within ten seconds."""

SHORTEST_KEY = 16
"""Bytes. With less the engine does not start, and prints a key that it made up."""


class AlreadyOwned(NotStarted):
    """Another process owns the engine of this data folder."""


class Place(NamedTuple):
    """Where an engine answers, and the master key that opens it."""

    address: str
    key: str


def locate(data_dir: Path) -> Place | None:
    """The engine that runs on this data folder, whoever owns it; None when there is none.

    Cheap (two small files and a look at the process), but not meant for every search: ask again when the engine stops
    answering, since a restart may have moved it to another port.
    """
    home = _home(data_dir)
    try:
        told = json.loads((home / "engine.json").read_text())
        key = (home / "engine.key").read_text().strip()
    except (OSError, ValueError):
        return None
    # The port may be a stranger's by now, and a stranger must not be shown the key.
    is_ours = str(home / "engine") in command_line(told["pid"])
    return Place(f"http://127.0.0.1:{told['port']}", key) if is_ours else None


@contextmanager
def running(data_dir: Path, binary: Path) -> Iterator[Place]:
    """An engine for the length of a command: the one that runs on this data folder already, or one of our own.

    Raises NotStarted when there is neither.
    """
    engine = Engine(data_dir, binary)
    try:
        engine.start()
    except AlreadyOwned:
        yield _of_another_owner(data_dir)
        return
    try:
        yield Place(engine.address, engine.key)
    finally:
        engine.stop()


class Engine:
    """The engine of one data folder, owned by this process from `start` to `stop`."""

    def __init__(self, data_dir: Path, binary: Path) -> None:
        self.home = _home(data_dir)
        self.binary = binary.absolute()
        self.needs_rebuild = False
        """Whether the engine refused its index, which then was put aside: the new one is empty."""
        self.restarts = 0
        self._owner = Lock(self.home / "owner.lock")
        self._launched: Launched | None = None
        self._port = 0
        self._stopping = threading.Event()
        self._changing = threading.Lock()

    @property
    def address(self) -> str:
        """Where the engine answers; may change when it is restarted."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def key(self) -> str:
        """The master key, made once and kept for the owner's eyes only."""
        path = self.home / "engine.key"
        known = path.read_text().strip() if path.exists() else ""
        if len(known) < SHORTEST_KEY:
            known = secrets.token_urlsafe(32)
            write_whole(path, known, mode=0o600)
        return known

    def start(self) -> None:
        """Start the engine and keep it running. Raises AlreadyOwned when another process does so, else NotStarted."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._owner.take():
            raise AlreadyOwned(f"Another process runs the search engine on {self.home}.")
        try:
            self._launch()
        except BaseException:
            self._owner.release()
            raise
        threading.Thread(target=self._watch, name="search-engine", daemon=True).start()

    def stop(self) -> None:
        """End the engine and let go of the data folder. May be called twice."""
        self._stopping.set()
        with self._changing:
            if self._launched is not None:
                let_go(self._launched.keeper)
                (self.home / "engine.json").unlink(missing_ok=True)
            self._launched = None
            self._owner.release()

    def _launch(self) -> None:
        self._launched = None
        self._launched = launch(self.home, self.binary, key=self.key, port=self._port, give_up=self._stopping.is_set)
        self._port = self._launched.port
        self.needs_rebuild = self.needs_rebuild or self._launched.is_emptied
        told = {"port": self._port, "pid": self._launched.pid}
        write_whole(self.home / "engine.json", json.dumps(told))

    def _watch(self) -> None:
        quick_ends = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            launched = self._launched
            if launched is not None:
                launched.keeper.wait()
            quick_ends = 1 if time.monotonic() - began > SETTLED_SECONDS else quick_ends + 1
            if not self._stopping.wait(PAUSES[min(quick_ends, len(PAUSES)) - 1]):
                self._restart()

    def _restart(self) -> None:
        with self._changing:
            if self._stopping.is_set():
                return
            self.restarts += 1
            log.warning("the search engine ended and is started again", extra={"restarts": self.restarts})
            if self._launched is not None:
                let_go(self._launched.keeper)
            try:
                self._launch()
            except (NotStarted, OSError) as reason:
                # A full disk among them; it is tried again for as long as we live.
                log.error("%s", reason)


def _home(data_dir: Path) -> Path:
    return data_dir.resolve() / "search"


def _of_another_owner(data_dir: Path, *, patience: float = 20.0) -> Place:
    """Where the owner's engine answers, which may be about to start."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        place = locate(data_dir)
        if place is not None:
            return place
        time.sleep(0.1)
    raise NotStarted(f"Another process owns the search engine on {data_dir}, but it does not answer.")

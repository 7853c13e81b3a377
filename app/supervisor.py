"""`serve`: one small process that starts the others, starts them again when they die, and ends them together.

Children are the search engine (when we manage it), the web processes and one worker. Nothing of a request passes
through here, and nothing of the product is imported but its settings, so there is little that could fail.
"""

import json
import logging
import os
import secrets
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from app.children import Child
from app.core import metrics
from app.core.processes import Lock, end_orphan, write_whole
from app.core.settings import Settings
from app.listening import CannotServe, is_ready, listen
from search.binary import WrongBinary, find_binary
from search.launching import NotStarted
from search.local import Engine

log = logging.getLogger(__name__)

READY_SECONDS = 60.0
LEAVING_SECONDS = 3.8
"""What children get to finish what they have in hand; all of us are gone within five seconds."""

WATCHED = ("app", "content", "search", "templates", "static")


class Supervisor:
    """Everything that `serve` starts, from the first lock to the last child."""

    def __init__(self, settings: Settings, *, examples: bool = False, reload: bool = False) -> None:
        self.settings = settings
        self.examples = examples
        self.reload = reload
        self.engine: Engine | None = None
        self._token = secrets.token_hex(8)
        self._children: list[Child] = []
        self._signals = 0
        self._wake_reader, self._wake_writer = socket.socketpair()

    def run(self, say: Callable[[str], None]) -> None:
        """Serve until a signal comes. `say` gets what a person in front of a terminal should read.

        Raises CannotServe when it could not begin; whatever had been started is gone by then.
        """
        with self._only_one(), self._told_by_signals(), self._listen() as listener:
            try:
                self._begin(listener, say)
                self._look_after_all()
            finally:
                self._end_all()

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        lock = Lock(self.settings.data_dir / "serve.lock")
        if not lock.take(patience=0.5):
            raise CannotServe(
                f"Another serve is running on {self.settings.data_dir.absolute()}. Stop it first, or give this one a "
                "folder of its own with PROEFTUIN_DATA_DIR."
            )
        try:
            self._end_orphans()
            metrics.empty(self._counts)
            yield
        finally:
            lock.release()

    @contextmanager
    def _told_by_signals(self) -> Iterator[None]:
        def count(number: int, _frame: FrameType | None) -> None:
            self._signals += number != signal.SIGCHLD

        self._wake_writer.setblocking(False)  # as signal.set_wakeup_fd wants it
        numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGCHLD]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup means it
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, count) for number in numbers}
        former = signal.set_wakeup_fd(self._wake_writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(former)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._wake_reader.close()
            self._wake_writer.close()

    def _listen(self) -> socket.socket:
        return listen(self.settings.host, self.settings.port)

    def _begin(self, listener: socket.socket, say: Callable[[str], None]) -> None:
        port = listener.getsockname()[1]
        environment = self._environment(port)
        # Importing the product takes the web processes longer than all the rest, so they begin with it.
        web = self._start_web(environment, listener.fileno())
        self._start_engine(say)
        self._prepare_database(environment)
        if self._signals:
            return
        for child in web:
            child.let_go()
        self._start(Child("worker", token=self._token, environment=environment))
        address = environment["PROEFTUIN_BASE_URL"]
        self._await_readiness(web, port, urlsplit(address).netloc)
        if not self._signals:
            self._greet(address, say)

    def _start_web(self, environment: dict[str, str], descriptor: int) -> list[Child]:
        """Start the web processes, and hold them until the database is ready."""
        passed = ("web", "--descriptor", str(descriptor))
        web = [
            Child(*passed, token=self._token, environment=environment, descriptors=[descriptor], held=True)
            for _ in range(self.settings.workers)
        ]
        for child in web:
            self._start(child)
        return web

    def _start(self, child: Child) -> None:
        self._children.append(child)
        child.start()
        self._write_down()

    def _environment(self, port: int) -> dict[str, str]:
        """What children are told beyond the settings they read themselves: what the command line decided."""
        bound = self.settings.model_copy(update={"port": port})
        examples = bound.example_people or (self.examples and "example_people" not in bound.model_fields_set)
        return os.environ | {
            "PROEFTUIN_HOST": bound.host,
            "PROEFTUIN_PORT": str(port),
            "PROEFTUIN_BASE_URL": bound.address,
            "PROEFTUIN_EXAMPLE_PEOPLE": str(examples).lower(),
            metrics.FOLDER_VARIABLE: str(self._counts.absolute()),
        }

    def _start_engine(self, say: Callable[[str], None]) -> None:
        if self.settings.search_url:
            return
        try:
            binary = find_binary(self.settings.search_binary)
            if binary is None:
                say("There is no search engine here: search runs in its simple form. `.ci/prepare serve` fetches one.")
                return
            engine = Engine(self.settings.data_dir, binary)
            engine.start()
        except (NotStarted, WrongBinary) as reason:
            say(f"{reason} Search runs in its simple form.")
        else:
            self.engine = engine

    def _prepare_database(self, environment: dict[str, str]) -> None:
        arguments = ["migrate", *(["--examples"] if self.examples else [])]
        preparation = Child(*arguments, token=self._token, environment=environment)
        self._start(preparation)
        while preparation.exit_code is None and not self._signals:
            self._sleep(0.5)
        if preparation.exit_code:
            raise CannotServe("The database could not be made ready; the reason stands above.")
        if not self._signals:
            self._children.remove(preparation)

    def _await_readiness(self, web: list[Child], port: int, host_header: str) -> None:
        until = time.monotonic() + READY_SECONDS
        while not self._signals and not is_ready(self.settings.host, port, host_header):
            ended = next((child.exit_code for child in web if child.exit_code is not None), None)
            if ended is not None:
                raise CannotServe(f"The web process ended while starting (code {ended}); the reason stands above.")
            if time.monotonic() > until:
                raise CannotServe(f"The site is not ready after {READY_SECONDS:.0f} seconds; see the lines above.")
            self._sleep(0.1)

    def _greet(self, address: str, say: Callable[[str], None]) -> None:
        say(f"\nProeftuin is ready: {address}")
        if self.examples:
            say(f"  Sign in: choose an example person on {address}/inloggen")
        if not self.settings.smtp_url.get_secret_value():
            say(f"  Letters are laid in {self.settings.data_dir.absolute() / 'mail'}: no PROEFTUIN_SMTP_URL is set")
        say("  Ctrl-C stops everything.\n")

    def _look_after_all(self) -> None:
        seen = _newest_change() if self.reload else 0.0
        while not self._signals:
            started_again = [child for child in self._children if child.tend()]
            if started_again:
                self._write_down()
            if self.reload and _newest_change() > seen:
                seen = _newest_change()
                for child in self._children:
                    child.restart(patience=LEAVING_SECONDS)
                self._write_down()
            self._sleep(1.0)

    def _end_all(self) -> None:
        for child in self._children:
            child.ask_to_leave()
        signals = self._signals
        until = time.monotonic() + LEAVING_SECONDS
        # A second Ctrl-C means now.
        while any(c.exit_code is None for c in self._children) and time.monotonic() < until:
            if self._signals > max(signals, 1):
                break
            self._sleep(0.1)
        for child in self._children:
            child.leave_by(time.monotonic())
        if self.engine is not None:
            self.engine.stop()
        self._record.unlink(missing_ok=True)

    def _sleep(self, seconds: float) -> None:
        """Sleep, but wake up as soon as a signal comes or a child ends."""
        if select.select([self._wake_reader], [], [], seconds)[0]:
            self._wake_reader.recv(4096)

    @property
    def _counts(self) -> Path:
        return self.settings.data_dir / "metrics"

    @property
    def _record(self) -> Path:
        return self.settings.data_dir / "serve.json"

    def _write_down(self) -> None:
        """Note the children, so that the next serve finds what a kill might leave."""
        told = {"token": self._token, "children": [child.pid for child in self._children]}
        try:
            write_whole(self._record, json.dumps(told))
        except OSError as full:
            # They hold a pipe from us: without the note only those that hang would outlive us.
            log.warning("the children could not be written down: %s", full)

    def _end_orphans(self) -> None:
        try:
            told = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return
        for pid in told["children"]:
            end_orphan(pid, mark=told["token"], patience=2.0)


def _newest_change() -> float:
    """When a file of the product last changed, in seconds since 1970."""
    root = Path(__file__).resolve().parents[1]
    files = (path for folder in WATCHED for path in (root / folder).rglob("*"))
    return max(path.stat().st_mtime for path in files if path.suffix != ".pyc" and path.is_file())

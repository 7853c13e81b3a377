"""A house for tests: `serve` in processes of its own, as an operator starts it, and what one can do to it roughly.

Whatever belongs to a house has its data folder in its command line or in its environment; so its processes are found
whoever their parent is.
"""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple

from app.core.processes import command_line

ROOT = Path(__file__).parents[1]


def until(happened: Callable[[], object], seconds: float) -> bool:
    """Whether it happens within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.02)
    return bool(happened())


class Answer(NamedTuple):
    """What came back, and after how many seconds."""

    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float

    @property
    def text(self) -> str:
        """The body, whatever its bytes are."""
        return self.body.decode("utf-8", "replace")


class Caller:
    """A client that keeps its connection, and opens another one when that is closed."""

    def __init__(self, port: int, *, timeout: float = 30) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=timeout)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """The answer to a GET. Raises OSError or HTTPException when there is none."""
        return self.ask("GET", path, headers=headers)

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """The answer to a request. Raises OSError or HTTPException when there is none."""
        began = time.monotonic()
        try:
            self._connection.request(method, path, body, headers or {})
            answer = self._connection.getresponse()
            return Answer(answer.status, answer.read(), _named(answer.getheaders()), time.monotonic() - began)
        except (OSError, HTTPException):
            self._connection.close()
            raise

    def hang_up_on(self, method: str, path: str, *, body: bytes, headers: dict[str, str], after: float) -> None:
        """Ask, and hang up after so many seconds, or once an answer comes; it is not read."""
        try:
            self._connection.request(method, path, body, headers)
            select.select([self._connection.sock], [], [], after)
        finally:
            self._connection.close()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _named(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


class House:
    """A `serve` of our own: its process, its address and what it left in its data folder."""

    def __init__(self, data_dir: Path, *options: str, **environment: str) -> None:
        self.data_dir = data_dir
        self.said = data_dir / "said.txt"
        data_dir.mkdir(exist_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PROEFTUIN_")}
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve", "--port", "0", *options],
                cwd=ROOT,
                env=clean | {"PROEFTUIN_DATA_DIR": str(data_dir)} | environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def is_ready(self) -> bool:
        return "is ready" in self.said.read_text()

    def become_ready(self) -> "House":
        assert until(lambda: self.is_ready() or self.process.poll() is not None, 60), self.said.read_text()
        assert self.process.poll() is None, self.said.read_text()
        return self

    @property
    def port(self) -> int:
        found = re.search(r"is ready: http://127\.0\.0\.1:(\d+)", self.said.read_text())
        assert found
        return int(found[1])

    @property
    def children(self) -> list[int]:
        """The web processes and, last, the worker."""
        numbers: list[int] = json.loads((self.data_dir / "serve.json").read_text())["children"]
        return numbers

    @property
    def engine(self) -> int:
        number: int = json.loads((self.data_dir / "search" / "engine.json").read_text())["pid"]
        return number

    def is_complete(self) -> bool:
        """Whether every web process takes requests: its event loop waits for the socket that they share."""
        return all(map(_takes_requests, self.children[:-1]))

    def answers(self) -> bool:
        try:
            return self.ask("/healthz").status == 200
        except (OSError, HTTPException):
            return False

    def ask(self, path: str, **headers: str) -> Answer:
        """The answer to one GET on a connection of its own."""
        caller = Caller(self.port)
        try:
            return caller.get(path, headers)
        finally:
            caller.close()

    def finds_by_engine(self, question: str = "/api/v1/search?q=cobot") -> bool:
        """Whether the engine, and not the database, answers a question that nobody asked before."""
        answer = self.ask(f"{question}&moment={time.monotonic_ns()}")
        return answer.status == 200 and not json.loads(answer.body)["degraded"]

    def stop(self, number: int = signal.SIGINT) -> float:
        """Seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - began

    def kill_everything(self) -> int:
        """SIGKILL to the supervisor and to whatever else belongs to this house, at once; how many that were."""
        self.process.send_signal(signal.SIGSTOP)  # so that it starts nothing new meanwhile
        killed = 0
        while left := processes_of(self.data_dir):
            for number in left:
                _kill(number)
            killed += len(left)
            self.process.wait(20)
        return killed


def processes_of(data_dir: Path) -> list[int]:
    """Every process of a house on this folder but ourselves."""
    mark = str(data_dir).encode()
    return [
        number
        for number in all_processes()
        if number != os.getpid() and any(mark in _told(number, what) for what in ("cmdline", "environ"))
    ]


def all_processes() -> dict[int, str]:
    return {int(p.name): command_line(int(p.name)) for p in Path("/proc").iterdir() if p.name.isdigit()}


def left_behind(data_dir: Path, token: str) -> list[str]:
    return [said for said in all_processes().values() if token in said or f"{data_dir}/search" in said]


def token_of(data_dir: Path) -> str:
    token: str = json.loads((data_dir / "serve.json").read_text())["token"]
    return token


def _takes_requests(number: int) -> bool:
    shared = re.search(r"--descriptor (\d+)", command_line(number))
    loops = list(Path(f"/proc/{number}/fdinfo").glob("*")) if shared else []
    try:
        return any(re.search(rf"^tfd: +{shared[1]} ", loop.read_text(), re.M) for loop in loops if shared)
    except OSError:
        return False


def _told(number: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{number}/{what}").read_bytes()
    except OSError:
        return b""


def _kill(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return

"""A receiver of webhooks on loopback, which behaves as badly as it is told; and a witness of every connection."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.core import settings


@dataclass(frozen=True)
class Got:
    """A message as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def slug(self) -> str:
        return str(self.told["data"].get("slug", ""))


@dataclass
class Receiver:
    """What it answers to whatever comes, and what came."""

    status: int = 200
    leads_to: str = ""
    hangs: threading.Event | None = None
    """As long as it is not set, nothing is answered."""
    port: int = 0
    got: list[Got] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hier"

    @property
    def slugs(self) -> list[str]:
        return [one.slug for one in self.got]


@contextmanager
def receiving(**behaviour: Any) -> Iterator[Receiver]:
    """A receiver that listens inside."""
    at = Receiver(**behaviour)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            at.got.append(Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if at.hangs is not None:
                at.hangs.wait(60)
            self.send_response(at.status)
            if at.leads_to:
                self.send_header("Location", at.leads_to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: Any) -> None:
            """Not on the console of the tests."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_told: Any) -> None:
            """Whoever was waited for may have hung up."""

    server = Server(("127.0.0.1", 0), Handler)
    at.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield at
    finally:
        if at.hangs is not None:
            at.hangs.set()
        server.shutdown()
        server.server_close()


@contextmanager
def allowing(*words: str) -> Iterator[None]:
    """Inside, OUTBOUND_ALLOW holds these hosts and networks."""
    with pytest.MonkeyPatch.context() as patch:
        changed = settings.settings().model_copy(update={"outbound_allow": words})
        patch.setattr(settings, "_configured", changed)
        yield


_witnesses: list[list[Any]] = []


def _look(event: str, told: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _witnesses:
        for seen in _witnesses:
            seen.append(told[1])


sys.addaudithook(_look)


@contextmanager
def watching_sockets() -> Iterator[list[Any]]:
    """Every address that this process tries to connect to inside, as the interpreter itself reports it."""
    seen: list[Any] = []
    _witnesses.append(seen)
    try:
        yield seen
    finally:
        _witnesses.remove(seen)

"""A server that stands before a real engine, and behaves as badly as it is told."""

import json
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from search.local import Place


class Stand:
    """Listens on one port for as long as it is `open`, and hands every request to its behaviour."""

    def __init__(self, engine: Place) -> None:
        self.engine = engine
        self.behaviour: Callable[[Asked], None] = passing_on
        self.questions = 0
        """Of readers: searches that ask for something."""
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self.open()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        """Listen, on the port of before."""
        stand = self

        class Handler(Asked):
            at = stand

        class Listener(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 200

        self._server = Listener(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def shut(self) -> None:
        """Nobody listens on the port any more, and whoever was connected hears nothing more."""
        if self._server is not None:
            self.behaviour = hanging_up
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Asked(BaseHTTPRequestHandler):
    """One request to the stand."""

    at: Stand
    protocol_version = "HTTP/1.1"
    body = b""

    def do_GET(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.at.questions += self.asks_for_something
        self.at.behaviour(self)

    @property
    def asks_for_something(self) -> bool:
        """Whether a reader waits for this; a look at how the engine is asks for nothing."""
        told = self.body.replace(b" ", b"").replace(b"}", b",")
        return self.path == "/multi-search" and not (b'"limit":0,' in told and told.count(b"indexUid") == 1)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that the server looks for

    def log_message(self, *_told: Any) -> None:
        """Not on the console of the tests."""

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def passing_on(asked: Asked) -> None:
    """As the engine itself."""
    connection = HTTPConnection(asked.at.engine.address.removeprefix("http://"), timeout=30)
    headers = {name: asked.headers[name] for name in ("Authorization", "Content-Type") if asked.headers[name]}
    connection.request(asked.command, asked.path, asked.body, headers)
    answer = connection.getresponse()
    asked.answer(answer.status, answer.read())
    connection.close()


def hanging(asked: Asked) -> None:
    """Takes the question and never answers it."""
    while asked.at.behaviour is hanging:
        time.sleep(0.02)
    asked.close_connection = True


def hanging_up(asked: Asked) -> None:
    """Closes the connection without a word."""
    asked.close_connection = True


def talking_nonsense(asked: Asked) -> None:
    """Says that all is well, in no language."""
    asked.answer(200, b"<html>\xff\xfe{{{")


def making_things_up(asked: Asked) -> None:
    """The right form, with nothing in it that could be meant."""
    results = [{"hits": [{"id": ["?"], "_rankingScore": "high"}], "facetDistribution": 7}] * 50
    asked.answer(200, json.dumps({"results": results, "key": 1, "hash": [], "status": None}).encode())


def failing(asked: Asked) -> None:
    """Has an error of its own."""
    asked.answer(500, b'{"message": "out of memory", "code": "internal"}')


def hanging_when_it_matters(asked: Asked) -> None:
    """Looks well to whoever asks for nothing, and hangs with every real question."""
    if not asked.asks_for_something:
        passing_on(asked)
        return
    while asked.at.behaviour is hanging_when_it_matters:
        time.sleep(0.02)
    asked.close_connection = True

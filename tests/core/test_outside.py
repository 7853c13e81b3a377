import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.core.outside import OutsideError, engine_client


class Engine(BaseHTTPRequestHandler):
    """Answers what it was asked, and leads away from `/away`."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))  # type: ignore[attr-defined]
        self.server.peers.add(self.client_address)  # type: ignore[attr-defined]
        if self.path == "/hangs":
            self.server.hold.wait(10)  # type: ignore[attr-defined]
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_told: object) -> None:
        """Stay quiet."""


@pytest.fixture
def engine() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Engine)
    server.asked, server.peers, server.hold = [], set(), threading.Event()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.hold.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


def test_the_engine_is_asked_with_our_key_and_answers_uncompressed(engine: ThreadingHTTPServer) -> None:
    with engine_client(address(engine), "a-key") as client:
        assert client.get("/health").json() == {}
    (asked,) = engine.asked  # type: ignore[attr-defined]
    assert asked["Authorization"] == "Bearer a-key"
    assert asked["Accept-Encoding"] == "identity"


def test_one_connection_serves_one_question_after_another(engine: ThreadingHTTPServer) -> None:
    with engine_client(address(engine), "a-key") as client:
        for _ in range(5):
            client.get("/health")
    assert len(engine.peers) == 1  # type: ignore[attr-defined]


def test_an_answer_that_leads_elsewhere_is_not_followed(engine: ThreadingHTTPServer) -> None:
    with engine_client(address(engine), "a-key") as client:
        assert client.get("/away").status_code == 302
    assert len(engine.asked) == 1  # type: ignore[attr-defined]


def test_a_proxy_of_the_environment_is_never_used(engine: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with engine_client(address(engine), "a-key") as client:
        assert client.get("/health").status_code == 200


@pytest.mark.slow
def test_an_engine_that_hangs_is_given_up_before_a_reader_gives_us_up(engine: ThreadingHTTPServer) -> None:
    with engine_client(address(engine), "a-key") as client, pytest.raises(OutsideError, match="timed out"):
        client.get("/hangs")


def test_an_engine_that_is_not_there_is_an_error_that_callers_know(engine: ThreadingHTTPServer) -> None:
    gone = address(engine)
    engine.shutdown()
    engine.server_close()
    with engine_client(gone, "a-key") as client, pytest.raises(OutsideError):
        client.get("/health")

"""Our line to the engine under rough treatment: a broken engine costs readers one wait, and nobody after them any."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.core.outside import engine_client
from app.core.settings import Settings
from search.line import EngineAway, Line, _search_key
from search.local import Place

pytestmark = pytest.mark.whole

QUERY = [{"indexUid": "pieces", "q": "cobot"}]
GOOD = {"results": [{"hits": [{"id": "1"}]}]}


class Stand:
    """A server that stands in for the engine, and behaves as badly as it is told."""

    def __init__(self) -> None:
        self.behaviour: Callable[[BaseHTTPRequestHandler], None] = answering(GOOD)
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        stand = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                stand.asked.append((self.command, self.path, dict(self.headers)))
                if self.path.startswith("/keys"):
                    answering({"key": "for-searching"})(self)
                else:
                    stand.behaviour(self)

            do_GET = do_POST  # noqa: N815 - the name that the server looks for

            def log_message(self, *_told: Any) -> None:
                """Not on the console of the tests."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def answering(body: Any, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(to: BaseHTTPRequestHandler) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        to.send_response(status)
        to.send_header("Content-Length", str(len(raw)))
        to.end_headers()
        to.wfile.write(raw)

    return answer


def hanging(to: BaseHTTPRequestHandler) -> None:
    time.sleep(3)
    to.close_connection = True


def dripping(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Length", "100000")
    to.end_headers()
    for _ in range(60):
        to.wfile.write(b" ")
        to.wfile.flush()
        time.sleep(0.05)


def hanging_up(to: BaseHTTPRequestHandler) -> None:
    to.close_connection = True


@pytest.fixture
def stand() -> Iterator[Stand]:
    stand = Stand()
    yield stand
    stand.stop()


@contextmanager
def line_to(port: int, folder: Path) -> Iterator[Line]:
    line = Line(
        Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=folder,
            search_url=f"http://127.0.0.1:{port}",
            search_key=SecretStr("master"),
        )
    )
    yield line
    line.close()


def until(happened: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.02)
    return happened()


def seconds_of(line: Line) -> float:
    began = time.monotonic()
    with pytest.raises(EngineAway):
        line.multi_search(QUERY)
    return time.monotonic() - began


def test_an_answer_is_never_compressed_since_that_costs_40_ms() -> None:
    with engine_client("http://127.0.0.1:1", "key") as client:
        assert client.headers["Accept-Encoding"] == "identity"


def test_readers_search_with_a_key_for_searching_only(stand: Stand, tmp_path: Path) -> None:
    with line_to(stand.port, tmp_path) as line:
        assert line.multi_search(QUERY) == GOOD["results"]
        assert line.is_there()
    command, path, headers = stand.asked[-1]
    assert (command, path) == ("POST", "/multi-search")
    assert headers["Authorization"] == "Bearer for-searching"
    assert headers["Accept-Encoding"] == "identity"


def test_a_question_is_one_round_trip(stand: Stand, tmp_path: Path) -> None:
    with line_to(stand.port, tmp_path) as line:
        line.multi_search(QUERY)
        before = len(stand.asked)
        line.multi_search(QUERY)
        assert len(stand.asked) == before + 1


@pytest.mark.parametrize(
    "behaviour",
    [
        hanging_up,
        answering(b"<html>not the engine</html>"),
        answering(b"\xff\xfe\x00"),
        answering([1, 2, 3]),
        answering({"results": []}),
        answering({"results": {"hits": []}}),
        answering({"results": None}),
        answering({"message": "out of disk"}, 500),
        answering(b"", 502),
    ],
    ids=["hangs up", "html", "bytes", "list", "too few", "no list", "none", "500", "502"],
)
def test_a_broken_answer_breaks_the_line_until_it_is_whole_again(
    stand: Stand, tmp_path: Path, behaviour: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    with line_to(stand.port, tmp_path) as line:
        line.multi_search(QUERY)
        stand.behaviour = behaviour
        seconds_of(line)
        assert not line.is_there()
        assert seconds_of(line) < 0.1
        stand.behaviour = answering(GOOD)
        assert until(line.is_there)
        assert line.multi_search(QUERY) == GOOD["results"]


@pytest.mark.parametrize("behaviour", [hanging, dripping])
def test_an_engine_that_hangs_costs_one_wait_and_nobody_after_it(
    stand: Stand, tmp_path: Path, behaviour: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    with line_to(stand.port, tmp_path) as line:
        line.multi_search(QUERY)
        stand.behaviour = behaviour
        assert seconds_of(line) < 2.9
        assert all(seconds_of(line) < 0.1 for _ in range(50))
        stand.behaviour = answering(GOOD)
        assert until(line.is_there)


def test_many_readers_at_once_wait_once_together(stand: Stand, tmp_path: Path) -> None:
    with line_to(stand.port, tmp_path) as line:
        line.multi_search(QUERY)
        stand.behaviour = hanging
        waited: list[float] = []
        readers = [threading.Thread(target=lambda: waited.append(seconds_of(line))) for _ in range(20)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert len(waited) == 20
        assert max(waited) < 2.5


def test_a_new_process_waits_once_too_when_the_engine_hangs(stand: Stand, tmp_path: Path) -> None:
    stand.behaviour = hanging
    with line_to(stand.port, tmp_path) as line:
        assert seconds_of(line) < 2.9
        assert seconds_of(line) < 0.1


def hanging_when_it_matters(to: BaseHTTPRequestHandler) -> None:
    """Looks well to whoever only looks."""
    asked = json.loads(to.body)["queries"]  # type: ignore[attr-defined]
    (answering({"results": [{"hits": []}]}) if asked[0]["q"] == "" else hanging)(to)


@pytest.mark.slow
def test_an_engine_that_only_looks_well_is_trusted_less_each_time(stand: Stand, tmp_path: Path) -> None:
    with line_to(stand.port, tmp_path) as line:
        stand.behaviour = hanging_when_it_matters
        end, waits = time.monotonic() + 8, 0
        while time.monotonic() < end:
            waits += seconds_of(line) > 0.5
            time.sleep(0.01)
        assert 2 <= waits <= 4
        stand.behaviour = answering(GOOD)
        assert until(line.is_there)


def test_an_engine_that_refuses_a_question_is_not_away(stand: Stand, tmp_path: Path) -> None:
    with line_to(stand.port, tmp_path) as line:
        line.multi_search(QUERY)
        stand.behaviour = answering({"code": "invalid_search_filter", "message": "no such attribute"}, 400)
        seconds_of(line)
        assert line.is_there()
        stand.behaviour = answering(GOOD)
        assert line.multi_search(QUERY) == GOOD["results"]


def test_a_key_that_is_no_good_any_more_is_looked_up_again(stand: Stand, tmp_path: Path) -> None:
    with line_to(stand.port, tmp_path) as line:
        line.multi_search(QUERY)
        stand.behaviour = answering({"code": "invalid_api_key", "message": "no"}, 403)
        seconds_of(line)
        stand.behaviour = answering(GOOD)
        assert until(line.is_there)


def test_a_connection_kept_from_before_a_restart_is_no_failure(stand: Stand, tmp_path: Path) -> None:
    with line_to(stand.port, tmp_path) as line:
        line.multi_search(QUERY)
        calls = iter([hanging_up, answering(GOOD)])
        stand.behaviour = lambda to: next(calls)(to)
        assert line.multi_search(QUERY) == GOOD["results"]


def test_where_nobody_listens_the_answer_is_no_at_once(tmp_path: Path) -> None:
    with line_to(1, tmp_path) as line:
        assert seconds_of(line) < 1.0
        assert not line.is_there()


def test_without_a_server_and_without_a_running_engine_there_is_none(tmp_path: Path) -> None:
    line = Line(Settings(_env_file=None, data_dir=tmp_path))  # type: ignore[call-arg]
    assert seconds_of(line) < 1.0
    line.close()


@pytest.mark.engine
def test_the_key_that_readers_use_cannot_change_anything(meilisearch: Place) -> None:
    with engine_client(meilisearch.address, meilisearch.key) as client:
        key = _search_key(client)
        assert key is not None
        assert key == _search_key(client)
    with engine_client(meilisearch.address, key) as client:
        assert client.get("/indexes").status_code == 403
        assert client.post("/indexes/pieces/documents", json=[{"id": "1"}]).status_code == 403

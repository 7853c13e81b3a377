"""The managed engine under rough treatment: killed, doubled, orphaned, given a folder it cannot read."""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.core.processes import command_line
from search import launching
from search.local import AlreadyOwned, Engine, locate, running
from tests.engines import the_binary

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def binary() -> Path:
    return the_binary()


@pytest.fixture
def engine(tmp_path: Path, binary: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path, binary)
    engine.start()
    yield engine
    engine.stop()


def until(happened: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.02)
    return bool(happened())


def told(tmp_path: Path) -> dict[str, int]:
    read: dict[str, int] = json.loads((tmp_path / "search" / "engine.json").read_text())
    return read


def engines_on(tmp_path: Path) -> list[int]:
    mark = f"--db-path {tmp_path.resolve()}/search/engine"
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [n for n in numbers if mark in command_line(n) and "keeper.py" not in command_line(n)]


def ask(engine_address: str, key: str, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    connection = HTTPConnection(engine_address.removeprefix("http://"), timeout=10)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def own_in_another_process(tmp_path: Path, binary: Path) -> "subprocess.Popen[str]":
    """A process that owns the engine of this folder and says so in one line."""
    script = (
        "import sys, time; from pathlib import Path; from search.local import Engine\n"
        "engine = Engine(Path(sys.argv[1]), Path(sys.argv[2])); engine.start(); print('started', flush=True)\n"
        "time.sleep(60)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path), str(binary)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout
    with owner.stdout as said:
        assert said.readline() == "started\n"
    return owner


def test_a_started_engine_answers_and_opens_only_with_its_key(engine: Engine, tmp_path: Path) -> None:
    assert ask(engine.address, engine.key, "GET", "/indexes")[0] == 200
    assert ask(engine.address, "another-key-of-some-length", "GET", "/indexes")[0] == 403
    assert locate(tmp_path) == (engine.address, engine.key)


def test_the_key_is_made_once_and_shown_nowhere(engine: Engine, tmp_path: Path, binary: Path) -> None:
    key_file = tmp_path / "search" / "engine.key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "search").stat().st_mode & 0o077 == 0
    assert not any(engine.key in command_line(pid) for pid in engines_on(tmp_path))
    for name in ("engine.json", "engine.log"):
        assert engine.key not in (tmp_path / "search" / name).read_text()
    first = engine.key
    engine.stop()
    with running(tmp_path, binary) as place:
        assert place.key == first


def test_a_killed_engine_answers_again_within_ten_seconds(engine: Engine, tmp_path: Path) -> None:
    for _ in range(5):
        killed = told(tmp_path)["pid"]
        began = time.monotonic()
        os.kill(killed, signal.SIGKILL)
        assert until(lambda killed=killed: told(tmp_path)["pid"] != killed, 10)
        assert ask(engine.address, engine.key, "GET", "/health")[0] == 200
        assert time.monotonic() - began < 10
    assert len(engines_on(tmp_path)) == 1


def test_a_killed_keeper_leaves_no_second_engine(engine: Engine, tmp_path: Path) -> None:
    before = told(tmp_path)["pid"]
    assert engine._launched
    engine._launched.keeper.kill()
    assert until(lambda: told(tmp_path)["pid"] != before, 10)
    assert engines_on(tmp_path) == [told(tmp_path)["pid"]]


def test_the_engine_does_not_outlive_a_killed_owner(tmp_path: Path, binary: Path) -> None:
    owner = own_in_another_process(tmp_path, binary)
    assert len(engines_on(tmp_path)) == 1
    owner.kill()
    owner.wait()
    assert until(lambda: not engines_on(tmp_path), 5)
    assert locate(tmp_path) is None


def test_an_engine_that_lost_owner_and_keeper_is_ended_by_the_next_owner(tmp_path: Path, binary: Path) -> None:
    owner = own_in_another_process(tmp_path, binary)
    orphan = told(tmp_path)["pid"]
    keeper = int(Path(f"/proc/{orphan}/status").read_text().split("PPid:")[1].split()[0])
    os.kill(keeper, signal.SIGKILL)
    owner.kill()
    owner.wait()
    time.sleep(0.3)
    assert engines_on(tmp_path) == [orphan]
    with running(tmp_path, binary) as place:
        assert ask(*place, "GET", "/indexes")[0] == 200
        assert engines_on(tmp_path) != [orphan]
        assert len(engines_on(tmp_path)) == 1


def test_a_second_owner_is_refused_and_becomes_a_guest(engine: Engine, tmp_path: Path, binary: Path) -> None:
    with pytest.raises(AlreadyOwned):
        Engine(tmp_path, binary).start()
    with running(tmp_path, binary) as place:
        assert place == (engine.address, engine.key)
    assert ask(engine.address, engine.key, "GET", "/indexes")[0] == 200


def _take_part(tmp_path: Path, binary: Path, ready: "multiprocessing.Queue[str]", go_on: Path) -> None:
    with running(tmp_path, binary) as place:
        ready.put(place.address)
        while not go_on.exists():
            time.sleep(0.02)


def test_three_at_once_share_one_engine(tmp_path: Path, binary: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready: multiprocessing.Queue[str] = context.Queue()
    parts = [context.Process(target=_take_part, args=(tmp_path, binary, ready, tmp_path / "go")) for _ in range(3)]
    for part in parts:
        part.start()
    addresses = {ready.get(timeout=30) for _ in parts}
    assert len(addresses) == 1
    assert len(engines_on(tmp_path)) == 1
    (tmp_path / "go").touch()
    for part in parts:
        part.join(10)
        assert part.exitcode == 0
    assert engines_on(tmp_path) == []


@pytest.mark.parametrize("version", ["1.20.0", "1.99.0", "nonsense"])
def test_an_index_of_another_release_is_put_aside(tmp_path: Path, binary: Path, version: str) -> None:
    with running(tmp_path, binary) as place:
        ask(*place, "POST", "/indexes", {"uid": "articles"})
        assert until(lambda: b'"total":1' in ask(*place, "GET", "/indexes")[1], 5)
    (tmp_path / "search" / "engine" / "VERSION").write_text(version)
    engine = Engine(tmp_path, binary)
    engine.start()
    try:
        assert engine.needs_rebuild
        assert b'"total":0' in ask(engine.address, engine.key, "GET", "/indexes")[1]
        assert (tmp_path / "search" / "aside" / "VERSION").read_text() == version
    finally:
        engine.stop()


def test_an_index_that_cannot_be_read_is_put_aside(tmp_path: Path, binary: Path) -> None:
    with running(tmp_path, binary):
        pass
    (tmp_path / "search" / "engine" / "tasks" / "data.mdb").write_bytes(os.urandom(9000))
    engine = Engine(tmp_path, binary)
    engine.start()
    try:
        assert engine.needs_rebuild
    finally:
        engine.stop()


def test_an_index_of_our_own_release_is_kept(tmp_path: Path, binary: Path) -> None:
    with running(tmp_path, binary) as place:
        ask(*place, "POST", "/indexes", {"uid": "articles"})
    with running(tmp_path, binary) as place:
        assert until(lambda: b'"total":1' in ask(*place, "GET", "/indexes")[1], 5)


def test_a_port_that_was_taken_meanwhile_is_given_up(
    tmp_path: Path, binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        found = launching.free_port
        offers = iter([taken, found()])
        monkeypatch.setattr(launching, "free_port", lambda *, preferred: next(offers))
        with running(tmp_path, binary) as place:
            assert not place.address.endswith(f":{taken}")
    assert not (tmp_path / "search" / "aside").exists()


def test_what_a_stopped_engine_leaves_shows_nobody_the_key(tmp_path: Path, binary: Path) -> None:
    with running(tmp_path, binary):
        left = told(tmp_path)
    # Our number and port now belong to somebody else, as after a crash and a few thousand processes.
    (tmp_path / "search" / "engine.json").write_text(json.dumps(left | {"pid": os.getpid()}))
    assert locate(tmp_path) is None


def test_stopping_is_quick_and_may_be_repeated(engine: Engine, tmp_path: Path) -> None:
    began = time.monotonic()
    engine.stop()
    engine.stop()
    assert time.monotonic() - began < 2
    assert engines_on(tmp_path) == []

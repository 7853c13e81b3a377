"""`serve` under rough treatment: whatever is killed comes back, and whoever is killed leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.processes import command_line
from tests.house import ROOT, House, left_behind, token_of, until

pytestmark = [pytest.mark.slow, pytest.mark.engine]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "var")
    yield house.become_ready()
    if house.process.poll() is None:
        house.stop()


def test_a_killed_worker_is_replaced(house: House) -> None:
    killed = house.children[-1]
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: house.children[-1] != killed, 5)
    assert "worker" in command_line(house.children[-1])


def test_a_killed_web_process_is_replaced(house: House) -> None:
    killed = house.children[0]
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: house.children[0] != killed, 5)
    assert until(house.answers, 10)


def test_a_killed_engine_is_replaced(house: House) -> None:
    killed = house.engine
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: house.engine != killed, 10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_within_five_seconds(house: House, number: int) -> None:
    token = token_of(house.data_dir)
    assert house.stop(number) < 5
    assert house.process.returncode == 0
    assert left_behind(house.data_dir, token) == []


def test_ctrl_c_ends_children_that_hang(house: House) -> None:
    token = token_of(house.data_dir)
    for child in house.children:
        os.kill(child, signal.SIGSTOP)
    assert house.stop() < 5
    assert left_behind(house.data_dir, token) == []


def test_ctrl_c_ends_it_while_it_starts(tmp_path: Path) -> None:
    house = House(tmp_path / "var")
    assert until(lambda: (house.data_dir / "search" / "engine.json").exists(), 20)
    assert house.stop() < 5
    assert house.process.returncode == 0
    assert not house.is_ready()
    assert left_behind(house.data_dir, "no token yet") == []


def test_a_killed_supervisor_leaves_no_process(house: House) -> None:
    token = token_of(house.data_dir)
    assert len(left_behind(house.data_dir, token)) >= 4, "the probe sees web, worker, keeper and engine"
    house.process.kill()
    house.process.wait()
    assert until(lambda: not left_behind(house.data_dir, token), 5)


def test_the_next_serve_ends_orphans_that_hang(house: House) -> None:
    orphans = house.children
    for child in orphans:
        os.kill(child, signal.SIGSTOP)
    house.process.kill()
    house.process.wait()
    again = House(house.data_dir).become_ready()
    try:
        assert not any(command_line(orphan) for orphan in orphans)
        assert again.answers()
    finally:
        again.stop()


def test_a_second_serve_on_the_same_data_is_refused_with_a_sentence(house: House) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "app", "serve", "--port", "0"],
        cwd=ROOT,
        env=os.environ | {"PROEFTUIN_DATA_DIR": str(house.data_dir)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert "Another serve is running" in second.stderr
    assert "PROEFTUIN_DATA_DIR" in second.stderr
    assert house.answers()


def test_a_port_in_use_is_one_sentence_that_says_what_to_change(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        house = House(tmp_path / "var", "--port", str(port))
        assert house.process.wait(30) == 1
    said = house.said.read_text().strip()
    assert said.startswith(f"Port {port} on 127.0.0.1 is in use")
    assert "PROEFTUIN_PORT" in said
    assert "\n" not in said


def test_two_web_processes_share_one_address(tmp_path: Path) -> None:
    house = House(tmp_path / "var", "--workers", "2").become_ready()
    try:
        first, second, _worker = house.children
        for killed in (first, second):
            os.kill(killed, signal.SIGSTOP)
            assert house.answers(), "the other one answers"
            os.kill(killed, signal.SIGCONT)
    finally:
        house.stop()


def test_an_engine_of_the_operator_is_left_to_the_operator(tmp_path: Path) -> None:
    house = House(tmp_path / "var", PROEFTUIN_SEARCH_URL="http://127.0.0.1:9").become_ready()
    try:
        assert not (house.data_dir / "search" / "engine.json").exists()
    finally:
        house.stop()

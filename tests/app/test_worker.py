import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from app import worker as module
from app.core import settings, timetable
from app.core import working as working_off
from app.core.database import Database, reading, writing
from app.core.jobs import Job, announce, register
from app.core.timetable import Entry
from app.worker import LOOK_EVERY, Worker
from tests.core import pressing
from tests.core.ground import another_process
from tests.core.pressing import Pressed, press

SOON = 0.5
"""Seconds within which a promise is begun once it was made."""

PATIENCE = 30.0
"""Seconds for what is not about time: a machine may be busy."""

NEVER = 600.0
"""Seconds between two looks of a worker that can only be woken."""


class Working:
    """A worker in a process of its own, and what it said."""

    def __init__(self, url: str, folder: Path, *, seconds: float, look_every: float) -> None:
        self._process = another_process("tests.app.working", url, str(folder), str(seconds), str(look_every))
        self._said: list[str] = []
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def hear(self, line: str, *, within: float) -> None:
        """Wait until it has said this."""
        until = time.monotonic() + within
        while line not in self._said:
            assert time.monotonic() < until, f"no {line!r} within {within} s, but {self._said}"
            time.sleep(0.005)

    def tell(self, number: int) -> None:
        self._process.send_signal(number)

    def ended(self) -> int:
        """The exit code, once it has ended."""
        code = self._process.wait(PATIENCE)
        self._ear.join(PATIENCE)
        return code

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as told:
            for line in told:
                self._said.append(line.strip())


@pytest.fixture
def working(ground: Database, url: str, data_dir: Path) -> Iterator[Callable[..., Working]]:
    """Starts workers, and ends what a test left."""
    register({Pressed: (press,)})
    started: list[Working] = []

    def start(*, seconds: float = 0.0, look_every: float = LOOK_EVERY) -> Working:
        started.append(Working(url, data_dir, seconds=seconds, look_every=look_every))
        started[-1].hear("tick", within=PATIENCE)
        return started[-1]

    yield start
    for one in started:
        one.tell(signal.SIGKILL)
        one.ended()


@contextmanager
def at_work(worker: Worker) -> Iterator[None]:
    """A worker in a thread of this process."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(10)


def happen(*numbers: int) -> None:
    with writing() as session:
        for number in numbers:
            announce(session, Pressed(number=number))


def waiting() -> list[object]:
    with reading() as session:
        return [job.told["number"] for job in session.exec(select(Job).order_by(Job.id))]


# --- a process of its own ---


@pytest.mark.slow
def test_promises_made_before_it_started_are_kept(working: Callable[..., Working]) -> None:
    happen(1, 2)
    worker = working()
    worker.hear("done 2", within=PATIENCE)
    worker.tell(signal.SIGTERM)
    assert worker.ended() == 0
    assert waiting() == []


@pytest.mark.slow
def test_a_promise_wakes_it_at_once(working: Callable[..., Working]) -> None:
    worker = working(look_every=NEVER)
    took = []
    for number in range(6):
        made = time.monotonic()
        happen(number)
        worker.hear(f"began {number}", within=PATIENCE)
        took.append(time.monotonic() - made)
    assert sorted(took)[3] < SOON


@pytest.mark.slow
def test_on_sigterm_it_finishes_what_is_in_hand_and_begins_nothing_new(
    working: Callable[..., Working], data_dir: Path
) -> None:
    worker = working(seconds=1, look_every=NEVER)
    happen(1, 2)
    worker.hear("began 1", within=PATIENCE)
    worker.tell(signal.SIGTERM)
    worker.hear("done 1", within=PATIENCE)
    worker.hear("left", within=PATIENCE)
    assert worker.ended() == 0
    assert waiting() == [2]
    assert list((data_dir / "bells").iterdir()) == []


@pytest.mark.slow
def test_with_nothing_in_hand_it_leaves_at_once(working: Callable[..., Working]) -> None:
    worker = working(look_every=NEVER)
    worker.tell(signal.SIGINT)
    worker.hear("left", within=PATIENCE)
    assert worker.ended() == 0


@pytest.mark.slow
def test_a_second_worker_takes_over_what_a_killed_one_had_in_hand(working: Callable[..., Working]) -> None:
    first = working(seconds=60)
    happen(1)
    first.hear("began 1", within=PATIENCE)
    second = working()
    first.tell(signal.SIGKILL)

    second.hear("done 1", within=20)

    second.tell(signal.SIGTERM)
    assert second.ended() == 0
    assert waiting() == []


@pytest.mark.slow
def test_a_worker_that_leaves_does_not_deafen_another(working: Callable[..., Working]) -> None:
    first, second = working(look_every=NEVER), working(look_every=NEVER)
    happen(*range(10))
    first.tell(signal.SIGTERM)
    assert first.ended() == 0
    happen(99)
    second.hear("done 99", within=PATIENCE)


# --- trouble ---


@pytest.mark.parametrize(
    "trouble",
    [OperationalError("BEGIN IMMEDIATE", {}, Exception("database or disk is full")), OSError(28, "No space left")],
    ids=["database", "disk"],
)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_database_that_is_away_or_a_full_disk_ends_no_thread(
    ground: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    register({Pressed: (press,)})
    monkeypatch.setattr(module, "LOOK_EVERY", 0.02)
    done = threading.Event()
    monkeypatch.setattr(pressing, "effect", lambda _event: done.set())
    away = threading.Event()
    away.set()
    run_lane, run_due = working_off.run_lane, timetable.run_due

    def unless_away(step: Callable[..., object]) -> Callable[..., object]:
        def careful(*told: object, **more: object) -> object:
            if away.is_set():
                raise trouble
            return step(*told, **more)

        return careful

    ticked = threading.Event()
    monkeypatch.setattr(working_off, "run_lane", unless_away(run_lane))
    monkeypatch.setattr(module, "run_due", unless_away(run_due))
    happen(1)
    with at_work(Worker([Entry("tick", timedelta(hours=1), ticked.set)])):
        time.sleep(0.2)
        assert not done.is_set()
        away.clear()
        assert done.wait(PATIENCE)
        assert ticked.wait(PATIENCE)
    assert "goes on after this" in caplog.text


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_is_slow_in_the_timetable_holds_up_nothing_else(ground: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    register({Pressed: (press,)})
    done, ticked, release = threading.Event(), threading.Event(), threading.Event()
    monkeypatch.setattr(pressing, "effect", lambda _event: done.set())
    table = [
        Entry("slow", timedelta(hours=1), lambda: (release.wait(PATIENCE), None)[1]),
        Entry("tick", timedelta(hours=1), ticked.set),
    ]
    with at_work(Worker(table)):
        assert ticked.wait(PATIENCE)
        happen(1)
        assert done.wait(PATIENCE)
        release.set()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_folder_too_deep_for_a_bell_is_told_and_it_looks_by_itself(
    ground: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    register({Pressed: (press,)})
    settings.configure(settings.Settings(_env_file=None, data_dir=tmp_path / ("deep" * 30)))
    monkeypatch.setattr(module, "LOOK_EVERY", 0.05)
    done = threading.Event()
    monkeypatch.setattr(pressing, "effect", lambda _event: done.set())
    with at_work(Worker([])):
        happen(1)
        assert done.wait(PATIENCE)
    assert "no bell at" in caplog.text

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from app.core import timetable
from app.core.clock import now
from app.core.database import Database, reading, writing
from app.core.timetable import Due, Entry, run_due
from tests.core.ground import another_process, at_once

HOUR = timedelta(hours=1)


def entry(do: Callable[[], object], every: timedelta = HOUR, name: str = "sweep") -> Entry:
    return Entry(name, every, lambda: (do(), None)[1])


def test_an_entry_runs_when_it_is_first_seen_and_then_when_it_is_due(ground: Database) -> None:
    done: list[object] = []
    sweep = entry(lambda: done.append(now()))
    start = now()
    with time_machine.travel(start, tick=False):
        assert run_due([sweep]) == 1
        assert run_due([sweep]) == 0
    with time_machine.travel(start + HOUR - timedelta(seconds=1), tick=False):
        assert run_due([sweep]) == 0
    with time_machine.travel(start + HOUR, tick=False):
        assert run_due([sweep]) == 1
    assert len(done) == 2


def test_what_was_missed_during_a_stop_is_caught_up_once(ground: Database) -> None:
    done: list[object] = []
    sweep = entry(lambda: done.append(now()))
    run_due([sweep])
    with time_machine.travel(now() + 50 * HOUR, tick=False):
        assert run_due([sweep]) == 1
        assert run_due([sweep]) == 0
    with time_machine.travel(now() + 51 * HOUR + timedelta(seconds=1), tick=False):
        assert run_due([sweep]) == 1
    assert len(done) == 3


def test_many_threads_run_an_entry_once_however_new_it_is(ground: Database) -> None:
    done: list[object] = []
    table = [entry(lambda: done.append(1), name=f"entry {number}") for number in range(20)]
    at_once(*[lambda: run_due(table)] * 4)
    assert len(done) == 20


def test_many_threads_run_an_entry_that_is_due_once(ground: Database) -> None:
    done: list[object] = []
    table = [entry(lambda: done.append(1), name=f"entry {number}") for number in range(20)]
    with writing() as session:
        session.add_all([Due(name=one.name, at=now() - HOUR) for one in table])
    at_once(*[lambda: run_due(table)] * 4)
    assert len(done) == 20


@pytest.mark.slow
def test_three_processes_run_every_entry_once(ground: Database, url: str, data_dir: Path) -> None:
    processes = [another_process("tests.core.sweeping", url, str(data_dir)) for _ in range(3)]
    done = [line for process in processes for line in process.communicate(timeout=30)[0].splitlines()]
    assert all(process.returncode == 0 for process in processes)
    assert sorted(done) == sorted(f"entry {number}" for number in range(10))


def test_an_entry_that_fails_is_told_and_stops_no_other(ground: Database, caplog: pytest.LogCaptureFixture) -> None:
    done: list[object] = []

    def fail() -> None:
        raise RuntimeError("no broom")

    table = [entry(fail, name="broken"), entry(lambda: done.append(1))]
    assert run_due(table) == 2
    assert done == [1]
    assert "broken failed" in caplog.text
    assert run_due(table) == 0


def test_what_fails_says_why_and_since_when_until_it_goes_well(ground: Database) -> None:
    """PostgreSQL takes no NUL character in a text: what was raised may hold one."""
    broom: list[int] = []
    sweep = entry(lambda: 1 / len(broom) if len(broom) else {}["broom\0"])
    start = now()
    with time_machine.travel(start, tick=False):
        run_due([sweep])
    with time_machine.travel(start + HOUR, tick=False):
        run_due([sweep])
        with reading() as session:
            (due,) = timetable.failing(session)
        assert (due.name, due.failures, due.failing_since) == ("sweep", 2, start)
        assert due.error.startswith("KeyError: 'broom")
        broom.append(1)
        assert run_due([sweep]) == 0
        with writing() as session:
            assert not timetable.do_soon(session, "another")
            assert timetable.do_soon(session, "sweep")
        assert run_due([sweep]) == 1
    with writing() as session:
        assert timetable.failing(session) == []
        assert not timetable.do_soon(session, "sweep"), "what goes well keeps its moment"
        due = session.get_one(Due, "sweep")
        assert (due.failures, due.failing_since, due.error) == (0, None, "")


def test_a_clock_that_ran_ahead_and_was_put_right_stops_nothing(ground: Database) -> None:
    done: list[object] = []
    sweep = entry(lambda: done.append(1))
    with time_machine.travel(now() + timedelta(days=400), tick=False):
        run_due([sweep])
    assert run_due([sweep]) == 1
    assert run_due([sweep]) == 0


def test_two_machines_with_clocks_a_little_apart_do_not_take_each_others_turn(ground: Database) -> None:
    done: list[object] = []
    sweep = entry(lambda: done.append(1), every=timedelta(seconds=5))
    with time_machine.travel(now() + timetable.CLOCKS_DIFFER - timedelta(seconds=1), tick=False):
        run_due([sweep])
    assert run_due([sweep]) == 0


def test_the_moment_is_stored_in_utc(ground: Database) -> None:
    run_due([entry(lambda: None)])
    with reading() as session:
        due = session.get_one(Due, "sweep")
    assert timedelta(minutes=59) < due.at - now() <= HOUR

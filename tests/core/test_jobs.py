import logging
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import event
from sqlmodel import Session, select

from app.core import bell, working
from app.core.bell import Bell
from app.core.clock import now
from app.core.database import Database, reading, writing
from app.core.jobs import REST, STRAY, Event, Job, NotNow, announce, lanes, register
from app.core.lanes import lane_of
from app.core.log import JsonLines, following
from app.core.promised import backlog
from app.core.working import LONGEST_PAUSE, MOST_TRIES, claim, finish, let_rest, postpone, run_lane, run_one, work_off
from tests.core import pressing
from tests.core.ground import Counter, another_process, at_once, taken_back
from tests.core.pressing import Held, Pressed, press


@pytest.fixture(autouse=True)
def table(ground: Database) -> None:
    register({Pressed: (press,), Held: ()})


@pytest.fixture
def let(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Pressed], object]], None]:
    """Say what the reaction does."""
    return lambda effect: monkeypatch.setattr(pressing, "effect", effect)


def happen(*numbers: int) -> None:
    with writing() as session:
        for number in numbers or (0,):
            announce(session, Pressed(number=number))


def promised() -> list[Job]:
    with reading() as session:
        return list(session.exec(select(Job).order_by(Job.id)).all())


def fail(_event: Pressed) -> None:
    raise ValueError("the spring is broken")


def later(moment: timedelta) -> "time_machine.travel":
    return time_machine.travel(now() + moment, tick=True)


# --- announcing ---


def test_a_job_is_there_once_the_change_is(ground: Database) -> None:
    with writing() as session:
        session.add(Counter(name="change"))
        announce(session, Pressed(number=4))
    (job,) = promised()
    assert (job.event, job.told, job.lane) == ("Pressed", {"number": 4}, "tests")


def test_a_change_that_is_taken_back_promises_nothing(ground: Database) -> None:
    with taken_back() as session:
        session.add(Counter(name="change"))
        announce(session, Pressed())
    assert promised() == []


def test_every_reaction_gets_a_job_of_its_own(ground: Database) -> None:
    def other(_event: Pressed) -> None: ...

    register({Pressed: (press, other)})
    happen()
    assert [job.reaction.rpartition(":")[2] for job in promised()] == ["press", "other"]


def test_an_event_from_which_nothing_follows_is_announced_without_a_job(ground: Database) -> None:
    with writing() as session:
        announce(session, Held())
    assert promised() == []


def test_announcing_what_nobody_registered_is_an_error() -> None:
    class Forgotten(Event):
        """Nobody thought of it."""

    with pytest.raises(LookupError, match="Forgotten is not registered"), writing() as session:
        announce(session, Forgotten())


@pytest.mark.parametrize(
    ("module", "lane"),
    [("search.index", "search"), ("content.seed.loading", "content"), ("app.feeds.notifying", "app.feeds")],
)
def test_the_jobs_of_a_room_share_a_lane(module: str, lane: str) -> None:
    def reaction(_event: Pressed) -> None: ...

    reaction.__module__ = module
    assert lane_of(reaction) == lane


# --- claiming ---


def test_five_hundred_jobs_are_each_done_once_by_four_threads(ground: Database, let: Callable[..., None]) -> None:
    done: list[int] = []
    let(lambda event: done.append(event.number))
    happen(*range(500))

    def work() -> None:
        while run_one():
            pass

    at_once(*[work] * 4)

    assert sorted(done) == list(range(500))
    assert promised() == []


def test_what_is_due_in_a_lane_is_worked_off_together_by_four_threads_each_once(
    ground: Database, let: Callable[..., None]
) -> None:
    done: list[int] = []
    let(lambda event: done.append(event.number))
    happen(*range(200))
    at_once(*[lambda: run_lane("tests", is_over=lambda: False)] * 4)
    assert sorted(done) == list(range(200))
    assert promised() == []
    assert not run_lane("tests", is_over=lambda: False)


def test_a_worker_that_is_told_to_stop_takes_no_other_job(let: Callable[..., None]) -> None:
    done: list[int] = []
    let(lambda event: done.append(event.number))
    happen(1, 2, 3)
    assert run_lane("tests", is_over=lambda: len(done) == 2)
    assert done == [1, 2]
    assert [job.tries for job in promised()] == [0]


def test_one_that_fails_keeps_those_behind_it_from_nothing(let: Callable[..., None]) -> None:
    done: list[int] = []

    def effect(event: Pressed) -> None:
        if event.number == 2:
            raise ValueError("no")
        done.append(event.number)

    let(effect)
    happen(1, 2, 3)
    while run_lane("tests", is_over=lambda: False):
        pass
    assert done == [1, 3]
    assert [(job.told["number"], job.tries) for job in promised()] == [(2, 1)]


def test_jobs_are_done_in_the_order_in_which_they_were_promised(let: Callable[..., None]) -> None:
    done: list[int] = []
    let(lambda event: done.append(event.number))
    happen(*range(20))
    assert work_off() == 20
    assert done == list(range(20))


def test_a_job_in_hand_is_not_given_out_again() -> None:
    happen()
    assert claim() is not None
    assert claim() is None


def test_a_lane_gives_only_its_own_jobs_and_stray_ones_have_a_lane_too(let: Callable[..., None]) -> None:
    let(lambda _event: None)
    happen()
    with writing() as session:
        session.exec(select(Job)).one().lane = "a_lane_of_yesterday"
    assert lanes() == ("tests", STRAY)
    assert not run_one("tests")
    assert run_one(STRAY)
    assert promised() == []


def test_a_job_may_promise_more(let: Callable[..., None]) -> None:
    let(lambda event: happen(event.number - 1) if event.number else None)
    happen(3)
    assert work_off() == 4


# --- leases ---


@pytest.mark.slow
def test_a_killed_workers_job_is_taken_up_when_its_lease_is_over(
    ground: Database, url: str, data_dir: Path, let: Callable[..., None]
) -> None:
    done: list[int] = []
    let(lambda event: done.append(event.number))
    happen(7)
    process = another_process("tests.core.claiming", url, str(data_dir), "0.5")
    assert process.stdout is not None
    assert process.stdout.readline() == "in hand\n"
    process.kill()
    process.communicate()
    killed = time.monotonic()

    assert not run_one()
    while not run_one():
        assert time.monotonic() - killed < 3
        time.sleep(0.02)

    assert done == [7]
    assert promised() == []


@pytest.mark.slow
def test_a_lease_is_renewed_for_as_long_as_the_reaction_runs(
    let: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "LEASE", timedelta(seconds=0.3))
    claimed_meanwhile: list[object] = []

    def slow(_event: Pressed) -> None:
        until = time.monotonic() + 1.2
        while time.monotonic() < until:
            claimed_meanwhile.append(claim())
            time.sleep(0.02)

    let(slow)
    happen()
    assert run_one()
    assert set(claimed_meanwhile) == {None}


def test_who_lost_the_lease_can_neither_finish_nor_postpone_for_the_one_who_has_it() -> None:
    happen()
    late = claim()
    assert late is not None
    with later(working.LEASE + timedelta(seconds=1)):
        fresh = claim()
        assert fresh is not None
        finish(late)
        postpone(late, ValueError("too late"))
        (job,) = promised()
        assert job.leased_until is not None
        assert job.leased_until > now()
        finish(fresh)
    assert promised() == []


def test_what_came_of_a_reaction_is_written_down_together_with_the_end_of_its_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def conclude(session: Session) -> None:
        assert len(session.exec(select(Job)).all()) == 1, "the promise is not forgotten before"
        session.add(Counter(name="came of it"))

    monkeypatch.setattr(pressing, "conclusion", conclude)
    happen()
    assert run_one()
    assert promised() == []
    with reading() as session:
        assert [one.name for one in session.exec(select(Counter)).all()] == ["came of it"]


def test_where_that_cannot_be_written_down_the_job_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def conclude(session: Session) -> None:
        session.add(Counter(name="came of it"))
        session.flush()
        raise ValueError("something is wrong with it")

    monkeypatch.setattr(pressing, "conclusion", conclude)
    happen()
    assert run_one()
    (job,) = promised()
    assert (job.tries, job.error) == (1, "ValueError: something is wrong with it")
    with reading() as session:
        assert session.exec(select(Counter)).all() == []


# --- failing ---


def test_a_failed_job_is_tried_again_a_little_later_each_time(let: Callable[..., None]) -> None:
    let(fail)
    happen()
    pauses = []
    moment = now()
    for _ in range(MOST_TRIES):
        with time_machine.travel(moment, tick=False):
            assert run_one()
            assert not run_one()
            (job,) = promised()
            pauses.append((job.run_at - now()).total_seconds())
            moment = job.run_at + timedelta(milliseconds=1)

    for tries, pause in enumerate(pauses, start=1):
        assert 0.8 <= pause / min(2**tries, LONGEST_PAUSE.total_seconds()) <= 1.2
    assert job.parked_at is not None


def test_a_parked_job_tells_why_and_is_left_alone(let: Callable[..., None]) -> None:
    let(fail)
    happen()
    with writing() as session:
        session.exec(select(Job)).one().tries = MOST_TRIES - 1
    assert run_one()
    (job,) = promised()
    assert job.error == "ValueError: the spring is broken"
    with later(timedelta(days=365)):
        assert not run_one()


def test_a_failing_job_holds_up_no_other(let: Callable[..., None]) -> None:
    done: list[int] = []

    def fail_first(event: Pressed) -> None:
        if event.number == 1:
            raise ValueError("always")
        done.append(event.number)

    let(fail_first)
    happen(1, 2, 3)
    work_off()
    assert done == [2, 3]
    assert [job.told["number"] for job in promised()] == [1]


def test_a_job_whose_worker_dies_every_time_is_parked_in_the_end() -> None:
    happen(1, 2)
    moment = now()
    for _ in range(MOST_TRIES):
        with time_machine.travel(moment, tick=False):
            assert claim("tests") is not None
        moment += working.LEASE + timedelta(seconds=1)
    with time_machine.travel(moment, tick=False):
        taken = claim("tests")
    assert taken is not None
    assert taken.told == {"number": 2}
    assert promised()[0].parked_at is not None
    assert promised()[0].error == "no worker lived to finish it"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reaction": "search.index:gone"}, "no reaction of this name"),
        ({"event": "NeverHeardOf"}, "no reaction of this name"),
        ({"told": {"number": 1, "colour": "red"}}, "ValidationError"),
    ],
)
def test_a_job_of_another_release_fails_like_any_other_and_holds_up_nobody(
    let: Callable[..., None], changed: dict[str, object], told: str
) -> None:
    done: list[int] = []
    let(lambda event: done.append(event.number))
    happen(1, 2)
    with writing() as session:
        first = session.exec(select(Job).order_by(Job.id)).first()
        for name, value in changed.items():
            setattr(first, name, value)

    work_off()

    assert done == [2]
    (job,) = promised()
    assert told in job.error
    assert job.run_at > now()


def test_an_error_with_characters_that_no_database_takes_is_kept_without_them(let: Callable[..., None]) -> None:
    def hostile(_event: Pressed) -> None:
        raise ValueError("a\x00b\ud800c\x1b[31m" + "x" * 5000)

    let(hostile)
    happen()
    assert run_one()
    (job,) = promised()
    assert job.error.startswith("ValueError: abc[31mx")
    assert len(job.error) == 2000


def test_a_job_that_cannot_be_marked_as_failed_is_not_lost(ground: Database, let: Callable[..., None]) -> None:
    let(fail)
    happen()

    def full(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE job SET run_at"):
            raise OSError("database or disk is full")

    event.listen(ground.engine, "before_cursor_execute", full)
    with pytest.raises(OSError, match="full"):
        run_one()
    event.remove(ground.engine, "before_cursor_execute", full)

    with later(working.LEASE + timedelta(seconds=1)):
        assert run_one()


# --- what it needs is away ---


def away(_event: Pressed) -> None:
    raise NotNow("the engine is out")


def test_while_what_it_needs_is_away_one_job_asks_and_its_lane_rests(let: Callable[..., None]) -> None:
    asked: list[int] = []
    let(lambda event: (asked.append(event.number), away(event)))
    happen(1, 2, 3)
    moment = now()
    for _ in range(3):
        with time_machine.travel(moment, tick=False):
            while run_one():
                pass
        moment += REST + timedelta(milliseconds=1)
    assert len(asked) == 3
    assert {job.told["number"] for job in promised()} == {1, 2, 3}


def test_a_job_made_while_its_lane_rests_is_tried_at_once(let: Callable[..., None]) -> None:
    asked: list[int] = []
    let(lambda event: (asked.append(event.number), away(event)))
    happen(1)
    work_off()
    happen(2)
    work_off()
    assert asked == [1, 2]


def test_however_long_it_is_away_nothing_is_parked_and_all_is_done_soon_after(let: Callable[..., None]) -> None:
    happen(1, 2)
    with reading() as session:
        made = backlog(session).oldest
    let(away)
    moment = now()
    for _ in range(3 * MOST_TRIES):
        with time_machine.travel(moment, tick=False):
            run_one()
        moment += REST + timedelta(milliseconds=1)
    with reading() as session:
        told = backlog(session)
    assert (told.waiting, told.parked, told.oldest) == (2, 0, made)
    done: list[int] = []
    let(lambda event: done.append(event.number))
    with time_machine.travel(moment, tick=False):
        work_off()
    assert sorted(done) == [1, 2]


def test_who_lost_the_lease_lets_no_lane_rest(let: Callable[..., None]) -> None:
    happen()
    late = claim()
    assert late is not None
    with later(working.LEASE + timedelta(seconds=1)):
        fresh = claim()
        assert fresh is not None
        let_rest(late, NotNow("too late"))
        assert promised()[0].tries == 2
        finish(fresh)
    assert promised() == []


# --- a clock that is put right ---


@pytest.mark.parametrize("hours", [1, 24, 24 * 400])
def test_a_clock_that_ran_ahead_and_was_put_right_holds_up_no_job(let: Callable[..., None], hours: int) -> None:
    done: list[int] = []

    def first_fails(event: Pressed) -> None:
        if event.number == 1:
            fail(event)
        done.append(event.number)

    let(first_fails)
    with later(timedelta(hours=hours)):
        happen(1, 2, 3)
        assert run_one()
        assert claim() is not None  # and its worker was killed
    let(lambda event: done.append(event.number))
    work_off()
    assert sorted(done) == [1, 2, 3]


def test_a_clock_that_is_put_back_a_little_holds_up_no_new_job(let: Callable[..., None]) -> None:
    done: list[int] = []
    let(lambda event: done.append(event.number))
    with later(timedelta(minutes=10)):
        happen(1)
    work_off()
    assert done == [1]


# --- telling ---


def test_the_log_of_a_job_carries_the_id_of_the_request_that_promised_it(
    let: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    let(fail)
    with following("a-request"):
        happen()
    handler = Keeping()
    logging.getLogger("app.core.working").addHandler(handler)
    run_one()
    logging.getLogger("app.core.working").removeHandler(handler)

    assert len(lines) == 1
    assert '"request": "a-request"' in lines[0]
    assert "the spring is broken" in lines[0]


def test_the_backlog_tells_what_waits_what_is_parked_and_since_when(let: Callable[..., None]) -> None:
    with reading() as session:
        empty = backlog(session)
    assert (empty.waiting, empty.parked, empty.oldest) == (0, 0, None)

    happen(1, 2, 3)
    with writing() as session:
        session.exec(select(Job).order_by(Job.id)).first().parked_at = now()  # type: ignore[union-attr]
    with reading() as session:
        told = backlog(session)
    assert (told.waiting, told.parked) == (2, 1)
    assert isinstance(told.oldest, datetime)
    assert now() - told.oldest < timedelta(minutes=1)


# --- the bell ---


@pytest.fixture
def rings(data_dir: Path) -> list[float]:
    """When the bell of this process rang."""
    heard: list[float] = []
    threading.Thread(target=Bell().listen, args=(lambda: heard.append(time.monotonic()),), daemon=True).start()
    while not list(data_dir.glob("bells/*")):
        time.sleep(0.001)
    return heard


def until_it_rang(rings: list[float], times: int = 1) -> None:
    until = time.monotonic() + 10
    while len(rings) < times:
        assert time.monotonic() < until
        time.sleep(0.001)


def test_the_bell_rings_once_at_the_commit_and_not_before(rings: list[float]) -> None:
    with writing() as session:
        announce(session, Pressed())
        announce(session, Pressed())
        session.flush()
        time.sleep(0.05)
        committed = time.monotonic()
    until_it_rang(rings)
    assert rings[0] >= committed
    bell.wake()
    until_it_rang(rings, 2)
    assert len(rings) == 2


def test_the_bell_is_silent_when_nothing_was_announced_or_all_was_taken_back(rings: list[float]) -> None:
    with writing() as session:
        session.add(Counter(name="quiet"))
    with taken_back() as session:
        announce(session, Pressed())
    asked = time.monotonic()
    bell.wake()
    until_it_rang(rings)
    assert len(rings) == 1
    assert rings[0] >= asked


def test_the_bell_of_a_killed_worker_is_taken_down_and_the_others_ring(rings: list[float], data_dir: Path) -> None:
    (own,) = data_dir.glob("bells/*")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as gone:
        gone.bind(str(data_dir / "bells" / "99999999.bell"))
    bell.wake()
    until_it_rang(rings)
    assert list(data_dir.glob("bells/*")) == [own]


def test_ringing_where_nobody_listens_is_no_error(data_dir: Path) -> None:
    bell.wake()

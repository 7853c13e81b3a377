import threading
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.core.clock import CLOCKS_DIFFER, now
from app.core.database import Database
from app.core.errors import TooMany
from app.core.language import speaking
from app.core.limits import Taken, forget_old_counts, network_of, take

MINUTES = timedelta(minutes=1)


def try_often(session: Session, times: int, *, who: str = "femke", what: str = "code", most: int = 5) -> int:
    """How many of these tries were let through."""
    through = 0
    for _ in range(times):
        try:
            take(session, what=what, who=who, most=most, within=10 * MINUTES)
        except TooMany:
            continue
        through += 1
    return through


def test_so_many_are_let_through_and_no_more(session: Session) -> None:
    assert try_often(session, 20) == 5


def test_each_person_and_each_thing_is_counted_apart(session: Session) -> None:
    assert try_often(session, 20) == 5
    assert try_often(session, 20, who="sjoerd") == 5
    assert try_often(session, 20, what="letter") == 5


def test_whoever_is_at_the_limit_hears_how_long_to_wait(session: Session) -> None:
    try_often(session, 5)
    with time_machine.travel(now() + 4 * MINUTES, tick=False), speaking("en"), pytest.raises(TooMany) as refused:
        take(session, what="code", who="femke", most=5, within=10 * MINUTES)
    assert refused.value.status == 429
    assert refused.value.seconds == 6 * 60
    assert "6 minutes" in refused.value.sentence


def test_a_long_wait_is_told_in_hours(session: Session) -> None:
    take(session, what="code", who="femke", most=1, within=timedelta(days=1))
    with speaking("en"), pytest.raises(TooMany, match="24 hours"):
        take(session, what="code", who="femke", most=1, within=timedelta(days=1))


def test_when_the_time_is_over_everything_counts_anew(session: Session) -> None:
    try_often(session, 20)
    with time_machine.travel(now() + 9 * MINUTES):
        assert try_often(session, 1) == 0
    with time_machine.travel(now() + 10 * MINUTES):
        assert try_often(session, 20) == 5


def test_a_clock_that_ran_ahead_locks_nobody_out(session: Session) -> None:
    with time_machine.travel(now() + timedelta(days=300)):
        try_often(session, 20)
    assert try_often(session, 1) == 1


def test_a_clock_that_is_a_little_ahead_gives_nobody_more(session: Session) -> None:
    with time_machine.travel(now() + CLOCKS_DIFFER / 2):
        try_often(session, 20)
    assert try_often(session, 1) == 0


def test_counts_of_several_at_once_are_added_up(database: Database) -> None:
    through: list[int] = []

    def hammer() -> None:
        for _ in range(10):
            with database.writing() as session:
                through.append(try_often(session, 1, most=25))

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(through), sum(through)) == (40, 25)


def test_a_refusal_that_is_raised_leaves_the_count_at_the_limit(database: Database) -> None:
    for _ in range(7):
        try:
            with database.writing() as session:
                take(session, what="code", who="femke", most=5, within=10 * MINUTES)
        except TooMany:
            continue
    with database.reading() as session:
        assert session.exec(select(Taken.times)).one() == 5


def test_nobody_can_read_from_the_counts_who_it_was(session: Session) -> None:
    take(session, what="code", who="femke@kennislab.example", most=5, within=MINUTES)
    row = session.exec(select(Taken)).one()
    assert "femke" not in row.model_dump_json()


def test_counts_whose_time_is_over_are_forgotten_and_no_others(session: Session) -> None:
    try_often(session, 1)
    with time_machine.travel(now() + 5 * MINUTES):
        try_often(session, 1, who="sjoerd")
    with time_machine.travel(now() + 12 * MINUTES):
        forget_old_counts(session)
        assert len(session.exec(select(Taken)).all()) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_addresses_of_one_network_count_together(one: str, other: str) -> None:
    assert network_of(one) == network_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("192.0.2.7", "192.0.2.8"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8"),
    ],
)
def test_addresses_of_different_networks_count_apart(one: str, other: str) -> None:
    assert network_of(one) != network_of(other)

import time
from collections.abc import Iterator

import pytest
from sqlmodel import Session, text

from app.core import epoch
from app.core.database import Database, writing
from app.core.epoch import FOLLOW_WITHIN, Watch
from tests.core.ground import Counter, another_process, at_once, taken_back


@pytest.fixture
def watch(ground: Database) -> Iterator[Watch]:
    watch = Watch(ground)
    yield watch
    watch.close()


def move_elsewhere(ground: Database) -> None:
    """Another process announces something."""
    process = another_process("tests.core.moving", ground.engine.url.render_as_string(hide_password=False))
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_the_epoch_of_a_new_database_is_a_number_that_stays(watch: Watch) -> None:
    assert watch.number() == watch.number() == 0


def test_the_epoch_moves_with_the_commit_and_is_seen_at_once_in_this_process(watch: Watch) -> None:
    with writing() as session:
        epoch.move(session)
        assert watch.number() == 0
    assert watch.number() == 1


def test_the_epoch_stays_when_the_transaction_is_rolled_back(watch: Watch) -> None:
    with taken_back() as session:
        epoch.move(session)
    assert watch.number() == 0


def test_a_transaction_that_announces_often_begins_one_epoch(watch: Watch) -> None:
    with writing() as session:
        for _ in range(5):
            epoch.move(session)
    assert watch.number() == 1


def test_every_transaction_of_a_long_lived_session_begins_its_own(ground: Database, watch: Watch) -> None:
    with Session(ground.engine.execution_options(writing=True)) as session:
        for expected in (1, 2, 3):
            epoch.move(session)
            session.commit()
            assert watch.number() == expected


def test_a_savepoint_that_is_taken_back_loses_no_move(watch: Watch) -> None:
    with writing() as session:
        epoch.move(session)
        with session.begin_nested() as savepoint:
            epoch.move(session)
            savepoint.rollback()
    assert watch.number() == 1


def test_a_savepoint_does_not_move_before_its_transaction_does(watch: Watch) -> None:
    with writing() as session:
        with session.begin_nested():
            epoch.move(session)
        assert watch.number() == 0
    assert watch.number() == 1


def test_a_write_that_announces_nothing_leaves_the_epoch(watch: Watch) -> None:
    with writing() as session:
        session.add(Counter(name="quiet"))
    assert watch.number() == 0


def test_a_move_in_another_process_is_seen_within_a_second(ground: Database, watch: Watch) -> None:
    assert watch.number() == 0
    move_elsewhere(ground)
    moved = time.monotonic()
    while watch.number() == 0:
        assert time.monotonic() - moved < FOLLOW_WITHIN + 0.3
        time.sleep(0.01)
    assert watch.number() == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_on_sqlite_a_move_in_another_process_is_seen_at_once(ground: Database, watch: Watch) -> None:
    assert watch.number() == 0
    move_elsewhere(ground)
    assert watch.number() == 1


def test_moves_of_many_threads_are_all_counted(ground: Database, watch: Watch) -> None:
    def move() -> None:
        for _ in range(10):
            with writing() as session:
                epoch.move(session)

    at_once(*[move] * 4)
    assert watch.number() == 40


def test_two_transactions_that_announce_and_want_the_same_rows_do_not_lock_each_other_out(ground: Database) -> None:
    with writing() as session:
        session.add_all([Counter(name="one"), Counter(name="other")])

    def change(*names: str) -> None:
        for _ in range(25):
            with writing() as session:
                for name in names:
                    session.connection().execute(
                        text("UPDATE counter SET value = value + 1 WHERE name = :name"), {"name": name}
                    )
                    epoch.move(session)
                    session.flush()

    # One and then other, against other alone: only the row of the epoch could come between the two.
    at_once(lambda: change("one", "other"), lambda: change("other"))


@pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_watch_follows_again_after_the_database_broke_its_connections(ground: Database, watch: Watch) -> None:
    assert watch.number() == 0
    with ground.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
        )
    with writing() as session:
        epoch.move(session)
    assert watch.number() == 1


@pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_watch_waits_for_no_database_that_hangs(ground: Database, watch: Watch) -> None:
    with writing() as session:
        epoch.move(session)
    with ground.engine.execution_options(writing=True).begin() as connection:
        # Whoever reads the epoch waits for this transaction, as for a server that has stopped.
        connection.execute(text("LOCK TABLE epoch IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        while time.monotonic() - began < FOLLOW_WITHIN + 0.5:
            asked = time.monotonic()
            assert watch.number() == 1
            assert time.monotonic() - asked < 0.1
            time.sleep(0.01)
    move_elsewhere(ground)
    until = time.monotonic() + FOLLOW_WITHIN + 0.3
    while watch.number() == 1 and time.monotonic() < until:
        time.sleep(0.01)
    assert watch.number() == 2


@pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_watch_follows_a_backup_that_was_put_back(ground: Database, watch: Watch) -> None:
    for _ in range(5):
        with writing() as session:
            epoch.move(session)
    time.sleep(FOLLOW_WITHIN)
    assert watch.number() == 5
    with writing() as session:
        session.connection().execute(text("UPDATE epoch SET number = 2"))
    time.sleep(FOLLOW_WITHIN)
    assert watch.number() == 2


def test_a_watch_gives_the_pool_no_connection_back_that_commits_by_itself(ground: Database) -> None:
    watch = Watch(ground)
    watch.number()
    watch.close()

    with taken_back() as session:
        session.add(Counter(name="half"))
    with ground.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM counter")).scalar() == 0

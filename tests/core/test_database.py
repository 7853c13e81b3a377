import errno

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import select, text

from app.core import database
from app.core.database import Database, reading, writing
from app.core.errors import Conflict, NoRoom, Unavailable
from app.core.settings import Settings
from app.core.settings import configure as configure_settings
from tests.core.ground import Counter, at_once, taken_back


@pytest.fixture
def counter(ground: Database) -> Counter:
    with writing() as session:
        counter = Counter(name="parts")
        session.add(counter)
    return counter


def value(counter: Counter) -> int:
    with reading() as session:
        return session.get_one(Counter, counter.id).value


def test_no_update_is_lost_when_several_threads_read_and_then_write(counter: Counter) -> None:
    refused = []

    def count_to_fifty() -> None:
        counted = 0
        while counted < 50:
            try:
                with writing() as session:
                    mine = session.get_one(Counter, counter.id)
                    mine.value += 1
                counted += 1
            except Conflict as conflict:
                refused.append(conflict)

    at_once(*[count_to_fifty] * 4)

    assert value(counter) == 200
    if database.current().is_sqlite:
        assert refused == []


def test_a_change_that_rests_on_an_old_version_is_a_conflict(counter: Counter) -> None:
    with reading() as session:
        old = session.get_one(Counter, counter.id)
    with writing() as session:
        session.get_one(Counter, counter.id).value = 1
    old.value = 2

    with pytest.raises(Conflict), writing() as session:
        session.add(old)

    assert value(counter) == 1


def test_every_change_counts_the_version_up(counter: Counter) -> None:
    assert counter.version == 1
    with writing() as session:
        session.get_one(Counter, counter.id).value = 7
    with reading() as session:
        assert session.get_one(Counter, counter.id).version == 2


def fill_up(counter: Counter) -> None:
    with writing() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count=1")  # no more than there are
        session.get_one(Counter, counter.id).value = 1
        session.add_all([Counter(name=f"{n:040}") for n in range(2000)])


def meet(counter: Counter, error: Exception) -> None:
    with writing() as session:
        session.get_one(Counter, counter.id).value = 2
        session.flush()
        raise error


def test_a_full_disk_is_told_and_nothing_is_changed(counter: Counter) -> None:
    if database.current().is_sqlite:
        with pytest.raises(NoRoom):
            fill_up(counter)
    with pytest.raises(NoRoom):
        meet(counter, OSError(errno.ENOSPC, "No space left on device"))
    assert value(counter) == 0


def test_a_disk_that_fails_otherwise_is_no_lack_of_room(counter: Counter) -> None:
    with pytest.raises(OSError, match="broken"):
        meet(counter, OSError(errno.EIO, "broken"))


def test_a_name_that_somebody_else_took_first_is_a_conflict(counter: Counter) -> None:
    with pytest.raises(Conflict), writing() as session:
        session.add(Counter(name="parts"))


def test_another_broken_rule_of_the_database_is_our_mistake_and_no_conflict(ground: Database) -> None:
    with pytest.raises(IntegrityError), writing() as session:
        session.add(Counter(name=None))  # type: ignore[arg-type]


def test_an_error_takes_the_whole_transaction_back(counter: Counter) -> None:
    with taken_back() as session:
        session.get_one(Counter, counter.id).value = 5
        session.add(Counter(name="more"))

    with reading() as session:
        assert [(one.name, one.value) for one in session.exec(select(Counter))] == [("parts", 0)]


def test_a_reading_session_cannot_write_and_spoils_nothing_for_the_next_one(counter: Counter) -> None:
    with reading() as session:
        session.get_one(Counter, counter.id).value = 9
        with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
            session.commit()

    assert value(counter) == 0
    with writing() as session:
        session.get_one(Counter, counter.id).value = 1
    assert value(counter) == 1


def test_a_reading_session_sees_one_moment_however_long_it_looks(counter: Counter) -> None:
    def add_one() -> None:
        with writing() as session:
            session.add(Counter(name="later"))

    with reading() as session:
        before = len(session.exec(select(Counter)).all())
        at_once(add_one)
        assert len(session.exec(select(Counter)).all()) == before
    with reading() as session:
        assert len(session.exec(select(Counter)).all()) == before + 1


def test_readers_go_on_reading_while_somebody_writes(counter: Counter) -> None:
    before = value(counter)
    with writing() as session:
        session.get_one(Counter, counter.id).value = 3
        session.flush()
        seen: list[int] = []
        at_once(lambda: seen.append(value(counter)))
        assert seen == [before], "what nobody has committed yet is not there for others"


def test_what_people_wrote_is_not_in_the_text_of_an_error(counter: Counter) -> None:
    with pytest.raises(DBAPIError) as error, writing() as session:
        session.connection().execute(text("INSERT INTO nowhere VALUES (:mail)"), {"mail": "femke@kennislab.example"})
    assert "femke" not in str(error.value)


def test_threads_that_begin_together_share_one_database(ground: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_database", None)
    configure_settings(Settings(_env_file=None, database_url=ground.url))
    found: list[Database] = []

    at_once(*[lambda: found.append(database.current())] * 8)

    assert len(set(map(id, found))) == 1
    found[0].close()


def test_another_address_closes_the_database_before(ground: Database, url: str) -> None:
    assert database.configure(url) is ground


def test_who_waits_too_long_for_others_is_told_so_and_changes_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = database.current()
    if not here.is_sqlite:
        pytest.skip("PostgreSQL locks rows, and waits")
    monkeypatch.setattr(database, "PRAGMAS", (*database.PRAGMAS, "busy_timeout=20"))
    hurried = Database(here.url)
    with writing() as session:
        session.get_one(Counter, counter.id).value = 1
        session.flush()
        with pytest.raises(Unavailable), hurried.writing() as other:
            other.get_one(Counter, counter.id).value = 2
    hurried.close()
    assert value(counter) == 1

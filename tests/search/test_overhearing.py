"""What is searched for is counted without a name, by another process, and forgotten after thirteen months."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from app.core.clock import today
from app.core.database import Database
from app.core.settings import settings
from search import overhearing
from search.overhearing import (
    Asked,
    Heard,
    count_what_was_heard,
    forget_name,
    forget_old_searches,
    loggable,
    overhear,
)
from search.search_log import Kind, asked_most, summary


def counted(database: Database) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    # What is being written when the worker looks is counted with its next turn.
    count_what_was_heard()
    count_what_was_heard()
    with database.reading() as session:
        rows = session.exec(select(Asked)).all()
    return {(row.words, row.language): (row.times, row.empty, row.opened, row.found) for row in rows}


def test_searches_and_openings_are_added_up(database: Database) -> None:
    for heard in (
        Heard("Las Robot", "nl", 4),
        Heard("las robot", "nl", None),
        Heard("las robot", "nl", is_opening=True),
        Heard("lashulp", "nl", 0),
        Heard("lashulp", "en", 0),
    ):
        overhear(heard)
    assert counted(database) == {
        ("las robot", "nl"): (2, 0, 1, 4),
        ("lashulp", "nl"): (1, 1, 0, 0),
        ("lashulp", "en"): (1, 1, 0, 0),
    }
    overhear(Heard("las robot", "nl", 5))
    assert counted(database)["las robot", "nl"] == (3, 0, 1, 5)


def test_a_kill_between_counting_and_clearing_away_counts_nothing_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    overhear(Heard("las robot", "nl", 4))
    count_what_was_heard()

    def be_killed(*_any: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(overhearing.Path, "unlink", be_killed)
        for _restart in range(3):
            with pytest.raises(KeyboardInterrupt):
                count_what_was_heard()
    overhear(Heard("las robot", "nl", 4))
    assert counted(database)["las robot", "nl"] == (2, 0, 0, 4)
    assert list((settings().data_dir.absolute() / "searches").glob("*.jsonl")) == []


@pytest.mark.parametrize(
    "words",
    ["femke@kennislab.nl", "bel 06-12345678", "06 12 34 56 78", "https://elders.nl/x", "www.elders.nl", "", "x" * 101],
)
def test_what_may_tell_of_a_person_is_not_counted(database: Database, words: str) -> None:
    overhear(Heard(words, "nl", 0))
    assert counted(database) == {}


@pytest.mark.parametrize("words", ["iso 9001", "3d-printen", "s7-1500 uitlezen", "€ 50.000", "lasrobot 2026"])
def test_what_tells_of_nobody_is(words: str) -> None:
    assert loggable(words) == words


def test_a_search_writes_to_no_database(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overhearing, "writing", lambda: pytest.fail("it wrote"))
    overhear(Heard("las robot", "nl", 4))
    with pytest.raises(pytest.fail.Exception):
        counted(database)


def test_lines_that_nobody_wrote_in_our_name_are_passed_over(database: Database) -> None:
    overhear(Heard("las robot", "nl", 4))
    path = settings().data_dir.absolute() / "searches" / "heard.jsonl"
    path.write_bytes(b"garbage\n{}\n\xff\xfe\n" + path.read_bytes() + b'{"day": "x"}\n[1]\n')
    assert list(counted(database)) == [("las robot", "nl")]


def test_no_more_is_written_down_than_a_worker_can_be_away_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overhearing, "MOST_BYTES", 300)
    for number in range(50):
        overhear(Heard(f"vraag {number}", "nl", 1))
    assert 0 < len(counted(database)) < 10


def test_nobody_can_have_opened_what_was_never_asked(database: Database) -> None:
    for number in range(50):
        overhear(Heard(f"verzonnen {number}", "nl", is_opening=True))
    overhear(Heard("las robot", "nl", 4))
    overhear(Heard("las robot", "en", is_opening=True))
    assert counted(database) == {("las robot", "nl"): (1, 0, 0, 4)}


def test_what_is_opened_later_counts_with_the_day_on_which_it_was_asked(database: Database) -> None:
    with database.writing() as session:
        for ago in (9, 1):
            session.add(Asked(day=_before(today(), ago), language="nl", words="las robot", times=1, found=4))
    overhear(Heard("las robot", "nl", is_opening=True))
    count_what_was_heard()
    count_what_was_heard()
    with database.reading() as session:
        opened = {row.day: (row.times, row.opened, row.found) for row in session.exec(select(Asked)).all()}
    assert opened == {_before(today(), 9): (1, 0, 4), _before(today(), 1): (1, 1, 4)}


def test_a_day_holds_no_more_than_so_many_questions_and_counts_those_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overhearing, "MOST_A_DAY", 3)
    for _round in range(2):
        for number in range(5):
            overhear(Heard(f"vraag {number}", "nl", 1))
        overhear(Heard("vraag 1", "nl", is_opening=True))
        held = counted(database)
    assert held == {
        ("vraag 0", "nl"): (2, 0, 0, 1),
        ("vraag 1", "nl"): (2, 0, 2, 1),
        ("vraag 2", "nl"): (2, 0, 0, 1),
    }


def test_after_thirteen_months_nothing_is_left(database: Database) -> None:
    with database.writing() as session:
        for age in (0, 395, 397):
            session.add(Asked(day=today() - timedelta(days=age), language="nl", words=f"van {age}", times=1))
    forget_old_searches()
    assert {words for words, _ in counted(database)} == {"van 0", "van 395"}


def test_the_lists_hold_what_they_say(database: Database) -> None:
    day = today()
    with database.writing() as session:
        for words, times, empty, opened, ago in (
            ("cobot", 9, 0, 4, 0),
            ("cobot", 3, 0, 0, 5),
            ("lashulp", 5, 5, 0, 0),
            ("stilstand", 4, 0, 0, 0),
            ("lang geleden", 99, 0, 0, 60),
        ):
            row = Asked(day=_before(day, ago), language="nl", words=words, times=times, empty=empty, opened=opened)
            row.found = times - empty
            session.add(row)
    with database.reading() as session:
        lists = {kind: summary(session, kind) for kind in Kind}
        assert asked_most(session)[0] == "lang geleden"
    assert [(row.words, row.times) for row in lists[Kind.MOST].rows] == [
        ("cobot", 12),
        ("lashulp", 5),
        ("stilstand", 4),
    ]
    assert [row.words for row in lists[Kind.EMPTY].rows] == ["lashulp"]
    assert [row.words for row in lists[Kind.UNOPENED].rows] == ["stilstand"]
    assert (lists[Kind.MOST].times, lists[Kind.MOST].empty, lists[Kind.MOST].unopened) == (21, 1, 1)


def _before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def test_whoever_is_erased_stands_in_no_search_of_others(database: Database) -> None:
    """Counted already or just written down; searches that only look alike stay."""
    overhear(Heard("Femke Hoekstra", "nl", 1))
    count_what_was_heard()
    count_what_was_heard()
    for words in ("wie is femke hoekstra", "femke", "hoekstra lassen", "las robot"):
        overhear(Heard(words, "nl", 1))
    for name, left in (
        ("", 5),
        ("Femke  Hoekstra", 3),
        ("Femke", 2),
    ):
        with database.writing() as session:
            forget_name(session, name)
        if name:
            assert len(counted(database)) == left
    assert {words for words, _language in counted(database)} == {"hoekstra lassen", "las robot"}

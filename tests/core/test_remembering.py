"""A question about the whole collection is asked once in an epoch, and never answered with what is no more true."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import event, func
from sqlmodel import Session, col, select

from app.core import epoch, remembering
from app.core.database import Database
from app.people.models import Organisation

COUNT = select(func.count(col(Organisation.id)))


def add(session: Session, slug: str, kind: str = "sme") -> None:
    session.add(Organisation(slug=slug, name=slug, kind=kind))
    epoch.move(session)


def counted(database: Database, kind: str | None = None) -> int:
    with database.reading() as session:
        ((number,),) = remembering.rows(session, COUNT.where(Organisation.kind == kind) if kind else COUNT)
        return int(number)


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """The statements about organisations that reach the database meanwhile."""
    found: list[str] = []

    def note(*told: object) -> None:
        if "count(organisation" in str(told[2]):
            found.append(str(told[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def test_the_same_question_is_asked_once_in_an_epoch(database: Database) -> None:
    with database.writing() as session:
        add(session, "een")
    with asked(database) as statements:
        assert [counted(database) for _ in range(3)] == [1, 1, 1]
        assert len(statements) == 1
        with database.writing() as session:
            add(session, "twee")
        assert [counted(database) for _ in range(3)] == [2, 2, 2]
        assert len(statements) == 2


def test_another_value_is_another_question(database: Database) -> None:
    with database.writing() as session:
        add(session, "een", "sme")
        add(session, "twee", "cluster")
        add(session, "drie", "cluster")
    assert [counted(database, kind) for kind in ("sme", "cluster", "sme", "university")] == [1, 2, 1, 0]


def test_what_a_writer_has_not_committed_is_remembered_for_nobody(database: Database) -> None:
    with suppress(ZeroDivisionError), database.writing() as session:
        add(session, "een")
        session.flush()
        assert remembering.rows(session, COUNT) == [(1,)]
        1 / 0  # noqa: B018 - the power goes out
    assert counted(database) == 0


def test_only_so_many_answers_are_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST_ANSWERS", 2)
    with asked(database) as statements:
        for kind in ("a", "b", "c", "c", "b", "a"):
            counted(database, kind)
    assert len(statements) == 4


def named(database: Database, slugs: list[str]) -> dict[str, str]:
    """Slug -> name, each read once in an epoch."""
    with database.reading() as session:

        def read(unknown: Sequence[str]) -> dict[str, str]:
            read_again.append(list(unknown))
            wanted = select(Organisation.slug, Organisation.name).where(col(Organisation.slug).in_(unknown))
            return dict(session.exec(wanted).all())

        return remembering.each(session, "names", slugs, read)


read_again: list[list[str]] = []


def test_of_many_things_only_those_are_made_that_are_not_known_yet(database: Database) -> None:
    read_again.clear()
    with database.writing() as session:
        add(session, "een")
        add(session, "twee")
    assert named(database, ["een"]) == {"een": "een"}
    assert named(database, ["twee", "een"]) == {"een": "een", "twee": "twee"}
    assert read_again == [["een"], ["twee"]]
    with database.writing() as session:
        session.exec(select(Organisation).where(Organisation.slug == "een")).one().name = "Eén"
        epoch.move(session)
    assert named(database, ["een", "twee"]) == {"een": "Eén", "twee": "twee"}
    assert read_again[2:] == [["een", "twee"]]


def test_a_session_sees_the_epoch_of_its_transaction(database: Database) -> None:
    with database.reading() as session:
        before = epoch.of(session)
        with database.writing() as other:
            add(other, "een")
        assert epoch.of(session) == before, "it still sees what it saw"
        session.rollback()
        assert epoch.of(session) == before + 1

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select, text

from app.core.clock import today
from app.core.database import Database
from app.people.auditing import OPERATOR, AuditEntry, Line, Pseudonym, Wanted, actions, forget_person, lines, note
from app.people.models import User
from tests.cast import Cast


def person(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def found(session: Session, **wanted: object) -> list[tuple[str, str, str]]:
    page = lines(session, Wanted(**wanted), page=1, size=50)  # type: ignore[arg-type]
    assert page.total == len(page.items)
    return [(line.by, line.entry.action, line.subject) for line in page.items]


def test_an_entry_says_who_did_what_to_whom_newest_first(session: Session, cast: Cast) -> None:
    note(session, cast.noor, "admit", subject=cast.veenhart, told={"kind": "sme"})
    note(session, cast.noor, "make_steward", subject=person(session, "femke"))
    note(session, cast.nobody, "invite", subject="steward")
    assert found(session) == [
        (OPERATOR, "invite", "steward"),
        ("Noor Wiersma", "make_steward", "Femke Hoekstra"),
        ("Noor Wiersma", "admit", "organisation:veenhart-plaatwerk"),
    ]
    assert list(actions(session)) == ["admit", "invite", "make_steward"]


def test_the_log_knows_people_by_pseudonym_alone(session: Session, cast: Cast) -> None:
    note(session, cast.noor, "make_steward", subject=person(session, "femke"))
    kept = session.exec(select(AuditEntry)).one()
    assert "oor" not in kept.model_dump_json()
    assert "emke" not in kept.model_dump_json()
    assert len(session.exec(select(Pseudonym)).all()) == 2


def test_nobody_can_tell_any_more_who_it_was_once_the_key_is_destroyed(session: Session, cast: Cast) -> None:
    note(session, cast.noor, "make_steward", subject=person(session, "femke"))
    note(session, cast.femke, "leave", subject=cast.kennislab)
    assert len(found(session, words="femke")) == 2
    assert cast.femke.user_id is not None
    forget_person(session, cast.femke.user_id)
    assert found(session, words="femke") == []
    assert {by for by, _action, _subject in found(session)} - {"Noor Wiersma"} != {"Femke Hoekstra"}
    note(session, cast.femke, "leave", subject=cast.nipt)
    assert len(found(session, words="femke")) == 1


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"words": "noor"}, 2),
        ({"words": "noor@proeftuin.example"}, 2),
        ({"words": "kennislab"}, 1),
        ({"words": "%"}, 0),
        ({"action": "leave"}, 1),
        ({"words": "noor", "action": "leave"}, 0),
        ({"since": today(), "until": today()}, 3),
        ({"since": today() + timedelta(days=1)}, 0),
        ({"until": today() - timedelta(days=1)}, 0),
    ],
)
def test_the_log_is_searched(session: Session, cast: Cast, wanted: dict[str, object], count: int) -> None:
    note(session, cast.noor, "admit", subject=cast.veenhart)
    note(session, cast.femke, "leave", subject=cast.kennislab)
    note(session, cast.noor, "make_steward", subject=person(session, "sjoerd"))
    assert len(found(session, **wanted)) == count


@pytest.mark.parametrize("statement", ["UPDATE auditentry SET action = 'x'", "DELETE FROM auditentry"])
def test_the_database_itself_keeps_the_log_from_being_rewritten(database: Database, statement: str) -> None:
    with database.writing() as session:
        note(session, Cast.in_(session).noor, "admit")
    with pytest.raises(DBAPIError, match="only grows"), database.writing() as session:
        session.connection().execute(text(statement))
    with database.reading() as session:
        assert session.exec(select(AuditEntry.action)).all() == ["admit"]


def test_a_line_keeps_what_the_database_holds(session: Session, cast: Cast) -> None:
    note(session, cast.noor, "change_role", told={"from": "reader", "to": "owner"})
    (line,) = lines(session, Wanted(), page=1, size=10).items
    assert isinstance(line, Line)
    assert line.entry.told == {"from": "reader", "to": "owner"}

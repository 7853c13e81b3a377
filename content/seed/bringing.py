"""Bringing a row to what the files tell, without touching what a person wrote.

Whatever people change goes through the ORM, which counts the row's `version` up. The seed changes its own rows past
that counter, so a version of 1 means: nobody but the seed has written this.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlmodel import Session, SQLModel, col, delete, or_, select, update

from app.core import epoch
from app.people.models import Organisation, User
from content.seed.report import Change, Report
from content.subjects import Pilot

ExampleT = TypeVar("ExampleT", Organisation, User, Pilot)

Links = Mapping[type[SQLModel], Sequence[Mapping[str, Any]]]
"""Link table -> what its rows for this thing tell."""

UNTOUCHED: Final = 1


def bring(
    session: Session,
    table: type[ExampleT],
    told: Mapping[str, Any],
    *,
    noun: str,
    unique: tuple[str, ...],
    links: Links,
    report: Report,
) -> ExampleT | None:
    """The row with everything told of it, new or brought up to date; None when somebody else's row is in its place.

    The first of `unique` is the name by which it is known.
    """
    name = told[unique[0]]
    same = or_(*(col(getattr(table, column)) == told[column] for column in unique))
    found = session.exec(select(table).where(same)).all()
    if not found:
        row = table(example=True, **told)
        session.add(row)
        session.flush()
        _link(session, row, links)
        report.add(noun, Change.NEW)
        return row
    row = found[0]
    if len(found) > 1 or not row.example or getattr(row, unique[0]) != name:
        report.add(noun, Change.KEPT, f"{noun} {name}: there is one of your own in its place.")
        return None
    if row.version > UNTOUCHED:
        report.add(noun, Change.KEPT, f"{noun} {name}: left as somebody made it here.")
        return row
    changed = _update(session, row, told) | _link(session, row, links)
    report.add(noun, Change.CHANGED if changed else Change.UNCHANGED)
    return row


def _update(session: Session, row: Organisation | User | Pilot, told: Mapping[str, Any]) -> bool:
    if all(getattr(row, column) == value for column, value in told.items()):
        return False
    table = type(row)
    session.exec(update(table).where(col(table.id) == row.id).values(**told))
    session.refresh(row)
    epoch.move(session)
    return True


def _link(session: Session, row: Organisation | User | Pilot, links: Links) -> bool:
    owner = f"{type(row).__name__.lower()}_id"
    changed = False
    for table, told in links.items():
        wanted = [table(**{owner: row.id}, **values) for values in told]
        of_row = getattr(table, owner) == row.id
        if _values(session.exec(select(table).where(of_row)).all()) != _values(wanted):
            session.exec(delete(table).where(of_row))
            session.add_all(wanted)
            session.flush()
            changed = True
    if changed:
        epoch.move(session)
    return changed


def _values(rows: Iterable[SQLModel]) -> list[list[tuple[str, Any]]]:
    return sorted(sorted(row.model_dump().items()) for row in rows)

"""The state of search, one row that every process sees: how the words stand, who builds, how far comparing is."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from app.core.clock import CLOCKS_DIFFER, now
from app.core.database import reading, writing
from app.core.jobs import Job, Later, NotNow, announce
from app.core.meanwhile import meanwhile
from search.events import IndexOutdated
from search.line import INDEX
from search.models import SearchState

LEASE: Final = timedelta(seconds=15)
"""A rebuild says more often that it goes on; one that does not was interrupted."""


class AlreadyBuilding(NotNow):
    """Somebody else builds the index at this moment."""


class Outdated(NotNow):
    """The index is old; it is built anew first, and that is not due yet."""


def state(session: Session) -> SearchState:
    """The row, to be changed."""
    row = session.exec(select(SearchState).with_for_update()).first()
    if row is None:
        row = SearchState()
        session.add(row)
        session.flush()
    return row


def words_changed(session: Session) -> None:
    """Lexicons made before this are old."""
    state(session).vocabulary += 1


def require_rebuild() -> None:
    """Have the index built anew, unless that was promised already."""
    promised = select(Job.id).where(Job.event == IndexOutdated.__name__, col(Job.parked_at).is_(None)).limit(1)
    with reading() as session:
        if session.exec(promised).first() is not None:
            return
    with writing() as session:
        if session.exec(promised).first() is None:
            announce(session, IndexOutdated())


def outdated() -> NotNow | Later:
    """Have an old index built anew, unless somebody does; what to raise by whatever has to wait for that.

    Where the rebuild is due it has its turn in the same lane before this is tried again, else the lane rests.
    """
    with reading() as session:
        if name := being_built(session):
            return AlreadyBuilding(f"{name} is being filled")
    require_rebuild()
    due = select(Job.id).where(
        Job.event == IndexOutdated.__name__,
        col(Job.parked_at).is_(None),
        or_(col(Job.leased_until).is_(None), col(Job.leased_until) < now()),
        col(Job.run_at) <= now(),
    )
    with reading() as session:
        is_next = session.exec(due.limit(1)).first() is not None
    return Later(timedelta(0)) if is_next else Outdated("the index is built anew first")


def being_built(session: Session) -> str | None:
    """Name of the index that is being filled aside; changes go there too, and there first."""
    row = session.exec(select(SearchState)).first()
    return row.building or None if row and is_leased(row.building_until) else None


def is_leased(until: datetime | None) -> bool:
    """Whether a rebuild goes on. A clock that ran ahead and was put right must not hold up the next one for hours."""
    return until is not None and now() < until <= now() + LEASE + CLOCKS_DIFFER


@contextmanager
def building(mark: str) -> Iterator[tuple[str, int]]:
    """An index that only we fill until the end of the block: its name, and the last piece that it holds already.

    One that an interrupted rebuild filled in part by the same rules is filled on. Raises AlreadyBuilding.
    """
    with writing() as session:
        row = state(session)
        if is_leased(row.building_until):
            raise AlreadyBuilding(f"{row.building} is being filled")
        if not row.half_built or row.half_built_by != mark:
            row.half_built, row.half_built_by, row.half_built_to = f"{INDEX}_{secrets.token_hex(4)}", mark, 0
        name, held = row.half_built, row.half_built_to
        row.building, row.building_until = name, now() + LEASE
    try:
        with meanwhile(lambda: still_building(name), every=LEASE.total_seconds() / 4):
            yield name, held
    finally:
        with writing() as session:
            session.exec(
                update(SearchState).where(col(SearchState.building) == name).values(building="", building_until=None)
            )


def still_building(name: str, *, holds: int | None = None) -> None:
    """Say that the rebuild goes on, and up to which piece its index is filled.

    Raises AlreadyBuilding when it was taken for interrupted meanwhile.
    """
    with writing() as session:
        row = state(session)
        if row.building != name:
            raise AlreadyBuilding(f"{row.building} took the place of {name}")
        row.building_until = now() + LEASE
        if holds is not None:
            row.half_built_to = holds


def built() -> None:
    """The next rebuild begins anew."""
    with writing() as session:
        row = state(session)
        row.half_built, row.half_built_by, row.half_built_to = "", "", 0

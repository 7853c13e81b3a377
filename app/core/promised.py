"""Promised: how the jobs stand, and what stewards do with those that were parked since they fail every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, delete, select, update

from app.core.bell import wake
from app.core.jobs import AT_ONCE, Job

MOST_SHOWN = 200


@dataclass(frozen=True)
class Backlog:
    """How the promises stand: how many wait, how many are parked, since when the oldest waits."""

    waiting: int
    parked: int
    oldest: datetime | None


def backlog(session: Session) -> Backlog:
    """The promises not yet kept."""
    waiting, oldest = session.exec(
        select(func.count(col(Job.id)), func.min(Job.created_at)).where(col(Job.parked_at).is_(None))
    ).one()
    parked = session.exec(select(func.count(col(Job.id))).where(col(Job.parked_at).is_not(None))).one()
    return Backlog(waiting=waiting, parked=parked, oldest=oldest)


def parked(session: Session) -> Sequence[Job]:
    """The jobs that were given up, the last one first."""
    return session.exec(
        select(Job).where(col(Job.parked_at).is_not(None)).order_by(col(Job.parked_at).desc()).limit(MOST_SHOWN)
    ).all()


def late(session: Session, *, since: datetime) -> Sequence[Job]:
    """The jobs that have waited since before this moment and were tried."""
    return session.exec(
        select(Job)
        .where(col(Job.parked_at).is_(None), col(Job.created_at) < since, col(Job.tries) > 0)
        .order_by(col(Job.id))
        .limit(MOST_SHOWN)
    ).all()


def retry(session: Session, job_id: int) -> bool:
    """Try a parked one again as if it were new; whether it was there."""
    anew = {"parked_at": None, "tries": 0, "run_at": AT_ONCE, "leased_until": None}
    done = session.exec(update(Job).where(*_parked(job_id)).values(**anew)).rowcount
    if done:
        wake()
    return bool(done)


def drop(session: Session, job_id: int) -> bool:
    """Forget a parked one: what it promised is not done any more; whether it was there."""
    return bool(session.exec(delete(Job).where(*_parked(job_id))).rowcount)


def _parked(job_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Job.id) == job_id, col(Job.parked_at).is_not(None)

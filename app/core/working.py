"""Working off: a job is claimed by a lease, run, and forgotten when its effect is there.

A killed worker's job is taken up again once its lease is over. One that fails is tried again later and later; one that
keeps failing is parked, where stewards see it, and holds up nobody.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, delete, select, update

from app.core.clock import CLOCKS_DIFFER, now
from app.core.database import reading, writing
from app.core.jobs import STRAY, Conclusion, Job, Later, NotNow, lanes, name_of, registered
from app.core.log import following
from app.core.meanwhile import meanwhile
from app.core.text import wash

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""How long a claimed job is ours. Renewed while the reaction runs; after a kill others take over this late."""

MOST_TRIES = 12
LONGEST_PAUSE = timedelta(minutes=30)
SPREAD = 0.2
"""Pauses are so much longer or shorter by chance, so that what failed together is not tried together."""


@dataclass(frozen=True)
class Claimed:
    """A job in our hands for the length of a lease."""

    id: int
    reaction: str
    event: str
    told: dict[str, Any]
    tries: int
    request_id: str


_CLAIMED = [col(getattr(Job, each.name)) for each in fields(Claimed)]


def claim(lane: str | None = None) -> Claimed | None:
    """Take the job that waits longest, in this lane or in any. None when nothing is due."""
    with reading() as session:
        if session.exec(select(Job.id).where(*_due(lane)).limit(1)).first() is None:
            return None
    with writing() as session:
        return _take(session, lane)


def _take(session: Session, lane: str | None) -> Claimed | None:
    first = select(Job.id).where(*_due(lane)).order_by(col(Job.id)).limit(1).with_for_update(skip_locked=True)
    ours = {"tries": col(Job.tries) + 1, "leased_until": now() + LEASE}
    taken = update(Job).where(col(Job.id) == first.scalar_subquery()).values(**ours).returning(*_CLAIMED)
    while (row := session.execute(taken).first()) is not None:
        job = Claimed(*row)
        if job.tries <= MOST_TRIES:
            return job
        # A reaction that fails parks its job itself; this one ended its worker every time.
        parked = {"parked_at": now(), "error": "no worker lived to finish it"}
        session.exec(update(Job).where(*_still(job)).values(**parked))
    return None


def _due(lane: str | None) -> list[ColumnElement[bool]]:
    moment = now()
    # A clock that ran ahead and was put right must not hold up for hours what it wrote.
    latest_pause, latest_lease = (1 + SPREAD) * LONGEST_PAUSE + CLOCKS_DIFFER, LEASE + CLOCKS_DIFFER
    due = [
        col(Job.parked_at).is_(None),
        or_(col(Job.run_at) <= moment, col(Job.run_at) > moment + latest_pause),
        or_(
            col(Job.leased_until).is_(None),
            col(Job.leased_until) < moment,
            col(Job.leased_until) > moment + latest_lease,
        ),
    ]
    if lane == STRAY:
        return [*due, col(Job.lane).not_in(lanes())]
    return [*due, col(Job.lane) == lane] if lane else due


def finish(job: Claimed, conclude: Conclusion | None = None, *, next_in: str | None = None) -> Claimed | None:
    """The effect is there: write down what came of it, and forget the promise.

    With a lane, take the next one of it in the same transaction.
    """
    with writing() as session:
        if conclude is not None:
            conclude(session)
        session.exec(delete(Job).where(*_still(job)))
        return _take(session, next_in) if next_in else None


def postpone(job: Claimed, error: Exception) -> None:
    """Try again later, a little later each time; park it after the last try."""
    pause = min(timedelta(seconds=2**job.tries), LONGEST_PAUSE) * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - no secret
    is_last = job.tries >= MOST_TRIES
    log.warning("job failed", exc_info=error, extra={"job": job.id, "tries": job.tries, "parked": is_last})
    with writing() as session:
        session.exec(
            update(Job)
            .where(*_still(job))
            .values(
                run_at=now() + pause,
                leased_until=None,
                parked_at=now() if is_last else None,
                error=wash(f"{type(error).__name__}: {error}")[:2000],
            )
        )


def let_rest(job: Claimed, away: NotNow) -> None:
    """Let the whole lane wait a moment: one job finds out that what it needs is away, not each of them again.

    The job is promised anew under another number, since its tries also tell whose the lease is.
    """
    log.info("a lane rests: %s", away, extra={"job": job.id})
    until = now() + away.rest
    with writing() as session:
        former = session.exec(select(Job).where(*_still(job))).first()
        if former is None:
            return
        waiting = update(Job).where(col(Job.lane) == former.lane, col(Job.run_at) < until)
        session.exec(waiting.where(col(Job.leased_until).is_(None)).values(run_at=until))
        session.delete(former)
        anew = {"id": None, "tries": 0, "leased_until": None, "run_at": until, "error": wash(str(away))[:2000]}
        session.add(Job(**former.model_dump() | anew))


def put_off(job: Claimed, later: Later) -> None:
    """Let one job wait, and no other. The try does not count."""
    with writing() as session:
        former = session.exec(select(Job).where(*_still(job))).first()
        if former is not None:
            session.delete(former)
            anew = {"id": None, "tries": 0, "leased_until": None, "run_at": now() + later.wait}
            session.add(Job(**former.model_dump() | anew))


def run_one(lane: str | None = None) -> bool:
    """Claim one job and run it; False when there was none. An error postpones the job and is not raised."""
    job = claim(lane)
    if job is not None:
        _run(job)
    return job is not None


def run_lane(lane: str, *, is_over: Callable[[], bool]) -> bool:
    """Run what is due in this lane until nothing is, one fails, or it is over; False when there was nothing."""
    job = first = claim(lane)
    while job is not None:
        job = _run(job, lambda: None if is_over() else lane)
    return first is not None


def _run(job: Claimed, next_in: Callable[[], str | None] = lambda: None) -> Claimed | None:
    """Run it; the next one, taken as it was finished, if another is wanted then."""
    began = time.monotonic()
    with following(job.request_id), meanwhile(lambda: _renew(job), every=LEASE.total_seconds() / 3):
        try:
            conclude = _keep(job)
            after = finish(job, conclude, next_in=next_in())
        except Later as later:
            put_off(job, later)
        except NotNow as away:
            let_rest(job, away)
        except Exception as error:
            postpone(job, error)
        else:
            ms = round((time.monotonic() - began) * 1000, 1)
            # Told of what a request began, to follow it; ten thousand pieces of an import would only fill the log.
            level = logging.INFO if job.request_id else logging.DEBUG
            log.log(level, "job done", extra={"job": job.id, "reaction": job.reaction, "ms": ms})
            return after
    return None


def work_off(most: int = 100_000) -> int:
    """Run what is due until nothing is, in this process; how many jobs that were."""
    done = 0
    while done < most and run_one():
        done += 1
    return done


def _keep(job: Claimed) -> Conclusion | None:
    """Run the reaction. Raises LookupError or ValidationError for a promise that only another release can keep."""
    for happened, reactions in registered().items():
        for reaction in reactions:
            if (happened.__name__, name_of(reaction)) == (job.event, job.reaction):
                return reaction(happened.model_validate(job.told))
    raise LookupError(f"no reaction of this name in this release: {job.reaction}")


def _renew(job: Claimed) -> None:
    with writing() as session:
        session.exec(update(Job).where(*_still(job)).values(leased_until=now() + LEASE))


def _still(job: Claimed) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """As long as it is ours: every claim counts one try more, so a lease that was lost changes nothing any more."""
    return col(Job.id) == job.id, col(Job.tries) == job.tries

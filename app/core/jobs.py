"""What must follow from a write: recorded in the same transaction, and repeated until done.

`announce` writes one Job for each reaction to an event. A worker claims jobs by a lease, so a killed worker's job is
taken up again; every reaction looks at the state of today and may be repeated harmlessly. A job that keeps failing is
parked, where stewards see it, and holds up nobody.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, event, or_
from sqlmodel import Field, Session, col, delete, select, update

from app.core import epoch
from app.core.bell import wake
from app.core.clock import CLOCKS_DIFFER, now
from app.core.database import reading, writing
from app.core.lanes import lane_of
from app.core.log import following, request_id
from app.core.meanwhile import meanwhile
from app.core.record import Record, moment, plain_json
from app.core.text import wash

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""How long a claimed job is ours. Renewed while the reaction runs; after a kill others take over this late."""

MOST_TRIES = 12
LONGEST_PAUSE = timedelta(minutes=30)
SPREAD = 0.2
"""Pauses are so much longer or shorter by chance, so that what failed together is not tried together."""

REST = timedelta(seconds=3)
"""How long a lane rests while something that its jobs need is away: so soon after it is back they go on."""

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a new job is due: whatever the clock says, also when it is put back before the job was tried."""

STRAY = "stray"
"""A lane for the jobs that another release put into lanes which this one does not have."""


class Event(BaseModel):
    """Something that happened, named in the past tense. Holds ids only: reactions read the present state."""

    changes_pages: ClassVar[bool] = True
    """Whether what was kept of pages is old from then on."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NotNow(Exception):
    """Raised by a reaction when something that it needs is away. The try does not count, however long that lasts."""

    def __init__(self, why: str = "", *, rest: timedelta = REST) -> None:
        super().__init__(why)
        self.rest = rest


class Later(Exception):
    """Raised by a reaction whose turn has not come, though nothing is wrong: this job alone waits so long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("its turn comes later")
        self.wait = wait


Reaction = Callable[[Any], None]


class Job(Record, table=True):
    """A promise to run one reaction to one event."""

    reaction: str = Field(max_length=120)
    lane: str = Field(max_length=40, index=True)
    event: str = Field(max_length=60)
    told: dict[str, Any] = plain_json()
    request_id: str = Field(default="", max_length=40)
    tries: int = 0
    run_at: datetime = moment(nullable=False, index=True)
    leased_until: datetime | None = moment()
    parked_at: datetime | None = moment()
    error: str = Field(default="", max_length=2000)


@dataclass(frozen=True)
class Claimed:
    """A job in our hands for the length of a lease."""

    id: int
    reaction: str
    event: str
    told: dict[str, Any]
    tries: int
    request_id: str


_reactions: dict[type[Event], tuple[Reaction, ...]] = {}


def register(table: Mapping[type[Event], tuple[Reaction, ...]]) -> None:
    """Say what follows from what. The whole table stands in `app.reactions`."""
    _reactions.update(table)


def registered() -> Mapping[type[Event], tuple[Reaction, ...]]:
    """The table, for those who check it."""
    return dict(_reactions)


def lanes() -> tuple[str, ...]:
    """Every lane that a worker has to look after."""
    return *sorted({lane_of(reaction) for reactions in _reactions.values() for reaction in reactions}), STRAY


def announce(session: Session, happened: Event) -> None:
    """Record what must follow from this event, in the transaction that made it happen.

    It begins a new epoch, unless no page changes by it.

    Raises LookupError for an event that is not in the table: silence would be a bug.
    """
    if type(happened) not in _reactions:
        raise LookupError(f"{type(happened).__name__} is not registered in app/reactions.py")
    for reaction in _reactions[type(happened)]:
        session.add(
            Job(
                reaction=_name(reaction),
                lane=lane_of(reaction),
                event=type(happened).__name__,
                told=happened.model_dump(mode="json"),
                request_id=request_id(),
                run_at=AT_ONCE,
            )
        )
    if happened.changes_pages:
        epoch.move(session)
    session.info["announced"] = True


@event.listens_for(Session, "after_commit")
def _wake_worker(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop("announced", False):
        wake()


def claim(lane: str | None = None) -> Claimed | None:
    """Take the job that waits longest, in this lane or in any. None when nothing is due."""
    with reading() as session:
        if session.exec(select(Job.id).where(*_due(lane)).limit(1)).first() is None:
            return None
    with writing() as session:
        first = select(Job).where(*_due(lane)).order_by(col(Job.id)).limit(1).with_for_update(skip_locked=True)
        job = session.exec(first).first()
        if job is None:
            return None
        session.add(job)
        job.tries += 1
        if job.tries <= MOST_TRIES:
            job.leased_until = now() + LEASE
            return Claimed(job.id, job.reaction, job.event, job.told, job.tries, job.request_id)
        # A reaction that fails parks its job itself; this one ended its worker every time.
        job.parked_at, job.error = now(), "no worker lived to finish it"
    return claim(lane)


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


def finish(job: Claimed) -> None:
    """The effect is there: forget the promise."""
    with writing() as session:
        session.exec(delete(Job).where(*_still(job)))


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
    if job is None:
        return False
    began = time.monotonic()
    with following(job.request_id), meanwhile(lambda: _renew(job), every=LEASE.total_seconds() / 3):
        try:
            _keep(job)
        except Later as later:
            put_off(job, later)
        except NotNow as away:
            let_rest(job, away)
        except Exception as error:
            postpone(job, error)
        else:
            finish(job)
            ms = round((time.monotonic() - began) * 1000, 1)
            # Told of what a request began, to follow it; ten thousand pieces of an import would only fill the log.
            level = logging.INFO if job.request_id else logging.DEBUG
            log.log(level, "job done", extra={"job": job.id, "reaction": job.reaction, "ms": ms})
    return True


def work_off(most: int = 100_000) -> int:
    """Run what is due until nothing is, in this process; how many jobs that were."""
    done = 0
    while done < most and run_one():
        done += 1
    return done


def _keep(job: Claimed) -> None:
    """Run the reaction. Raises LookupError or ValidationError for a promise that only another release can keep."""
    for happened, reactions in _reactions.items():
        for reaction in reactions:
            if (happened.__name__, _name(reaction)) == (job.event, job.reaction):
                return reaction(happened.model_validate(job.told))
    raise LookupError(f"no reaction of this name in this release: {job.reaction}")


def _renew(job: Claimed) -> None:
    with writing() as session:
        session.exec(update(Job).where(*_still(job)).values(leased_until=now() + LEASE))


def _name(reaction: Reaction) -> str:
    return f"{reaction.__module__}:{reaction.__name__}"


def _still(job: Claimed) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """As long as it is ours: every claim counts one try more, so a lease that was lost changes nothing any more."""
    return col(Job.id) == job.id, col(Job.tries) == job.tries

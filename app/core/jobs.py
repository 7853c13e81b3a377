"""What must follow from a write: recorded in the same transaction, and repeated until done.

`announce` writes one Job for each reaction to an event. A worker claims jobs by a lease, so a killed worker's job is
taken up again; every reaction looks at the state of today and may be repeated harmlessly. A job that keeps failing is
parked, where stewards see it, and holds up nobody.
"""

import logging
import os
import random
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import event as orm_event
from sqlalchemy import func
from sqlmodel import Field, Session, col, delete, select, update

from app.core import epoch
from app.core.clock import now
from app.core.database import reading, writing
from app.core.log import following, request_id
from app.core.record import Record, moment, plain_json
from app.core.settings import settings

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""How long a claimed job is ours. Renewed while the reaction runs; after a kill others take over this late."""

MOST_TRIES = 12
LONGEST_PAUSE = timedelta(minutes=30)


class Event(BaseModel):
    """Something that happened, named in the past tense. Holds ids only: reactions read the present state."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    reaction: Reaction
    event: Event
    tries: int
    request_id: str


_reactions: dict[type[Event], tuple[Reaction, ...]] = {}


def register(table: Mapping[type[Event], tuple[Reaction, ...]]) -> None:
    """Say what follows from what. The whole table stands in `app.reactions`."""
    _reactions.update(table)


def registered() -> Mapping[type[Event], tuple[Reaction, ...]]:
    """The table, for those who check it."""
    return dict(_reactions)


def lane_of(reaction: Reaction) -> str:
    """Jobs of one room share a lane, so that a slow room holds up no other."""
    return "_".join(reaction.__module__.split(".")[:2])


def lanes() -> tuple[str, ...]:
    """Every lane that the table uses."""
    return tuple(sorted({lane_of(reaction) for reactions in _reactions.values() for reaction in reactions}))


def announce(session: Session, happened: Event) -> None:
    """Record what must follow from this event, in the transaction that made it happen, and begin a new epoch.

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
                run_at=now(),
            )
        )
    epoch.move(session)
    if not session.info.get("wakes_worker"):
        session.info["wakes_worker"] = True
        orm_event.listen(session, "after_commit", lambda _session: wake(), once=True)


def claim(lane: str | None = None) -> Claimed | None:
    """Take the job that waits longest, in this lane or in any. None when nothing is due."""
    due = (
        col(Job.parked_at).is_(None),
        col(Job.run_at) <= now(),
        (col(Job.leased_until).is_(None)) | (col(Job.leased_until) < now()),
        *([col(Job.lane) == lane] if lane else []),
    )
    with reading() as session:
        if session.exec(select(Job.id).where(*due).limit(1)).first() is None:
            return None
    with writing() as session:
        waiting = select(Job).where(*due).order_by(col(Job.id)).limit(1).with_for_update(skip_locked=True)
        job = session.exec(waiting).first()
        if job is None:
            return None
        job.leased_until = now() + LEASE
        job.tries += 1
        session.add(job)
        return _in_hand(job)


def finish(job: Claimed) -> None:
    """The effect is there: forget the promise."""
    with writing() as session:
        session.exec(delete(Job).where(col(Job.id) == job.id))


def postpone(job: Claimed, error: Exception) -> None:
    """Try again later, a little later each time; park it after the last try."""
    pause = min(timedelta(seconds=2**job.tries), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
    is_last = job.tries >= MOST_TRIES
    log.warning("job failed", exc_info=error, extra={"job": job.id, "tries": job.tries, "parked": is_last})
    with writing() as session:
        session.exec(
            update(Job)
            .where(col(Job.id) == job.id)
            .values(
                run_at=now() + pause,
                leased_until=None,
                parked_at=now() if is_last else None,
                error=f"{type(error).__name__}: {error}"[:2000],
            )
        )


def run_one(lane: str | None = None) -> bool:
    """Claim one job and run it; False when there was none. An error postpones the job and is not raised."""
    job = claim(lane)
    if job is None:
        return False
    with following(job.request_id), _Renewing(job.id):
        try:
            job.reaction(job.event)
        except Exception as error:
            postpone(job, error)
        else:
            finish(job)
    return True


def work_off(most: int = 100_000) -> int:
    """Run what is due until nothing is, in this process; how many jobs that were."""
    done = 0
    while done < most and run_one():
        done += 1
    return done


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


# --- waking the worker: a datagram to a socket in DATA_DIR; if nobody listens, the worker polls every second ---


def bell() -> str:
    """The path of the socket on which the worker of this machine listens."""
    return str(settings().data_dir.absolute() / "worker.bell")


def wake() -> None:
    """Tell the worker that there is work. Costs nothing and never fails: the worker looks by itself every second."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        try:
            sender.sendto(b"!", bell())
        except OSError as nobody:
            log.debug("no worker listens: %s", nobody)


class _Renewing:
    """Keeps a lease alive while a reaction runs, however long that takes."""

    def __init__(self, job_id: int) -> None:
        self._job_id = job_id
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._renew, name=f"lease-{job_id}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._done.wait(LEASE.total_seconds() / 3):
            try:
                with writing() as session:
                    session.exec(update(Job).where(col(Job.id) == self._job_id).values(leased_until=now() + LEASE))
            except Exception:
                log.exception("a lease could not be renewed")


def _name(reaction: Reaction) -> str:
    return f"{reaction.__module__}:{reaction.__name__}"


def _in_hand(job: Job) -> Claimed:
    for happened, reactions in _reactions.items():
        if happened.__name__ == job.event:
            for reaction in reactions:
                if _name(reaction) == job.reaction:
                    told = happened.model_validate(job.told)
                    return Claimed(job.id, reaction, told, job.tries, job.request_id)
    return Claimed(job.id, _unknown(job.reaction), Event(), job.tries, job.request_id)


def _unknown(name: str) -> Reaction:
    """A promise made by another release: it fails, is tried again after an update, and is parked in the end."""

    def fail(_event: Event) -> None:
        raise LookupError(f"no reaction of this name in this release: {name}")

    return fail


def worker_name() -> str:
    """Who holds a lease, for the log."""
    return f"{socket.gethostname()}:{os.getpid()}"

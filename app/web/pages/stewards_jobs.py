"""For stewards: what was promised and could not be done: why, since when, to be tried again or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from app.core import promised
from app.core.clock import now
from app.core.errors import NotFound
from app.core.jobs import Job
from app.core.language import clock_time, long_date
from app.core.language import gettext as _
from app.people.auditing import note
from app.web import showing
from app.web.forms import Sealed
from app.web.needs import Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side

router = APIRouter()

HERE: Final = "/beheer/taken"

LATE: Final = timedelta(minutes=5)
"""A job that waits longer than this, and was tried, is shown too."""


@dataclass(frozen=True)
class JobRow:
    """A promise."""

    id: int
    what: str
    about: str
    why: str
    since: str
    tries: int


@dataclass(frozen=True)
class JobsView:
    """The page of jobs."""

    side: Sequence[tuple[Link, bool]]
    waiting: int
    parked: Sequence[JobRow]
    late: Sequence[JobRow]
    action: str


@router.get(HERE)
def jobs(session: Reading, me: Steward, page: Page) -> Response:
    """What was given up, and what is late."""
    view = JobsView(
        side=side(HERE),
        waiting=promised.backlog(session).waiting,
        parked=[_row(job) for job in promised.parked(session)],
        late=[_row(job) for job in promised.late(session, since=now() - LATE)],
        action=showing.here(HERE),
    )
    return page("stewards/jobs", view)


@router.post(f"{HERE}/{{number}}")
def act(session: Writing, me: Steward, form: Sealed, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    """Try it again, or drop it."""
    job = session.get(Job, number)
    drops = form.raw("doe") == "weg"
    told = {"reaction": job.reaction, "event": job.event} if job else {}
    done = promised.drop(session, number) if drops else promised.retry(session, number)
    if not done:
        raise NotFound(_("This job is not parked any more."))
    note(session, me, "drop_job" if drops else "retry_job", told=told)
    return see(showing.here(HERE))


def _row(job: Job) -> JobRow:
    since = job.parked_at or job.created_at
    return JobRow(
        id=job.id,
        what=job.reaction.rpartition(":")[2].replace("_", " "),
        about=", ".join([job.event, *(f"{name} {value}" for name, value in job.told.items())]),
        why=job.error,
        since=f"{long_date(since)}, {clock_time(since)}",
        tries=job.tries,
    )

"""For stewards: what was promised, or comes by the clock, and could not be done: why, since when, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core import promised, timetable
from app.core.clock import now
from app.core.errors import NotFound
from app.core.jobs import Job
from app.core.language import clock_time, long_date
from app.core.language import gettext as _
from app.people.auditing import note
from app.web import showing
from app.web.forms import Sealed
from app.web.job_words import BY_CLOCK, does, does_by_clock, loses, thing
from app.web.needs import Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from content.models import Article

router = APIRouter()

HERE: Final = "/beheer/taken"

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

LATE: Final = timedelta(minutes=5)
"""A job that waits longer than this, and was tried, is shown too."""


@dataclass(frozen=True)
class JobRow:
    """A promise."""

    id: int
    what: str
    """What it does, in words."""
    about: str
    lost: str
    """What does not happen when it is dropped."""
    why: str
    since: str
    tries: int


@dataclass(frozen=True)
class ClockRow:
    """What comes by the clock and fails."""

    name: str
    what: str
    why: str
    since: str
    tries: int
    next: str
    """When it is tried again by itself; empty when that is now."""


@dataclass(frozen=True)
class JobsView:
    """The page of jobs."""

    side: Sequence[tuple[Link, bool]]
    waiting: int
    parked: Sequence[JobRow]
    late: Sequence[JobRow]
    by_clock: Sequence[ClockRow]
    late_by_clock: Sequence[tuple[str, str]]
    """What did not begin, and since when."""
    action: str


@router.get(HERE)
def jobs(session: Reading, me: Steward, page: Page) -> Response:
    """What was given up, and what is late."""
    view = JobsView(
        side=side(HERE),
        waiting=promised.backlog(session).waiting,
        parked=[_row(session, job) for job in promised.parked(session)],
        late=[_row(session, job) for job in promised.late(session, since=now() - LATE)],
        by_clock=[_clock_row(due) for due in timetable.failing(session)],
        late_by_clock=[(does_by_clock(due.name), _moment(due.at)) for due in timetable.late(session, BY_CLOCK)],
        action=showing.here(HERE),
    )
    return page("stewards/jobs", view)


@router.post(f"{HERE}/klok")
def do_soon(session: Writing, me: Steward, form: Sealed) -> Response:
    """Let what comes by the clock and fails be tried now instead of at its moment."""
    name = form.line("naam", most=60)
    if not timetable.do_soon(session, name):
        raise NotFound(_("This went well in the meantime."))
    note(session, me, "retry_by_clock", told={"entry": name})
    return see(showing.here(HERE) + "#klok")


@dataclass(frozen=True)
class DropView:
    """The question whether a job is to be dropped."""

    side: Sequence[tuple[Link, bool]]
    job: JobRow
    action: str
    back: str


@router.get(f"{HERE}/{{number}}")
def ask(session: Reading, me: Steward, page: Page, number: Number) -> Response:
    """What is lost when it is dropped; nothing changes."""
    job = session.get(Job, number)
    if job is None or job.parked_at is None:
        raise NotFound(_("This job is not parked any more."))
    at = showing.here(HERE)
    return page("stewards/job_dropped", DropView(side(HERE), _row(session, job), f"{at}/{number}", at))


@router.post(f"{HERE}/{{number}}")
def act(session: Writing, me: Steward, form: Sealed, number: Number) -> Response:
    """Try it again, or drop it."""
    job = session.get(Job, number)
    drops = form.raw("doe") == "weg"
    told = {"reaction": job.reaction, "event": job.event} if job else {}
    done = promised.drop(session, number) if drops else promised.retry(session, number)
    if not done:
        raise NotFound(_("This job is not parked any more."))
    note(session, me, "drop_job" if drops else "retry_job", told=told)
    return see(showing.here(HERE))


def _about(session: Session, job: Job) -> str:
    """What it is about: the title of the piece, or a number that stands in the log too."""
    told = []
    for name, number in job.told.items():
        article = session.get(Article, number) if name == "article_id" and isinstance(number, int) else None
        told.append(f"‘{article.title}’" if article is not None else f"{thing(name)} {number}")
    return ", ".join(told)


def _clock_row(due: timetable.Due) -> ClockRow:
    return ClockRow(
        name=due.name,
        what=does_by_clock(due.name),
        why=due.error,
        since=_moment(due.failing_since or due.at),
        tries=due.failures,
        next=_moment(due.at) if due.at > now() else "",
    )


def _moment(at: datetime) -> str:
    return f"{long_date(at)}, {clock_time(at)}"


def _row(session: Session, job: Job) -> JobRow:
    return JobRow(
        id=job.id,
        what=does(job.reaction),
        about=_about(session, job),
        lost=loses(job.reaction),
        why=job.error,
        since=_moment(job.parked_at or job.created_at),
        tries=job.tries,
    )

"""Pieces appear at the minute that was told and end after their last day: over both changes of the clock in Amsterdam,
a worker that stands still, and a clock that is put forward or back.

A clock is walked from one moment that matters to the next; at each, the timetable's own entry runs.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
import time_machine
from sqlmodel import col, delete, select

import app.reactions
from app.core.clock import local, moment_in_amsterdam
from app.core.database import Database
from app.core.jobs import Job
from app.core.timetable import Due, Entry, run_due
from app.people.actor import someone_passing_by
from content.access import seen_by
from content.models import Article, Stage
from content.publishing import publish
from content.review_steps import Act
from content.reviewing import publish_directly
from content.reviews import Review, ReviewStep
from content.snapshot import Visibility
from tests.cast import Cast, draft
from tests.counts import full
from tests.promises.rights import STORY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(full(3600, 600))]

ON_BOTH_DATABASES = True

CHANGES: Final = {
    "forward": datetime(2027, 3, 28, 1, tzinfo=UTC),
    "back": datetime(2027, 10, 31, 1, tzinfo=UTC),
}
"""When the clock in Amsterdam is put forward and back."""

SCHEDULES: Final = full(500, 40)
"""For each change: 1,000 in all under `make prove`."""

(ENTRY,) = (entry for entry in app.reactions.TIMETABLE if entry.name == "publish what is due")

LOOKS: Final = timedelta(seconds=6)
"""A running worker comes by this often, and a little."""


@dataclass
class Schedule:
    """What somebody told, and what became of it."""

    article_id: int
    told: datetime
    """Day and time as a clock in Amsterdam shows them."""
    moment: datetime
    last_day: date | None
    seen: list[datetime] = field(default_factory=list)
    """Each moment at which a reader saw it."""

    @property
    def ends(self) -> datetime | None:
        """The midnight in Amsterdam after its last day."""
        if self.last_day is None:
            return None
        return moment_in_amsterdam(datetime.combine(self.last_day + timedelta(days=1), datetime.min.time()))


def scheduled(database: Database, change: datetime, chance: random.Random, *, ending: float) -> list[Schedule]:
    """So many pieces, at minutes of the two days around the change; the hours beside it most of all.

    `ending`: the share of them that has a last day.
    """
    made = []
    with time_machine.travel(change - timedelta(days=30), tick=False), database.writing() as session:
        cast = Cast.in_(session)
        while len(made) < SCHEDULES:
            hours = chance.choice((2, 2, 48))
            told = local(change + timedelta(minutes=chance.randint(-60 * hours, 60 * hours)))
            told = told.replace(tzinfo=None, fold=0)
            try:
                moment = moment_in_amsterdam(told)
            except ValueError:
                continue  # The hour that does not come; a form says so.
            article = draft(session, cast, visibility=Visibility.EVERYONE, body=STORY)
            if chance.random() < ending:
                article.last_day = told.date() + timedelta(days=chance.randint(0, 1))
            publish_directly(session, article, by=cast.noor, at=moment)
            made.append(Schedule(article.id, told, moment, article.last_day))
        session.exec(delete(Job).where(col(Job.id) > 0))
    return made


def moments(schedules: list[Schedule], chance: random.Random) -> Iterator[datetime]:
    """The moments that matter: just before each and soon after it, without those at which the worker stood still."""
    found = set()
    for each in schedules:
        for at in filter(None, (each.moment, each.ends)):
            found |= {at - timedelta(seconds=1), at, at + LOOKS * chance.random()}
    first, last = min(found), max(found)
    stops = [first + (last - first) * chance.random() for _ in range(4)]
    for at in sorted(found | {last + timedelta(hours=4)}):
        if not any(stop <= at < stop + timedelta(hours=3) for stop in stops):
            yield at


def come_by(database: Database, entry: Entry = ENTRY) -> None:
    """A worker whose turn it is: the lease on the entry is another proof's subject."""
    with database.writing() as session:
        session.exec(delete(Due).where(Due.name == entry.name))
    run_due((entry,))


def look(database: Database, by_id: dict[int, Schedule], at: datetime) -> None:
    """What a reader sees at this moment."""
    with database.reading() as session:
        for article_id in session.exec(select(Article.id).where(seen_by(someone_passing_by))).all():
            by_id[article_id].seen.append(at)


def walk(database: Database, schedules: list[Schedule], ticks: list[datetime]) -> None:
    by_id = {each.article_id: each for each in schedules}
    for at in ticks:
        with time_machine.travel(at, tick=False):
            look(database, by_id, at)  # a reader who comes before the worker does
            come_by(database)
            look(database, by_id, at)


def happened(database: Database, schedules: list[Schedule]) -> dict[int, tuple[Article, Counter[str]]]:
    """What became of each: the article, and how often it appeared and ended, as jobs for the index and steps tell."""
    with database.reading() as session:
        counts: dict[int, Counter[str]] = {each.article_id: Counter() for each in schedules}
        for job in session.exec(select(Job).where(Job.lane == "search")).all():
            counts[job.told["article_id"]][job.event] += 1
        steps = select(Review.article_id, ReviewStep.act).join(ReviewStep, col(ReviewStep.review_id) == Review.id)
        for article_id, act in session.exec(steps).all():
            counts[article_id][act] += 1
        return {
            each.article_id: (session.get_one(Article, each.article_id), counts[each.article_id]) for each in schedules
        }


@pytest.mark.parametrize("which", CHANGES)
def test_every_piece_appears_once_at_its_minute_and_ends_after_its_day(
    database: Database, which: str, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(which)
    schedules = scheduled(database, CHANGES[which], chance, ending=0.2)
    ticks = list(moments(schedules, chance))
    walk(database, schedules, ticks)
    late = timedelta()
    for each, (article, counts) in zip(schedules, happened(database, schedules).values(), strict=True):
        assert local(article.published_at).replace(tzinfo=None, fold=0) == each.told, "the minute that was told"
        assert (counts["ArticlePublished"], counts[Act.APPEAR], counts[Act.FAIL]) == (1, 1, 0)
        ends = each.ends
        next_look = next(at for at in ticks if at >= each.moment)
        if ends is None or next_look < ends:
            assert each.seen, "readers saw it"
            assert min(each.seen) == next_look, "by the first look after its moment, however long that was away"
            late = max(late, next_look - each.moment)
        assert all(at >= each.moment for at in each.seen), "never before its time"
        if ends is None:
            assert article.stage == Stage.PUBLISHED
            assert each.seen[-1] == ticks[-1]
        else:
            assert all(at < ends for at in each.seen), "never after its end, whether a worker came by or not"
            assert (article.stage, counts["ArticleWithdrawn"]) == (Stage.WITHDRAWN, 1)
    assert late > timedelta(hours=1), "the worker stood still for some of them"
    record_property("schedules", len(schedules))
    record_property("caught up after at most", str(late))


@pytest.mark.parametrize("which", CHANGES)
def test_a_clock_that_is_put_forward_and_back_shows_nothing_twice_and_hides_nothing(
    database: Database, which: str, record_property: Callable[[str, object], None]
) -> None:
    """The clock of the machine is wrong for a while, by up to three hours: pieces go by it, once."""
    chance = random.Random(which + " stepped")
    schedules = scheduled(database, CHANGES[which], chance, ending=0)
    begin, end = min(s.moment for s in schedules) - timedelta(hours=1), max(s.moment for s in schedules)
    at, shown = begin, begin
    steps = 0
    ticks = []
    while shown < end + timedelta(hours=4):
        at += timedelta(minutes=7)
        if not steps % 40:
            off = timedelta(minutes=chance.choice((-180, -61, 0, 0, 61, 180)))
        steps += 1
        shown = at + off
        ticks.append(shown)
    ticks.append(at + timedelta(hours=4))
    by_id = {each.article_id: each for each in schedules}
    for tick in ticks:
        with time_machine.travel(tick, tick=False):
            run_due((ENTRY,))
            before = {each.article_id for each in schedules if each.seen}
            look(database, by_id, tick)
            assert all(by_id[one].seen[-1] == tick for one in before), "what was seen stays"
    latest = timedelta()
    for each, (article, counts) in zip(schedules, happened(database, schedules).values(), strict=True):
        assert (counts["ArticlePublished"], counts[Act.APPEAR], counts[Act.FAIL]) == (1, 1, 0)
        assert article.published_at == each.moment
        assert each.seen[0] >= each.moment, "never before the clock says so"
        first_due = next(number for number, tick in enumerate(ticks) if tick >= each.moment)
        latest = max(latest, timedelta(minutes=7) * (ticks.index(each.seen[0]) - first_due))
    assert latest <= timedelta(minutes=14), "a clock that was put back holds up nothing for long"
    record_property("schedules", len(schedules))
    record_property("clock steps", steps // 40)
    record_property("late at most", str(latest))


def test_a_piece_that_appears_too_soon_would_be_noticed(database: Database) -> None:
    """The control: one that somebody publishes by hand before its minute is seen before it."""
    schedules = scheduled(database, CHANGES["forward"], random.Random(5), ending=0)[:1]
    (one,) = schedules
    early = one.moment - timedelta(hours=1)
    with time_machine.travel(early, tick=False), database.writing() as session:
        publish(session, session.get_one(Article, one.article_id), by=Cast.known(session).noor)
    with time_machine.travel(early, tick=False):
        by_id = {one.article_id: one}
        look(database, by_id, early)
    assert one.seen == [early]
    assert one.seen[0] < one.moment

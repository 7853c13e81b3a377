"""Whatever is killed while letters go out: everybody is told of every piece, nobody of the same one in two letters."""

import os
import random
import re
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from sqlmodel import Session, col, func, select, update

from app.children import PAUSES
from app.core.clock import now
from app.core.database import Database
from app.core.jobs import Job
from app.core.mail import LetterState, PostedLetter
from app.feeds import following
from app.feeds.models import Edition, Rhythm, Subscription
from app.feeds.targets import topic_target
from app.people.joining import become_known
from app.people.models import User
from app.people.signing_in import actor_for
from content.models import Article, Piece
from content.publishing import publish, show_to
from content.snapshot import Visibility
from content.subjects import Topic
from content.writing import revise, start
from tests.cast import content
from tests.counts import full
from tests.house import House, until
from tests.promises.editing import STEWARD
from tests.promises.grounds import Ground
from tests.smtp import MailServer, mail_server

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(full(7200, 900))]

Record = Callable[[str, object], None]

SUBSCRIBERS = full(1000, 30)
PIECES = full(20, 3)
DOMAINS = 40

EMPTY_WITHIN = full(30.0, 60.0)
"""Seconds after the last start: what the issue promises at full count, more on a machine that does other things."""

SLUG = re.compile(r"/kennis/(doodproef-\d+)")


def subscribe(session: Session) -> None:
    """Everybody follows cobots, some at once and some every day."""
    topic = session.exec(select(Topic).where(Topic.slug == "cobots")).one()
    for number in range(SUBSCRIBERS):
        mail = f"lezer{number}@post{number % DOMAINS}.example"
        user = become_known(session, mail, name=f"Lezer {number}", language="nl" if number % 3 else "en")
        rhythm = Rhythm.DAILY if number % 3 == 0 else Rhythm.AT_ONCE
        row = following.follow(session, topic_target(topic), by=actor_for(session, user), rhythm=rhythm)
        # As if they had followed it for a day: the database of this test began a moment ago.
        row.since = now()
        session.add(row)


def let_the_morning_come(session: Session) -> None:
    """The editions of the day are due: each tells of everything since."""
    daily = update(Subscription).where(col(Subscription.rhythm) == Rhythm.DAILY)
    session.exec(daily.values(due_at=now()))


def appear(session: Session, number: int) -> None:
    """A lesson about cobots."""
    owner = session.exec(select(User).where(User.handle == "femke")).one()
    by = actor_for(session, owner)
    piece = Piece(key=f"doodproef-{number}", kind="lesson")
    session.add(piece)
    session.flush()
    article = start(
        session,
        piece=piece,
        language="nl",
        slug=f"doodproef-{number}",
        owner_id=next(iter(by.edits_for)),
        visibility=Visibility.EVERYONE,
        content=content(title=f"Doodproef nummer {number}", topics=("cobots",), organisations=(), authors=()),
        by=by,
    )
    show_to(session, article, Visibility.EVERYONE, by=STEWARD, allowed=set())
    revise(session, article, by=STEWARD)
    publish(session, article, by=STEWARD)


def kill(house: House, what: str) -> None:
    """SIGKILL to one of its processes."""
    number = {"worker": lambda: house.children[-1], "web": lambda: house.children[0], "engine": lambda: house.engine}
    killed = number[what]()
    os.kill(killed, signal.SIGKILL)
    # One that dies again and again is started after longer and longer pauses.
    assert until(lambda: number[what]() != killed, PAUSES[-1] + 20)


def waits(session: Session) -> dict[str, int]:
    """What is not done yet."""
    counted = {
        "letters": select(func.count()).select_from(PostedLetter).where(PostedLetter.state == LetterState.WAITING),
        "editions": select(func.count()).select_from(Edition).where(col(Edition.closed_at).is_(None)),
        "jobs": select(func.count()).select_from(Job).where(col(Job.parked_at).is_(None)),
        "due": select(func.count()).select_from(Subscription).where(col(Subscription.due_at) <= now()),
    }
    return {name: number for name, query in counted.items() if (number := session.exec(query).one())}


def until_empty(database: Database, most: float) -> float:
    """Seconds until nothing waits any more, or until so many are over."""
    began = time.monotonic()

    def is_empty() -> bool:
        with database.reading() as session:
            return not waits(session)

    until(is_empty, most)
    return time.monotonic() - began


def test_everybody_is_told_of_everything_once_whatever_is_killed(ground: Ground, record_property: Record) -> None:
    chance, kills = random.Random(17), full(300, 4)
    with mail_server() as server:
        post = {
            "PROEFTUIN_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "PROEFTUIN_MAIL_PACE": "1000",
            "PROEFTUIN_MAIL_DOMAIN_PACE": "1000",
        }
        with ground.looked_at() as database, database.writing() as session:
            subscribe(session)
        house = ground.serve(**post)
        try:
            house.become_ready()
            with ground.looked_at() as database:
                with database.writing() as session:
                    appear(session, PIECES)
                undisturbed = until_empty(database, full(600, 60))
            for turn in range(kills):
                number, rest = divmod(turn, kills // PIECES)
                if rest == 0 and number < PIECES:
                    with ground.looked_at() as database, database.writing() as session:
                        appear(session, number)
                        if number == PIECES - 1:
                            let_the_morning_come(session)
                # Long enough that most kills meet a worker that sends, and not one that is starting.
                time.sleep(chance.uniform(0, 6))
                what = ("worker", "everything", "web", "engine")[turn % 4]
                if what == "everything":
                    house.kill_everything()
                    house = ground.serve(**post).become_ready()
                else:
                    kill(house, what)
            with ground.looked_at() as database:
                seconds = until_empty(database, EMPTY_WITHIN)
                record_property("queues empty after s", f"{seconds:.1f}, {undisturbed:.1f} for one piece undisturbed")
                with database.reading() as session:
                    assert waits(session) == {}
                    published = session.exec(select(Article.slug).where(col(Article.slug).like("doodproef-%"))).all()
        finally:
            house.stop()
    judge(server, set(published), kills, record_property)


def judge(server: MailServer, published: set[str], kills: int, record_property: Record) -> None:
    """Nothing lost, nothing told in two letters, and no letter more often than there were kills."""
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    arrived: Counter[str] = Counter()
    for letter in server.letters:
        arrived[letter["Message-ID"]] += 1
        body = letter.get_body(("plain",))
        assert body is not None
        for slug in set(SLUG.findall(str(body.get_content()))):
            told[letter["To"], slug].add(letter["Message-ID"])
    repeats = sum(times - 1 for times in arrived.values())
    record_property("letters", f"{len(arrived)}, of which again {repeats} in {kills} kills")
    everybody = {f"lezer{number}@post{number % DOMAINS}.example" for number in range(SUBSCRIBERS)}
    assert len(published) == PIECES + 1, "one undisturbed, the others among kills"
    assert {(mail, slug) for mail in everybody for slug in published} - set(told) == set(), "lost"
    assert {pair: ids for pair, ids in told.items() if len(ids) > 1} == {}, "told in two letters"
    assert repeats <= kills


def test_whoever_reads_the_mailbox_sees_what_was_lost_and_what_came_twice() -> None:
    """The control: what the other test looks for is found when it is there."""
    server = MailServer()
    with pytest.raises(AssertionError, match="lost"):
        judge(server, {f"doodproef-{number}" for number in range(PIECES + 1)}, 1, lambda _name, _value: None)

"""How telling everybody grows: 10,000 subscribers and 100 publications, and what readers notice of it meanwhile."""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from tests.bench.serving import product, record

PAGE = "/kennis/praktijkcases"
TOPICS = 5
"""So many of the busiest topics each subscriber follows."""

SAMPLE = 300
"""Letters that are made whole, with their words in text and HTML."""

MOST_GROWN = 200
"""Megabytes by which the worker's memory may grow, however many subscribers there are."""

WEBHOOKS = 20
"""Told of every publication, by a network that takes everything at once."""

ASKED = 40
"""Requests for one median of a page that is rendered anew."""


def following(subscribers: int = 10_000, publications: int = 100) -> bool:
    """Print what it costs; whether memory stayed bounded and pages were slowed by less than a fifth."""
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), subscribers, publications)
        grown = _tell(Path(folder), subscribers)
        _tell_webhooks()
        return _beside(Path(folder)) and grown < MOST_GROWN


def fill(folder: Path, subscribers: int, publications: int) -> None:
    """Example content, subscribers to the busiest topics who are all due, and new pieces for them."""
    from sqlmodel import col, func, insert, select, update

    from app.core import database, migrating, settings
    from app.core.clock import now
    from app.core.settings import Settings
    from app.feeds.models import Followed, Rhythm, Scope, Subscription
    from app.people.models import User
    from content.models import ArticleTopic
    from content.seed.seeding import seed
    from tests.bench.generate import generate

    settings.configure(Settings(_env_file=None, data_dir=folder))
    made = database.configure(settings.settings().database_address)
    import app.reactions  # noqa: F401 - publishing announces

    migrating.upgrade(made)
    seed(made)
    generate(made, publications)
    with made.writing() as session:
        busiest = session.exec(
            select(ArticleTopic.topic_id)
            .group_by(col(ArticleTopic.topic_id))
            .order_by(func.count().desc())
            .limit(TOPICS)
        ).all()
        for number in range(subscribers):
            mail = f"lezer{number}@post{number % 200}.example"
            values = {"handle": f"lezer-{number}", "name": f"Lezer {number}", "mail": mail, "language": "nl"}
            user = session.execute(insert(User).values(version=1, **values)).inserted_primary_key[0]
            for topic in busiest:
                session.execute(
                    insert(Subscription).values(
                        version=1,
                        user_id=user,
                        key=f"topic-{topic}",
                        what=Followed.TOPIC,
                        topic_id=topic,
                        by_mail=True,
                        rhythm=Rhythm.DAILY,
                        scope=Scope.NEW,
                        since=now() - timedelta(days=90),
                    )
                )
        session.execute(update(Subscription).values(due_at=now() - timedelta(seconds=1)))
    made.close()


def _tell(folder: Path, subscribers: int) -> float:
    """Write every edition, then choose and compose some of them, as the worker does; by how much memory grew."""
    from sqlmodel import select

    from app.core import database, settings
    from app.core.composing import words
    from app.core.language import speaking
    from app.feeds.digest_letters import DigestLetters
    from app.feeds.editions import LETTER, write_due_editions
    from app.feeds.models import Edition

    made = database.configure(settings.settings().database_address)
    _forget_peak()
    before = _peak()
    began = perf_counter()
    written = write_due_editions()
    writing = perf_counter() - began
    with made.reading() as session:
        letters = session.exec(select(Edition.letter_id).order_by(Edition.id).limit(SAMPLE)).all()
    began = perf_counter()
    told = 0
    for letter in letters:
        chosen = DigestLetters().choose(letter)
        assert chosen is not None
        told += len(chosen["lines"])
        with speaking("nl"):
            words(LETTER, chosen)
    making = (perf_counter() - began) / len(letters)
    print(f"following: {written:,} editions for {subscribers:,} subscribers of {TOPICS} topics each")
    print(f"  writing an edition {1000 * writing / written:8.2f} ms for each subscriber")
    print(f"  choosing and composing {1000 * making:4.2f} ms for each letter of {told / len(letters):.0f} pieces")
    grown = _peak() - before
    print(f"  peak memory grew by {grown:.0f} MB (promised: under {MOST_GROWN})\n")
    made.close()
    return grown


def _tell_webhooks() -> None:
    """Choose, write down, compose, sign and settle messages, as the worker does."""
    from sqlmodel import delete, func, select

    from app.core import database, settings
    from app.core.clock import now
    from app.core.outside import Answered
    from app.core.seals import lock_up, new_signing_secret
    from app.feeds import delivering
    from app.feeds.webhook_models import Delivery, DeliveryState, Webhook
    from app.feeds.webhooks import PURPOSE
    from app.people.models import Admission, Organisation

    made = database.configure(settings.settings().database_address)
    with made.writing() as session:
        admitted = select(Organisation.id).where(Organisation.admission == Admission.ADMITTED)
        for number, organisation in zip(range(WEBHOOKS), cycle(session.exec(admitted).all()), strict=False):
            session.add(
                Webhook(
                    organisation_id=organisation,
                    name=f"Haak {number}",
                    address="https://haken.example/",
                    language="nl",
                    since=now() - timedelta(days=90),
                    secret=lock_up(PURPOSE, new_signing_secret()),
                    due_at=now(),
                )
            )
    network, delivering.call = delivering.call, lambda *_told, **_more: Answered(200)
    began = perf_counter()
    while due := delivering.due():
        for hook in due:
            delivering.serve(hook)
    took = perf_counter() - began
    delivering.call = network
    with made.writing() as session:
        arrived = select(func.count()).where(Delivery.state == DeliveryState.DELIVERED)
        messages = session.exec(arrived).one()
        print(f"webhooks: {messages:,} messages to {WEBHOOKS} of them, {1000 * took / messages:.2f} ms each\n")
        session.execute(delete(Webhook))
    made.close()


def _forget_peak() -> None:
    """From here on the peak is counted anew: filling the tables took more than what is measured."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """The most memory that this process held, in MB (proc_pid_status(5), VmHWM)."""
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) / 1024  # type: ignore[index]


def _beside(folder: Path) -> bool:
    """A page that is rendered anew while the worker sends, against the same when it does not."""
    quiet, busy = [], []
    numbers = count()
    with product(folder, wait=False) as address:
        for _ in range(3):
            busy.append(_anew(address, numbers))
            with _resting(folder):
                quiet.append(_anew(address, numbers))
    ratio = median(busy) / median(quiet)
    print(f"{PAGE} rendered anew, p50: {median(quiet):.1f} ms in quiet, {median(busy):.1f} ms beside letters,")
    print(f"  ratio {ratio:.2f} (promised: under 1.20)\n")
    return ratio < 1.2


@contextmanager
def _resting(folder: Path) -> Iterator[None]:
    """The worker stands still meanwhile."""
    import json
    import os
    import signal

    worker = json.loads((folder / "serve.json").read_text())["children"][-1]
    os.kill(worker, signal.SIGSTOP)
    sleep(0.5)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)
        sleep(0.5)


def _anew(address: str, numbers: Iterator[int]) -> float:
    taken = []
    for _ in range(ASKED):
        started = perf_counter()
        record(address, f"{PAGE}?nieuw={next(numbers)}", {"Accept-Encoding": "br"})
        taken.append(perf_counter() - started)
    return 1000 * median(taken)


if __name__ == "__main__":
    sys.exit(0 if following(*map(int, sys.argv[1:])) else 1)

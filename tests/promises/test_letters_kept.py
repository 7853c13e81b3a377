"""Workers are killed at any moment while they send letters: none is lost, and a repeat can be told as one."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import select

from app.core.database import Database
from app.core.jobs import Job
from app.core.mail import Letter, LetterState, PostedLetter, post
from app.core.settings import settings
from tests.counts import full
from tests.house import ROOT, until
from tests.smtp import MailServer, mail_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(full(3600, 300))]

ALL_WITHIN = full(1200.0, 90.0)
"""Seconds for all that the kills left over. How quick that is on a quiet machine is for `test_kills_of_mail` to say."""

Record = Callable[[str, object], None]


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as an operator starts one, with letters on their way to this server."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PROEFTUIN_")}
    told = {
        "PROEFTUIN_DATA_DIR": str(settings().data_dir),
        "PROEFTUIN_DATABASE_URL": settings().database_url,
        "PROEFTUIN_SMTP_URL": url,
        "PROEFTUIN_MAIL_PACE": "1000",
        "PROEFTUIN_SEARCH_URL": "http://127.0.0.1:9",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"], cwd=ROOT, env=clean | told, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def write(database: Database, number: int) -> int:
    with database.writing() as session:
        return post(session, Letter(to=f"wie{number}@elders.example", name="nobody_known")).id


def states(database: Database) -> Counter[LetterState]:
    with database.reading() as session:
        return Counter(session.exec(select(PostedLetter.state)).all())


def came(server: MailServer) -> Counter[str]:
    return Counter(str(letter["Message-ID"]) for letter in server.letters)


def test_no_letter_is_lost_and_a_repeat_has_the_same_message_id(database: Database, record_property: Record) -> None:
    kills, letters = full(100, 4), full(40, 12)
    chance = random.Random(20261129)
    written = 0
    with mail_server() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        for _ in range(kills):
            for _ in range(letters):
                write(database, written)
                written += 1
            seen = len(server.letters)
            with worker(url) as running:
                assert until(lambda seen=seen: len(server.letters) > seen, 60)
                time.sleep(chance.uniform(0, 0.05))
                running.send_signal(signal.SIGKILL)
                running.wait()
        with worker(url):
            assert until(lambda: states(database) == {LetterState.SENT: written}, ALL_WITHIN)
        arrived = came(server)
    repeats = sum(arrived.values()) - len(arrived)
    record_property("letters", f"{written} written, {len(arrived)} arrived, {repeats} repeats in {kills} kills")
    assert len(arrived) == written
    assert {str(letter["To"]) for letter in server.letters} == {f"wie{n}@elders.example" for n in range(written)}
    assert repeats <= kills
    assert max(arrived.values()) <= 1 + kills


def test_a_letter_that_nobody_wrote_down_would_be_missed(database: Database) -> None:
    """The control: a letter whose promise is gone does not arrive, and the count shows it."""
    write(database, 1)
    lost = write(database, 2)
    with database.writing() as session:
        for job in session.exec(select(Job)):
            if job.told.get("letter_id") == lost:
                session.delete(job)
    with mail_server() as server, worker(f"smtp://127.0.0.1:{server.port}"):
        assert until(lambda: len(server.letters) == 1, 60)
        assert not until(lambda: len(server.letters) == 2, 3)
        assert states(database)[LetterState.WAITING] == 1

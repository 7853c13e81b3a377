"""Whoever writes loses nothing: not to thirty others in the same piece, and not to a process or a connection that dies.

Over real HTTP, with two web processes, on either database. The browser that dies has a test of its own in
`tests/journeys/test_kills_of_browsers.py`.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from functools import partial
from itertools import count
from typing import Final

import pytest
from sqlalchemy import text

from app.core.database import Database
from app.people.signing_in import actor_for
from content import filing
from content.filing import Told
from content.models import Article
from content.preparing import prepare_file
from content.writing import draft_of
from tests.counts import full
from tests.house import House, until
from tests.promises.grounds import Ground
from tests.promises.writers import NO_ANSWER, NOWHERE, PEOPLE, STEWARD, Program, Writer, begin, lines_of
from tests.web.joining import person

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(full(7200, 600))]

Record = Callable[[str, object], None]

WRITERS: Final = full(32, 6)
ROUNDS: Final = full(100, 3)
KILLS: Final = full(200, 2)

BACK_WITHIN: Final = 40.0
"""Seconds within which somebody answers again; a process that dies again and again is started after a pause."""


@pytest.fixture
def house(ground: Ground) -> Iterator[House]:
    """A house of its own, to be treated roughly."""
    house = ground.serve("--workers", "2", **NOWHERE).become_ready()
    yield house
    house.kill_everything()


@pytest.fixture
def inside(ground: Ground, house: House) -> Iterator[Database]:
    """Its database, used by this process besides."""
    with ground.looked_at() as database:
        yield database


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """Connections that are hung up afterwards."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def piece(inside: Database) -> Article:
    """A lesson that is being written."""
    return begin(inside)


def test_of_many_writers_nothing_is_lost_and_nobody_overwrites_another(
    house: House, inside: Database, piece: Article, held: ExitStack, record_property: Record
) -> None:
    who = [PEOPLE[n % len(PEOPLE)] for n in range(WRITERS)]
    # A program of the steward writes for nobody else (decision 0023).
    how = [Program if n % 2 and who[n] != STEWARD else Writer for n in range(WRITERS)]
    writers = [held.enter_context(closing(how[n](inside, house, piece, who[n]))) for n in range(WRITERS)]
    seen: Counter[int] = Counter()

    def write(n: int) -> None:
        chance, writer, told = random.Random(n), writers[n], Counter[int]()
        first = writer.open()
        for round_ in range(ROUNDS):
            status = 412
            while status == 412:
                status = writer.save(writer.open(), f"w{n}r{round_}")
                told[status] += 1
                # Whoever came too late waits longer than a save takes, or nearly every save would come too late.
                time.sleep(chance.uniform(0, 0.1 * WRITERS) if status == 412 else 0)
            assert status == 200
            if round_ % 10 == 0:
                # What nobody should do, now and then: say nothing of the version, or an old one.
                blind = {name: value for name, value in writer.open().items() if name not in ("versie", "etag")}
                assert writer.save({**blind, "etag": ""}, f"blind{n}r{round_}") == 428
                assert writer.save(dict(first), f"old{n}r{round_}") == 412
                told += Counter((428, 412))
        seen.update(told)

    began = time.monotonic()
    with ThreadPoolExecutor(WRITERS) as crowd:
        list(crowd.map(write, range(WRITERS)))
    record_property("answers", dict(seen))
    record_property("seconds", round(time.monotonic() - began))
    lines = Counter(lines_of(inside, piece))
    wanted = {f"w{n}r{round_}" for n in range(WRITERS) for round_ in range(ROUNDS)}
    assert {mark for mark in wanted if lines[mark] != 1} == set()
    assert [line for line in lines if line.startswith(("blind", "old"))] == []


def test_one_who_writes_alone_is_never_told_of_a_conflict(
    house: House, inside: Database, piece: Article, held: ExitStack, record_property: Record
) -> None:
    writer, saves = held.enter_context(closing(Writer(inside, house, piece))), full(1000, 25)
    form = writer.open()
    took = []
    for n in range(saves):
        began = time.monotonic()
        assert writer.save(form, f"s{n}") == 200
        took.append(time.monotonic() - began)
        if n % 5 == 0:
            for what in ("meelezen", "aanwezig"):
                answer = writer.send(what, form)
                assert answer
                assert answer.status == 200
        if n % 50 == 20:
            form = writer.open()
    took.sort()
    record_property("p50 s", round(took[len(took) // 2], 3))
    record_property("p95 s", round(took[int(len(took) * 0.95)], 3))
    assert writer.answers == {200: saves}
    assert [line for line in lines_of(inside, piece) if line in set(writer.kept)] == writer.kept


def test_a_save_whose_answer_is_lost_is_never_a_conflict_with_oneself(
    house: House, inside: Database, piece: Article, held: ExitStack, record_property: Record
) -> None:
    writer, saves, chance = held.enter_context(closing(Writer(inside, house, piece))), full(1000, 20), random.Random(8)
    form, marks = writer.open(), [f"l{n}" for n in range(saves)]
    for mark in marks[:-1]:
        if chance.random() < 0.5:
            writer.save_unheard(form, mark, after=chance.choice((0, 0.02, 10)))
        else:
            assert writer.save(form, mark) == 200
    assert writer.save(form, marks[-1]) == 200
    record_property("answers lost", saves - len(writer.kept))
    assert [line for line in lines_of(inside, piece) if line in set(marks)] == marks


def test_files_that_come_and_are_described_beside_saves_stay(
    house: House, inside: Database, piece: Article, held: ExitStack, record_property: Record
) -> None:
    writer, saves = held.enter_context(closing(Writer(inside, house, piece))), full(500, 15)
    form, marks, titles = writer.open(), [f"b{n}" for n in range(saves)], dict[str, str]()
    with inside.reading() as session:
        tjitske = actor_for(session, person(inside, "tjitske"))
    is_over = threading.Event()

    def file(n: int) -> None:
        """Another table, or other words about one that is there."""
        with inside.writing() as session:
            article = session.get_one(Article, piece.id)
            table = prepare_file("tabel.csv", f"week;uitval\n{n % 60};1\n".encode())
            name = filing.add(session, article, table, by=tjitske).name
            filing.describe(session, article, name, Told(title=f"Tabel {n}"), by=tjitske)
            # As long as a file takes that is not as small as this one: saves come in meanwhile, and wait.
            time.sleep(0.03)
        titles[name] = f"Tabel {n}"

    def file_on() -> None:
        for n in count():
            if is_over.is_set():
                return
            file(n)
            time.sleep(0.1)

    with ThreadPoolExecutor(1) as beside:
        filing_on = beside.submit(file_on)
        answers = [writer.save(form, mark) for mark in marks]
        is_over.set()
        filing_on.result()
    assert answers == [200] * saves
    record_property("files", len(titles))
    assert titles
    with inside.reading() as session:
        files = draft_of(session, session.get_one(Article, piece.id)).content.files
    assert {use.name: use.title_nl for use in files} == titles
    assert [line for line in lines_of(inside, piece) if line in set(marks)] == marks


# --- what dies at a random moment ----------------------------------------------------------------------------------


class Typing:
    """People who write without end, each in a piece of their own, whatever becomes of what they are talking to."""

    def __init__(self, database: Database, house: House) -> None:
        self.database = database
        self.pieces = [begin(database, handle) for handle in PEOPLE]
        self.writers = [
            Writer(database, house, piece, handle) for piece, handle in zip(self.pieces, PEOPLE, strict=True)
        ]
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(each,)) for each in self.writers]

    def __enter__(self) -> "Typing":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join()
        for writer in self.writers:
            writer.close()

    @property
    def saves(self) -> int:
        """Acknowledged so far, of all of them."""
        return sum(len(each.kept) for each in self.writers)

    def wait_for(self, saves: int) -> None:
        """Until so many more were acknowledged: whoever answers keeps what it gets."""
        goal = self.saves + saves
        assert until(lambda: self.saves >= goal, BACK_WITHIN), [each.answers for each in self.writers]

    def lost(self) -> list[str]:
        """What was acknowledged and is not there."""
        found = []
        for writer, piece in zip(self.writers, self.pieces, strict=True):
            there = set(lines_of(self.database, piece))
            found += [mark for mark in writer.kept if mark not in there]
        return found

    def twice(self) -> list[str]:
        """What is there more than once: what was sent again after an answer got lost may not stand there twice."""
        lines = Counter(line for piece in self.pieces for line in lines_of(self.database, piece))
        return [line for line, times in lines.items() if line.startswith("m-") and times > 1]

    def _write(self, writer: Writer) -> None:
        number, form = 0, {}
        while not self._leaving.is_set():
            form = form or writer.open()
            if not form:
                time.sleep(0.05)
                continue
            number += 1
            if writer.save(form, f"m-{id(writer)}-{number}") != 200:
                # Whether it was kept is not known: look at what stands there and go on from that.
                form = {}


def random_moments(kills: int, seed: int, typing: Typing, kill: Callable[[random.Random], object]) -> None:
    """Kill so many times, each somewhere between two saves."""
    chance = random.Random(seed)
    for _ in range(kills):
        typing.wait_for(2)
        time.sleep(chance.uniform(0, 0.2))
        kill(chance)


def kill_a_web_process(house: House, chance: random.Random) -> None:
    """One of the two, or both."""
    web = house.children[:-1]
    for number in web if chance.random() < 0.2 else [chance.choice(web)]:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def end_connections(database: Database, chance: random.Random) -> int:
    """End the connection of somebody with PostgreSQL, or those of everybody; ours stays."""
    others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with database.engine.connect() as connection:
        numbers = [row[0] for row in connection.execute(text(others))]
        chosen = numbers if chance.random() < 0.2 else chance.sample(numbers, min(2, len(numbers)))
        for number in chosen:
            connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    return len(chosen)


def tell(typing: Typing, record: Record) -> None:
    """For the page of proofs."""
    answers: Counter[int] = Counter()
    for writer in typing.writers:
        answers.update(writer.answers)
    record("saves acknowledged", typing.saves)
    record("answers", {("none" if status == NO_ANSWER else status): n for status, n in sorted(answers.items())})


def test_a_web_process_may_be_killed_at_any_moment(house: House, inside: Database, record_property: Record) -> None:
    with Typing(inside, house) as typing:
        random_moments(KILLS, 5, typing, partial(kill_a_web_process, house))
        typing.wait_for(10)
    tell(typing, record_property)
    record_property("kills", KILLS)
    assert typing.lost() == []
    assert typing.twice() == []
    assert all({200} <= set(writer.answers) <= {200, NO_ANSWER} for writer in typing.writers)


@pytest.mark.parametrize("kind", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_connection_with_the_database_may_end_at_any_moment(
    house: House, inside: Database, record_property: Record
) -> None:
    ended = 0

    def kill(chance: random.Random) -> None:
        nonlocal ended
        ended += end_connections(inside, chance)

    with Typing(inside, house) as typing:
        random_moments(KILLS, 6, typing, kill)
        typing.wait_for(10)
    tell(typing, record_property)
    record_property("connections ended", f"{ended} in {KILLS} moments")
    assert ended >= KILLS
    assert typing.lost() == []
    assert typing.twice() == []


def test_whoever_looks_for_what_was_lost_finds_it(house: House, inside: Database) -> None:
    """The control."""
    with Typing(inside, house) as typing:
        typing.wait_for(3)
    typing.writers[0].kept.append("m-nooit-bewaard")
    assert typing.lost() == ["m-nooit-bewaard"]

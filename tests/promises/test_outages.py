"""Readers are always answered, whatever becomes of the engine, the database, the disk or a job."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from sqlmodel import col, delete, select

from app.core.database import Database, reading, writing
from app.core.jobs import AT_ONCE, Job
from app.core.working import MOST_TRIES
from search import shape
from search.engine import INDEX, administering
from search.keeping import MARK
from search.line import RESTS
from search.local import Place, locate
from tests.counts import full
from tests.databases import in_use
from tests.engines import started
from tests.house import Answer, House, until
from tests.promises import editing
from tests.promises import stand as standing
from tests.promises.conftest import BUILT_WITHIN, sign_in
from tests.promises.crowd import MOST_SECONDS, Crowd, Seen, figures, slowest_but_few, unanswered
from tests.promises.inspecting import asked, faults, waiting
from tests.promises.stand import Asked, Stand

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(full(3600, 900))]

Record = Callable[[str, object], None]

READERS = 4

MOST_PAYING = 4 * READERS
"""Questions that reach an engine of no use: those in hand at that moment, and a few for one that relapses; and as
many as there are readers for each of its later relapses, of which there is one in `RESTS[-1]` seconds."""

BACK_WITHIN = 10.0
"""Seconds until all is as before, once what was away is back."""


@pytest.fixture
def slugs(inside: Database) -> list[str]:
    """Pieces that everybody sees."""
    return editing.public_slugs()


# --- the engine behaves badly -------------------------------------------------------------------------------------


def closed(_asked: Asked) -> None:
    """Stands for a port on which nobody listens."""


BAD = (
    closed,
    standing.hanging,
    standing.hanging_up,
    standing.talking_nonsense,
    standing.making_things_up,
    standing.failing,
    standing.hanging_when_it_matters,
)

HANGING = (standing.hanging, standing.hanging_when_it_matters)
"""Those that make a reader wait."""


class Guest(NamedTuple):
    """A house with an engine of the operator's, to which it has a stand in between."""

    house: House
    stand: Stand
    slugs: list[str]
    first: list[Seen]
    """What its first readers saw, while the engine was not there yet."""
    found_after: float
    """Seconds from the engine's coming to the first answer by it."""

    def behave(self, how: Callable[[Asked], None]) -> None:
        """Say how the engine behaves."""
        self.stand.shut()
        if how is not closed:
            self.stand.behaviour = how
            self.stand.open()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An engine of the operator's."""
    with started(tmp_path_factory.mktemp("engine")) as place:
        yield place


@pytest.fixture(scope="module")
def shared_guest(engine: Place, example_folder: Callable[[str], Path]) -> Iterator[Guest]:
    """See `guest`: made once, and started while nobody listened on the engine's port."""
    stand, folder = Stand(engine), example_folder("guest")
    stand.shut()
    house = House(folder, PROEFTUIN_SEARCH_URL=stand.address, PROEFTUIN_SEARCH_KEY=engine.key).become_ready()
    with in_use(f"sqlite:///{folder / 'proeftuin.db'}", folder):
        slugs = editing.public_slugs()
    with Crowd(house.port, slugs, readers=READERS).reading() as crowd:
        crowd.wait_for(full(1000, 100))
    began = time.monotonic()
    stand.behaviour = standing.passing_on
    stand.open()
    assert until(house.finds_by_engine, BUILT_WITHIN)
    yield Guest(house, stand, slugs, crowd.seen, time.monotonic() - began)
    house.stop()
    stand.shut()


@pytest.fixture
def guest(shared_guest: Guest) -> Iterator[Guest]:
    """A house with an engine of the operator's, which is well before and after each test."""
    yield shared_guest
    shared_guest.behave(standing.passing_on)
    assert until(shared_guest.house.finds_by_engine, BUILT_WITHIN)


@pytest.fixture
def inside_guest(guest: Guest) -> Iterator[Database]:
    """The database of `guest`, used by this process besides."""
    with in_use(f"sqlite:///{guest.house.data_dir / 'proeftuin.db'}", guest.house.data_dir) as database:
        yield database


def test_a_house_whose_engine_never_was_there_answers_all_the_same(guest: Guest, record_property: Record) -> None:
    figures(guest.first, record_property)
    record_property("index built and used after s", round(guest.found_after, 1))
    assert unanswered(guest.first) == []
    assert slowest_but_few(guest.first) <= MOST_SECONDS
    assert any(one.by_database for one in guest.first)


@pytest.mark.parametrize("how", BAD, ids=lambda how: how.__name__)
def test_readers_are_answered_by_the_database_while_the_engine_is_of_no_use(
    guest: Guest, record_property: Record, how: Callable[[Asked], None]
) -> None:
    guest.behave(how)
    before, began = guest.stand.questions, time.monotonic()
    with Crowd(guest.house.port, guest.slugs, readers=READERS).reading() as crowd:
        crowd.wait_for(full(1000, 100))
        is_found = guest.house.finds_by_engine()
    relapses = (time.monotonic() - began) / RESTS[-1]
    paid = guest.stand.questions - before
    guest.behave(standing.passing_on)
    began = time.monotonic()
    assert until(guest.house.finds_by_engine, BACK_WITHIN)
    record_property("finds again after s", round(time.monotonic() - began, 1))
    record_property("questions to the engine", paid)
    figures(crowd.seen, record_property)
    assert not is_found
    assert unanswered(crowd.seen) == []
    assert slowest_but_few(crowd.seen) <= MOST_SECONDS
    if how in HANGING:
        assert paid <= MOST_PAYING + READERS * relapses, "one waits for it, and nobody after them"


def test_what_was_published_while_the_engine_was_away_is_found_soon_after_it_is_back(
    guest: Guest, inside_guest: Database, record_property: Record
) -> None:
    guest.behave(closed)
    for number, slug in enumerate(guest.slugs[:8]):
        editing.rewrite(slug, f"Kwelderproef {number} zqx{number}77")
    found = "/api/v1/search?q=kwelderproef"
    assert until(lambda: _total(guest.house, found) == 8, 10), "the database finds them meanwhile"
    with writing() as session:  # as if that had lasted for hours
        for job in session.exec(select(Job)):
            job.tries = MOST_TRIES - 1
    time.sleep(full(60, 6))
    with reading() as session:
        assert session.exec(select(Job).where(col(Job.parked_at).is_not(None))).all() == []
    guest.behave(standing.passing_on)
    began = time.monotonic()
    assert until(lambda: guest.house.finds_by_engine(found) and _total(guest.house, found) == 8, BACK_WITHIN)
    assert until(lambda: waiting() == 0, BACK_WITHIN)
    record_property("all found after s", round(time.monotonic() - began, 1))
    assert list(faults(guest.house, guest.stand.engine)) == []


def _total(house: House, path: str) -> int:
    total: int = json.loads(house.ask(f"{path}&keer={time.monotonic_ns()}").body)["total"]
    return total


def lose_index(engine: Place) -> None:
    """The operator has begun anew."""
    with administering() as client:
        assert client is not None
        client.wait_for_task(client.delete_index(INDEX).task_uid)


def have_old_settings(engine: Place) -> None:
    """As another release left them."""
    old = shape.settings() | {"filterableAttributes": ["piece"], "searchableAttributes": ["t_text"]}
    with administering() as client:
        assert client is not None
        client.wait_for_task(client.index(INDEX).update_settings(old).task_uid)


def have_old_rules(engine: Place) -> None:
    """Its documents were made by another release."""
    with administering() as client:
        assert client is not None
        mark = [{shape.PRIMARY_KEY: MARK, "hash": "of yesterday"}]
        client.wait_for_task(client.index(INDEX).add_documents(mark).task_uid)


@pytest.mark.parametrize("happens", [lose_index, have_old_settings, have_old_rules], ids=lambda one: one.__name__)
def test_an_index_that_is_not_ours_any_more_is_built_anew_while_readers_are_answered(
    house: House, slugs: list[str], record_property: Record, happens: Callable[[Place], None]
) -> None:
    place = locate(house.data_dir)
    assert place is not None
    with Crowd(house.port, slugs, readers=READERS).reading() as crowd:
        happens(place)
        began = time.monotonic()
        is_right = until(lambda: not list(faults(house, place)) and _is_ours(place), 30)
        crowd.wait_for(20)
    record_property("right again after s", round(time.monotonic() - began, 1))
    figures(crowd.seen, record_property)
    assert is_right
    assert unanswered(crowd.seen) == []
    assert slowest_but_few(crowd.seen) <= MOST_SECONDS


def _is_ours(engine: Place) -> bool:
    mark = asked(engine, f"/indexes/{INDEX}/documents/{MARK}")
    settings = asked(engine, f"/indexes/{INDEX}/settings")
    is_new = mark.get("hash") == shape.fingerprint()
    return is_new and settings["searchableAttributes"] == shape.settings()["searchableAttributes"]


# --- the database is held -----------------------------------------------------------------------------------------


def test_a_database_that_somebody_locks_for_five_seconds_holds_up_no_reader(
    house: House, slugs: list[str], record_property: Record
) -> None:
    signed_in: list[Answer] = []
    writer = Thread(target=lambda: signed_in.append(sign_in(house)))
    other = sqlite3.connect(house.data_dir / "proeftuin.db", isolation_level=None)
    with Crowd(house.port, slugs, readers=READERS).reading() as crowd:
        other.execute("BEGIN EXCLUSIVE")
        writer.start()
        time.sleep(5)
        seen = list(crowd.seen)
        other.execute("ROLLBACK")
        writer.join()
    other.close()
    figures(seen, record_property)
    record_property("a writer waited s", round(signed_in[0].seconds, 1))
    assert unanswered(seen) == []
    assert slowest_but_few(seen) <= MOST_SECONDS
    assert signed_in[0].status == 303
    assert signed_in[0].seconds > 4, "the database was locked indeed"
    editing.rewrite(slugs[0], "Na het slot zqx505")
    assert until(lambda: not list(faults(house, locate(house.data_dir))), 30)


# --- poison -------------------------------------------------------------------------------------------------------


def poison(number: int, tries: int) -> list[Job]:
    """Jobs that no release will ever keep, each in a way of its own."""
    kind = {"lane": "search", "run_at": AT_ONCE, "tries": tries}
    return [
        Job(reaction="search.index:sync_article", event="ArticlePublished", told={"article_id": "?"}, **kind),
        Job(reaction="search.index:of_another_release", event="ArticlePublished", told={"article_id": number}, **kind),
        Job(reaction="search.index:sync_article", event="NeverHeardOf", told={}, **kind),
    ]


def found_after(house: House, slug: str, mark: str) -> float:
    """Seconds from a publication to its being found."""
    editing.rewrite(slug, f"Gezond {mark}")
    began = time.monotonic()
    question = f"/api/v1/search?q={mark}"
    assert until(lambda: house.finds_by_engine(question) and _total(house, question) == 1, 30)
    return time.monotonic() - began


def test_jobs_that_always_fail_are_parked_and_slow_down_nobody(
    house: House, slugs: list[str], record_property: Record
) -> None:
    rounds = full(20, 4)
    healthy = [found_after(house, slugs[0], f"kwelderzout{n}a") for n in range(rounds)]
    amount = 30
    with writing() as session:
        session.add_all(one for number in range(amount // 3) for one in poison(number, MOST_TRIES - 1))
        session.add_all(one for number in range(amount // 3) for one in poison(number, 0))
    try:
        beside = [found_after(house, slugs[0], f"kwelderzout{n}b") for n in range(rounds)]
        assert until(lambda: _parked() == amount, 20)
        told = json.loads(house.ask("/readyz").body)
    finally:
        with writing() as session:
            session.exec(delete(Job).where(col(Job.id) > 0))
    record_property("found after s, without", f"{sorted(healthy)[rounds // 2]:.2f}")
    record_property("found after s, beside 60 that fail", f"{sorted(beside)[rounds // 2]:.2f}")
    assert told["jobs"]["parked"] == amount
    assert told["status"] == "degraded"
    assert sorted(beside)[rounds // 2] < 2 * sorted(healthy)[rounds // 2] + 1


def _parked() -> int:
    with reading() as session:
        return len(session.exec(select(Job.id).where(col(Job.parked_at).is_not(None))).all())

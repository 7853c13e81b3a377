"""Whatever is killed, at whatever moment: readers are answered, what was acknowledged stays, and the index is right."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlmodel import col, select

from app.children import PAUSES
from app.core.database import Database
from app.core.files import Storage
from app.people.models import Organisation, User
from content.models import Article, ArticleAllowed, Attachment, OldSlug, Piece, Revision
from content.subjects import Pilot
from search.engine import INDEX, administering
from search.index import reconcile
from search.local import locate
from tests.counts import full
from tests.house import ROOT, House, until
from tests.postgres import Server
from tests.promises import editing
from tests.promises.crowd import MOST_SECONDS, Crowd, figures, slowest_but_few, unanswered
from tests.promises.editing import Ledger, State
from tests.promises.grounds import Ground
from tests.promises.inspecting import faults

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(full(3600, 900))]

Record = Callable[[str, object], None]

READERS = 4

HEALTHY_WITHIN = 30.0
"""Seconds after a start within which the index is right and nothing waits."""


@pytest.fixture
def slugs(inside: Database) -> list[str]:
    """Pieces that everybody sees."""
    return editing.public_slugs()


# --- one process ---------------------------------------------------------------------------------------------------


def test_readers_are_answered_while_the_engine_is_killed_again_and_again(
    house: House, slugs: list[str], record_property: Record
) -> None:
    kills, requests = full(20, 4), full(5000, 600)
    back: list[float] = []
    with Crowd(house.port, slugs, readers=READERS).reading() as crowd:
        for _ in range(kills):
            crowd.wait_for(requests // kills)
            os.kill(house.engine, signal.SIGKILL)
            began = time.monotonic()
            assert until(house.finds_by_engine, 10)
            back.append(time.monotonic() - began)
    figures(crowd.seen, record_property)
    record_property("kills", kills)
    record_property("engine back after s", f"{min(back):.1f} to {max(back):.1f}")
    assert len(crowd.seen) >= requests
    assert unanswered(crowd.seen) == []
    assert slowest_but_few(crowd.seen) <= MOST_SECONDS
    assert any(one.by_database for one in crowd.seen), "the engine was away for some of them"


def test_of_two_web_processes_one_may_be_killed_and_only_what_it_had_in_hand_breaks_off(
    house: House, slugs: list[str], record_property: Record
) -> None:
    kills = full(10, 2)
    with Crowd(house.port, slugs, readers=READERS).reading() as crowd:
        for turn in range(kills):
            crowd.wait_for(60)
            killed = house.children[turn % 2]
            os.kill(killed, signal.SIGKILL)
            assert until(lambda killed=killed: killed not in house.children, 5)
            assert until(house.is_complete, 30)
    figures(crowd.seen, record_property)
    broken = unanswered(crowd.seen)
    record_property("broken off", f"{len(broken)} in {kills} kills")
    assert len(broken) <= kills * READERS
    assert {one.status for one in broken} <= {0}


def test_a_crowd_notices_when_nobody_answers(house: House, slugs: list[str]) -> None:
    """The control: what the other tests look for is found when it is there."""
    with Crowd(house.port, slugs, readers=READERS).reading() as crowd:
        crowd.wait_for(20)
        stopped = house.children[:-1]
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        time.sleep(MOST_SECONDS + 0.5)
        for process in stopped:
            os.kill(process, signal.SIGKILL)
        crowd.wait_for(8)
        crowd_saw = len(unanswered(crowd.seen))
        assert until(house.answers, 20)
    assert crowd_saw > 0
    assert max(one.seconds for one in crowd.seen) > MOST_SECONDS


def test_a_worker_may_be_killed_with_jobs_in_hand(
    house: House, inside: Database, slugs: list[str], record_property: Record
) -> None:
    chance = random.Random(7)
    kills = full(10, 2)
    for turn in range(kills):
        for number, slug in enumerate(slugs[:5]):
            editing.rewrite(slug, f"Proefstuk {turn} {number} zqx{turn}{number}")
        time.sleep(chance.uniform(0, 0.4))
        killed = house.children[-1]
        os.kill(killed, signal.SIGKILL)
        # One that dies again and again is started after longer and longer pauses.
        assert until(lambda killed=killed: house.children[-1] != killed, PAUSES[-1] + 5)
    record_property("kills", kills)
    become_right(house, record_property)


def test_whoever_looks_at_the_index_sees_what_is_wrong_with_it(house: House, inside: Database) -> None:
    """The control: what the other tests look for is found when it is there."""
    with administering() as engine:
        assert engine is not None
        there = engine.index(INDEX)
        ghost = there.get_documents({"limit": 1, "filter": "piece > 0"}).results[0]
        tasks = [
            there.add_documents([{**dict(ghost), "id": "999999", "piece": 999_999}]),
            there.delete_documents(filter=f'id = "{ghost.id}"'),
        ]
        assert [engine.wait_for_task(task.task_uid).status for task in tasks] == ["succeeded"] * 2
    found = [fault.partition(":")[0] for fault in faults(house, locate(house.data_dir))]
    assert {"a ghost", "missing"} <= set(found)
    assert reconcile() >= 1
    assert list(faults(house, locate(house.data_dir))) == []


def test_whoever_reads_the_ledger_sees_what_was_lost(tmp_path: Path) -> None:
    """The control: a change counts as possible from its beginning, and alone once it was acknowledged."""
    ledger = Ledger(tmp_path / "ledger")
    first, second, third = (State("published", "everyone", title) for title in ("a", "b", "c"))
    ledger.note("stuk", first, done=True)
    ledger.note("stuk", second, done=False)
    assert ledger.possible() == {"stuk": {first, second}}
    ledger.note("stuk", second, done=True)
    ledger.note("stuk", third, done=False)
    assert ledger.possible() == {"stuk": {second, third}}


# --- everything ----------------------------------------------------------------------------------------------------


def become_right(house: House, record: Record, *, began: float | None = None) -> None:
    """Wait until the index is as it should be and nothing waits. Fails when that takes too long."""
    began = began or time.monotonic()
    found: list[str] = []

    def is_right() -> bool:
        found[:] = faults(house, locate(house.data_dir))
        return not found

    is_good = until(is_right, began + HEALTHY_WITHIN - time.monotonic())
    record("all is right after s", round(time.monotonic() - began, 1))
    assert is_good, found


@pytest.fixture
def few(kind: str) -> int:
    """Kills of everything where time is short."""
    return {"sqlite": 3, "postgres": 2}[kind]


def test_nothing_that_was_acknowledged_is_lost_and_nothing_else_is_found(
    ground: Ground, few: int, record_property: Record
) -> None:
    chance, kills, ledger = random.Random(11), full(20, few), Ledger(ground.folder / "ledger")
    killed = 0
    for turn in range(kills):
        house, written = ground.serve(), len(ledger.lines())
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.promises.editing", str(ledger.path), str(turn + 1)],
            cwd=ROOT,
            env=os.environ | {"PROEFTUIN_DATA_DIR": str(ground.folder), "PROEFTUIN_DATABASE_URL": ground.url},
        )
        assert until(lambda written=written: len(ledger.lines()) > written + 4, 30)
        time.sleep(chance.uniform(0, 8))
        killed += house.kill_everything()
        assert writer.wait(10) == -signal.SIGKILL
    house = ground.serve()
    try:
        house.become_ready()
        with ground.looked_at():
            become_right(house, record_property)
            possible = ledger.possible()
            stands = {slug: editing.state_of(slug) for slug in possible}
    finally:
        house.stop()
    record_property("processes killed", f"{killed} in {kills} kills")
    record_property("changes acknowledged", sum(done for *_, done in ledger.lines()))
    assert {slug: stands[slug] for slug in possible if stands[slug] not in possible[slug]} == {}


@pytest.fixture
def bare_ground(kind: str, request: pytest.FixtureRequest, engine_binary: Path, tmp_path: Path) -> Iterator[Ground]:
    """Nothing yet: no table and no file."""
    folder = tmp_path / "bare"
    folder.mkdir()
    if kind == "sqlite":
        yield Ground(f"sqlite:///{folder / 'proeftuin.db'}", folder)
        return
    server: Server = request.getfixturevalue("postgres_server")
    server.create("bare_ground")
    yield Ground(server.url("bare_ground"), folder)
    server.drop("bare_ground")


def content_of(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All that the seed brings, by what it is called and not by number."""
    columns = {
        "organisations": select(Organisation.slug, Organisation.name, Organisation.admission),
        "people": select(User.handle, User.name, User.is_steward),
        "pilots": select(Pilot.slug, Pilot.number, Pilot.name_nl),
        "pieces": select(Piece.key, Piece.kind),
        "articles": select(
            Article.slug, Article.title, Article.stage, Article.visibility, Article.live_number, Article.newest_revision
        ),
        "revisions": select(Article.slug, Revision.number, Revision.plain).join(Revision),
        "files": select(Article.slug, Attachment.name, Attachment.hash).join(Attachment),
        "addresses": select(Article.slug, OldSlug.slug).join(OldSlug),
        "shown to": select(Article.slug, Organisation.slug)
        .join(ArticleAllowed, col(ArticleAllowed.article_id) == Article.id)
        .join(Organisation, col(ArticleAllowed.organisation_id) == Organisation.id),
    }
    if not inspect(database.engine).has_table("article_allowed"):
        return {name: [] for name in columns}
    with database.reading() as session:
        return {name: sorted(map(tuple, session.execute(rows).all())) for name, rows in columns.items()}


def test_a_seed_that_is_killed_again_and_again_is_completed_as_if_nothing_had_happened(
    bare_ground: Ground, ground: Ground, few: int, record_property: Record
) -> None:
    chance, kills = random.Random(13), full(20, few)
    kept: dict[str, list[tuple[Any, ...]]] = {}
    for _ in range(kills):
        house = bare_ground.serve("--examples")
        time.sleep(chance.uniform(0.5, 10))
        house.kill_everything()
        with bare_ground.looked_at() as database:
            now = content_of(database)
        lost = {name: set(rows) - set(now[name]) for name, rows in kept.items()}
        assert not any(lost.values()), lost
        kept = now
    house = bare_ground.serve("--examples")
    try:
        house.become_ready()
        with bare_ground.looked_at() as database:
            become_right(house, record_property)
            completed = content_of(database)
    finally:
        house.stop()
    with ground.looked_at() as database:
        assert completed == content_of(database)
    store = Storage(bare_ground.folder / "files")
    assert all(store.exists(digest) for *_, digest in completed["files"])
    record_property("kills", kills)

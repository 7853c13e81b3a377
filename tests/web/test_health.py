"""What monitors, robots and browsers ask by themselves."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import anyio
import anyio.to_thread
import pytest
from sqlmodel import select

from app.core import database, promised
from app.core.clock import now
from app.core.database import Database
from app.core.jobs import Job, announce
from app.core.mail import Letter, post
from app.web import watching
from app.web.pages import machines
from app.web.watching import Part
from content.events import ArticlePublished
from content.models import Article, Stage
from search import engine, index
from tests.web.client import Client

pytestmark = pytest.mark.whole


@pytest.fixture
def with_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the engine were there and everything had been found and done."""
    monkeypatch.setattr(engine, "is_there", lambda: True)
    monkeypatch.setattr(index, "lag", lambda _session: index.Lag(0.0, 0, is_building=False, reconciled_at=now()))
    monkeypatch.setattr(promised, "backlog", lambda _session: promised.Backlog(0, 0, None))


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()


# --- alive -------------------------------------------------------------------------------------------------------


def test_alive_asks_nothing_of_anybody(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_any: object) -> None:
        raise AssertionError("somebody asked")

    monkeypatch.setattr(database.Database, "reading", refuse)
    monkeypatch.setattr(engine, "is_there", refuse)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/healthz").status_code == 200


def test_alive_answers_while_every_thread_waits_for_something(client: Client) -> None:
    async def crowd() -> int:
        release = threading.Event()
        async with anyio.create_task_group() as group:
            for _ in range(60):
                group.start_soon(anyio.to_thread.run_sync, release.wait)
            await anyio.sleep(0.05)
            answer = await client._http.get("/healthz")
            release.set()
        return answer.status_code

    assert client._run(crowd()) == 200


# --- ready -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("with_engine")
def test_ready_tells_every_part_with_state_and_age(client: Client) -> None:
    status, told = ready(client)
    assert (status, told["status"]) == (200, "ready")
    assert list(told) == ["status", "database", "search", "jobs", "mail"]
    for part in ("database", "search", "jobs", "mail"):
        assert told[part]["state"] == "ok"
        assert 0 <= told[part]["age"] < 2
    assert {"lag", "waiting", "reconciled"} < set(told["search"])
    assert {"waiting", "parked", "oldest"} < set(told["jobs"])


def test_without_search_pages_are_still_served(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.stage == Stage.PUBLISHED)).first()
        assert article is not None
        announce(session, ArticlePublished(article_id=article.id))
    status, told = ready(client)
    assert (status, told["status"], told["search"]["state"]) == (200, "degraded", "away")
    assert told["search"]["waiting"] == 1
    assert told["database"]["state"] == "ok"


@pytest.mark.parametrize(
    ("lag", "state"),
    [
        (index.Lag(0.5, 1, is_building=False, reconciled_at=None), "ok"),
        (index.Lag(500.0, 9, is_building=False, reconciled_at=None), "behind"),
        (index.Lag(1.0, 9, is_building=True, reconciled_at=None), "building"),
    ],
)
@pytest.mark.usefixtures("with_engine")
def test_search_tells_how_far_it_is_behind(
    client: Client, monkeypatch: pytest.MonkeyPatch, lag: index.Lag, state: str
) -> None:
    monkeypatch.setattr(index, "lag", lambda _session: lag)
    _status, told = ready(client)
    assert (told["search"]["state"], told["search"]["lag"]) == (state, lag.seconds)


@pytest.mark.parametrize(
    ("age", "parked", "state"),
    [(timedelta(seconds=3), False, "ok"), (timedelta(hours=1), False, "behind"), (timedelta(0), True, "parked")],
)
def test_jobs_tell_how_long_the_oldest_waits(
    client: Client, seeded: Database, age: timedelta, parked: bool, state: str
) -> None:
    with seeded.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM job")
        session.add(
            Job(
                reaction="x:y",
                lane="x",
                event="X",
                told={},
                created_at=now() - age,
                run_at=now(),
                parked_at=now() if parked else None,
            )
        )
    _status, told = ready(client)
    assert told["jobs"]["state"] == state
    assert (told["jobs"]["waiting"], told["jobs"]["parked"]) == ((0, 1) if parked else (1, 0))
    assert told["jobs"]["oldest"] == pytest.approx(0 if parked else age.total_seconds(), abs=5)


@pytest.mark.parametrize(
    ("age", "is_held", "state"),
    [(timedelta(seconds=3), False, "ok"), (timedelta(hours=1), False, "behind"), (timedelta(seconds=3), True, "away")],
)
def test_mail_tells_how_long_the_oldest_letter_waits_and_whether_its_server_is_away(
    client: Client, seeded: Database, age: timedelta, is_held: bool, state: str
) -> None:
    with seeded.writing() as session:
        letter = post(session, Letter(to="femke@kennislab.example", name="nobody_known"))
        letter.created_at, letter.is_held = now() - age, is_held
    _status, told = ready(client)
    assert (told["mail"]["state"], told["mail"]["waiting"], told["mail"]["to"]) == (state, 1, "folder")
    assert told["mail"]["oldest"] == pytest.approx(age.total_seconds(), abs=5)


def test_without_a_database_nothing_can_be_served(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE epoch RENAME TO away")
    status, told = ready(client)
    assert (status, told["status"]) == (503, "unavailable")
    assert told["database"]["state"] == "away"
    assert "epoch" not in json.dumps(told), "an error of ours tells strangers nothing"


def test_it_comes_back_by_itself(client: Client, seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FRESH", 0.0)
    with seeded.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE epoch RENAME TO away")
    assert ready(client)[0] == 503
    with seeded.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO epoch")
    assert ready(client)[0] == 200


# --- never slow --------------------------------------------------------------------------------------------------


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The engine takes the question and does not answer until the event is set."""
    release = threading.Event()

    def hang() -> bool:
        release.wait(30)
        return True

    monkeypatch.setattr(engine, "is_there", hang)
    yield release
    release.set()


def test_a_part_that_hangs_keeps_nobody_waiting(client: Client, hanging: threading.Event) -> None:
    before = threading.active_count()
    began = time.monotonic()
    for _ in range(3):
        status, told = ready(client)
        assert (status, told["status"], told["search"]) == (200, "degraded", {"state": "silent", "age": None})
    assert time.monotonic() - began < 3 * (watching.PATIENCE + 0.5)
    assert threading.active_count() <= before + 1, "one look at a time"
    hanging.set()
    time.sleep(0.1)
    assert ready(client)[1]["search"]["state"] in ("ok", "behind")


def test_a_database_that_hangs_is_told_at_once_and_kept_pages_are_still_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    kept = client.get("/feeds/alles.atom")

    def hang(*_any: object) -> None:
        release.wait(30)
        raise AssertionError("nobody asks so long")

    monkeypatch.setattr(database.Database, "reading", hang)
    try:
        began = time.monotonic()
        status, told = ready(client)
        assert (status, told["status"], told["database"]["state"]) == (503, "unavailable", "silent")
        assert client.get("/healthz").status_code == 200
        assert client.get("/feeds/alles.atom").content == kept.content
        assert time.monotonic() - began < watching.PATIENCE + 1
    finally:
        release.set()


def test_a_crowd_of_monitors_looks_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    there = engine.is_there

    def count() -> bool:
        looks.append(time.monotonic())
        return there()

    monkeypatch.setattr(engine, "is_there", count)
    answers = client.together(["/readyz"] * 50)
    assert {answer.status_code for answer in answers} == {200}
    assert len(looks) == 1


def test_an_old_sight_is_no_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    seen = iter([lambda: None, release.wait])

    def look() -> dict[str, Any]:
        next(seen)()
        return {"state": "ok"}

    monkeypatch.setattr(watching, "PATIENCE", 0.05)
    monkeypatch.setattr(watching, "FRESH", 0.05)

    async def watch() -> list[dict[str, Any]]:
        part = Part(look)
        told = [await part.sight()]
        await asyncio.sleep(0.2)
        told.append(await part.sight())
        release.set()
        return told

    first, second = asyncio.run(watch())
    assert first["state"] == "ok"
    assert second["state"] == "silent"
    assert second["age"] > 0.1


# --- robots and reports ------------------------------------------------------------------------------------------


def test_robots_stay_away_from_what_has_no_end(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Disallow: /zoeken\n" in answer.text
    assert "Disallow: /kennis" not in answer.text


REPORT = {
    "csp-report": {
        "document-uri": "http://proeftuin.example/kennis/lasmal?q=geheim#x",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/a.js?token=geheim",
        "original-policy": "default-src 'none'",
    }
}


@pytest.fixture(autouse=True)
def nothing_written() -> None:
    machines._written.clear()


@pytest.mark.parametrize(
    ("content_type", "report"),
    [
        ("application/csp-report", REPORT),
        (
            "application/reports+json",
            [
                {
                    "type": "csp-violation",
                    "body": {
                        "documentURL": "http://proeftuin.example/kennis/lasmal?q=geheim",
                        "effectiveDirective": "script-src-elem",
                        "blockedURL": "https://evil.example/a.js?token=geheim",
                    },
                }
            ],
        ),
    ],
)
def test_what_the_policy_stopped_is_written_down_without_what_is_the_readers(
    client: Client, caplog: pytest.LogCaptureFixture, content_type: str, report: Any
) -> None:
    body = json.dumps(report)
    answer = client.post("/csp", content=body, headers={"content-type": content_type}, origin="https://evil.example")
    assert (answer.status_code, answer.content) == (204, b"")
    (line,) = [record for record in caplog.records if record.name == machines.__name__]
    assert line.directive == "script-src-elem"
    assert line.blocked == "https://evil.example/a.js"
    assert line.page == "http://proeftuin.example/kennis/lasmal"
    assert "geheim" not in str(vars(line))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"[1]",
        b"null",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b'{"csp-report": 3}',
        b'{"csp-report": {"blocked-uri": {"a": 1}}}',
        b'{"csp-report": {"blocked-uri": "http://[::1"}}',
        b"[" * 10_000,
    ],
)
def test_what_is_no_report_is_passed_over(client: Client, body: bytes) -> None:
    assert client.post("/csp", content=body, origin=None).status_code == 204


def test_a_report_that_is_too_large_is_refused(client: Client) -> None:
    assert client.post("/csp", content=b"x" * 16_001, origin=None).status_code == 413
    assert client.raw("POST", "/csp", body=[b"x" * 9_000] * 2)[0] == 413


def test_a_flood_of_reports_fills_nobodys_disk(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, machines.__name__)
    for _ in range(machines.REPORTS_A_MINUTE + 20):
        assert client.post("/csp", json=REPORT, origin=None).status_code == 204
    lines = [record for record in caplog.records if record.name == machines.__name__]
    assert len(lines) == machines.REPORTS_A_MINUTE


def test_a_report_is_no_page(client: Client) -> None:
    assert client.get("/csp").status_code == 405

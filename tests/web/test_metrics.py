"""What a monitor reads: figures of every web process, and nothing for strangers."""

import asyncio
import os
import re
import subprocess
import sys
import time
import timeit
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core import metrics, settings
from app.core.database import Database
from app.core.metrics import STORE_HITS, Tally
from tests.web.client import Client

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[2]


def figure(text: str, name: str, **labels: str) -> float:
    """One figure of the page; 0 when it is not there. Labels are told in any order."""
    for told, shown in re.findall(rf"^{name}(?:{{(.*?)}})? (\S+)$", text, re.MULTILINE):
        if dict(re.findall(r'(\w+)="([^"]*)"', told)) == labels:
            return float(shown)
    return 0.0


def read(client: Client) -> str:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == metrics.CONTENT_TYPE
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def test_requests_are_counted_by_the_template_of_their_route(client: Client) -> None:
    piece = {"route": "/kennis/{slug}", "method": "GET", "status": "404"}
    topics = {"route": "/api/v1/topics", "method": "GET", "status": "200"}
    before = read(client)
    client.get("/kennis/bestaat-niet")
    client.get("/en/kennis/bestaat-ook-niet")
    client.get("/api/v1/topics")
    after = read(client)
    assert figure(after, "proeftuin_requests_total", **piece) == figure(before, "proeftuin_requests_total", **piece) + 2
    assert figure(after, "proeftuin_requests_total", **topics) == 1 + figure(
        before, "proeftuin_requests_total", **topics
    )
    assert figure(after, "proeftuin_request_seconds_count", route="/kennis/{slug}") >= 2
    assert "bestaat" not in after


def test_what_strangers_make_up_makes_no_figures(client: Client) -> None:
    for number in range(5):
        client.get(f"/verzonnen-{number}")
        client.raw(f"MADEUP{number}", "/")
    text = read(client)
    assert "verzonnen" not in text
    assert "MADEUP" not in text
    assert figure(text, "proeftuin_requests_total", route="none", method="GET", status="404") >= 5


def test_the_store_tells_how_often_it_could_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/feeds/alles.atom")
    before = figure(read(client), "proeftuin_store_hits_total")
    for _ in range(3):
        client.get("/feeds/alles.atom")
    deadline = time.monotonic() + 5
    while figure(text := read(client), "proeftuin_store_hits_total") < before + 3 and time.monotonic() < deadline:
        client._run(_a_moment())
    assert figure(text, "proeftuin_store_hits_total") == before + 3
    assert figure(text, "proeftuin_store_misses_total") >= 1


async def _a_moment() -> None:
    await asyncio.sleep(0.2)


def test_counting_a_kept_page_costs_next_to_nothing() -> None:
    tally = Tally(STORE_HITS)

    def count() -> None:
        tally.number += 1

    assert min(timeit.repeat(count, number=10_000, repeat=5)) / 10_000 < 3e-6


def test_the_state_of_the_house_is_told(client: Client) -> None:
    text = read(client)
    assert figure(text, "proeftuin_part_well", part="database") == 1
    assert figure(text, "proeftuin_epoch") > 0
    names = ("jobs_waiting", "jobs_parked", "jobs_oldest_seconds", "search_lag_seconds", "search_waiting")
    for name in (*names, "letters_waiting", "letters_oldest_seconds", "letters_refused"):
        assert re.search(rf"^proeftuin_{name} ", text, re.MULTILINE), name


def test_a_search_without_the_engine_is_a_fallback(client: Client) -> None:
    before = figure(read(client), "proeftuin_search_fallbacks_total")
    client.get("/api/v1/search?q=las")
    assert figure(read(client), "proeftuin_search_fallbacks_total") == before + 1


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_what_was_forwarded_is_not_from_this_machine(client: Client, name: str) -> None:
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 404


def test_for_strangers_there_is_nothing_there(seeded: Database) -> None:
    with Client(peer="203.0.113.9") as stranger:
        refused = stranger.get("/metrics")
        unknown = stranger.get("/bestaat-niet")
        assert refused.status_code == unknown.status_code == 404
        assert refused.text.replace("/metrics", "") == unknown.text.replace("/bestaat-niet", "")
        for shown in ("", "Bearer ", "Bearer", "Basic Og=="):
            assert stranger.get("/metrics", headers={"authorization": shown}).status_code == 404


def test_the_token_opens_it_from_anywhere(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.settings().model_copy(update={"metrics_token": SecretStr("a-token-of-the-operator")})
    monkeypatch.setattr(settings, "_configured", chosen)
    with Client(peer="203.0.113.9") as stranger:
        good = {"authorization": "Bearer a-token-of-the-operator", "x-forwarded-for": "198.51.100.7"}
        assert stranger.get("/metrics", headers=good).status_code == 200
        assert stranger.get("/metrics", headers={"authorization": "Bearer another"}).status_code == 404
        assert stranger.get("/metrics?token=a-token-of-the-operator").status_code == 404


COUNTING = """
from app.core import metrics
metrics.REQUESTS.labels("/kennis", "GET", "200").inc(3)
metrics.DURATIONS.labels("/kennis").observe(0.2)
metrics.STORE_HITS.inc(2)
"""


def test_two_processes_count_together_and_a_new_start_forgets(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    metrics.empty(folder)
    environment = os.environ | {metrics.FOLDER_VARIABLE: str(folder), "PYTHONPATH": str(ROOT)}

    def python(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout

    tell = "from app.core import metrics; print(metrics.exposition().decode())"
    python(COUNTING)
    text = python(COUNTING + tell)
    assert figure(text, "proeftuin_requests_total", route="/kennis", method="GET", status="200") == 6
    assert figure(text, "proeftuin_request_seconds_count", route="/kennis") == 2
    assert figure(text, "proeftuin_store_hits_total") == 4
    metrics.empty(folder)
    assert figure(python(tell), "proeftuin_store_hits_total") == 0

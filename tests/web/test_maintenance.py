"""Closed for a moment: a page that says so, for everybody, until it is opened again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import maintenance, settings
from app.core.maintenance import BY_MIGRATE, close, closed_by_migrate, is_closed, reopen
from tests.web.client import Client

pytestmark = pytest.mark.whole


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look with every request."""
    monkeypatch.setattr(maintenance, "LOOK_EVERY", 0.0)


@pytest.fixture
def closed(client: Client, at_once: None) -> Iterator[Client]:
    """The site, with a page kept from before it was closed."""
    client.get("/feeds/alles.atom")
    close(settings.settings().data_dir)
    yield client
    reopen(settings.settings().data_dir)


@pytest.mark.parametrize(("path", "said"), [("/", "dicht voor onderhoud"), ("/en", "closed for maintenance")])
def test_people_get_a_page_that_says_so(closed: Client, path: str, said: str) -> None:
    answer = closed.get(path)
    assert answer.status_code == 503
    assert said in answer.text
    assert answer.headers["retry-after"]
    assert answer.headers["cache-control"] == "no-store"
    assert "content-security-policy" in answer.headers


def test_programs_get_problem_details(closed: Client) -> None:
    answer = closed.get("/api/v1/topics")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "maintenance" in answer.json()["detail"]


def test_nothing_is_changed_and_nothing_kept_is_shown(closed: Client) -> None:
    assert closed.get("/feeds/alles.atom").status_code == 503
    assert closed.post("/uitloggen").status_code == 503


def test_monitors_are_still_answered(closed: Client) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert closed.get(path).status_code == 200


def test_it_opens_again(closed: Client) -> None:
    reopen(settings.settings().data_dir)
    assert closed.get("/feeds/alles.atom").status_code == 200


def test_a_migration_closes_and_opens_but_not_what_was_closed_by_hand(tmp_path: Path) -> None:
    with closed_by_migrate(tmp_path):
        assert is_closed(tmp_path)
    assert not is_closed(tmp_path)
    close(tmp_path)
    with closed_by_migrate(tmp_path):
        assert is_closed(tmp_path)
    assert is_closed(tmp_path)


def test_what_a_killed_migration_left_is_opened_by_the_next(tmp_path: Path) -> None:
    close(tmp_path, why=BY_MIGRATE)
    with closed_by_migrate(tmp_path):
        assert is_closed(tmp_path)
    assert not is_closed(tmp_path)

"""Writing through the API: with a token made for it, on the version that was read, once for each key."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.core.database import Database
from app.people import tokens
from app.people.signing_in import actor_for
from tests.web.client import Client
from tests.web.joining import person

pytestmark = pytest.mark.whole

NEW = {
    "kind": "lesson",
    "lang": "nl",
    "organisation": "kennislab-slim-maken",
    "title": "Meet eerst",
    "told": {"takeaway": "Meet eerst.", "delay_weeks": 10},
}


def token(seeded: Database, handle: str, *scopes: str) -> dict[str, str]:
    user = person(seeded, handle)
    with seeded.writing() as session:
        wish = tokens.Wish("test", scopes, 30)
        word = tokens.make(session, wish, by=actor_for(session, user), is_strong=True)
    return {"authorization": f"Bearer {word}"}


@pytest.fixture
def femke(seeded: Database) -> dict[str, str]:
    return token(seeded, "femke", "write")


@pytest.fixture
def api(client: Client) -> Iterator[Client]:
    return client


def begun(api: Client, who: dict[str, str], **changes: Any) -> Any:
    answer = api.post("/api/v1/articles", json={**NEW, **changes}, headers=who)
    assert answer.status_code == 201, answer.text
    return answer


def test_a_piece_is_begun_read_and_changed(api: Client, femke: dict[str, str]) -> None:
    made = begun(api, femke)
    slug, tag = made.json()["slug"], made.headers["etag"]
    assert (slug, made.json()["told"]["delay_weeks"]) == ("meet-eerst", 10)
    assert any(need["blocks"] for need in made.json()["needs"])
    changed = api.request(
        "PATCH",
        f"/api/v1/articles/{slug}",
        json={"told": {"outcome": "mixed", "delay_weeks": None}},
        headers={**femke, "if-match": tag},
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["told"] == {"takeaway": "Meet eerst.", "outcome": "mixed"}
    read = api.get(f"/api/v1/articles/{slug}/draft", headers=femke)
    assert read.headers["etag"] == changed.headers["etag"] != tag
    assert next(row["slug"] for row in api.get("/api/v1/drafts", headers=femke).json()["items"]) == slug


def test_a_stale_change_is_412_and_a_blind_one_428(api: Client, femke: dict[str, str]) -> None:
    made = begun(api, femke)
    at, tag = f"/api/v1/articles/{made.json()['slug']}", made.headers["etag"]
    assert api.request("PATCH", at, json={"title": "A"}, headers={**femke, "if-match": tag}).status_code == 200
    assert api.request("PATCH", at, json={"title": "B"}, headers={**femke, "if-match": tag}).status_code == 412
    for blind in ({}, {"if-match": "*"}, {"if-match": "7"}):
        assert api.request("PATCH", at, json={"title": "C"}, headers={**femke, **blind}).status_code == 428
    assert api.get(f"{at}/draft", headers=femke).json()["title"] == "A"


def test_the_same_key_makes_one_piece(api: Client, femke: dict[str, str]) -> None:
    key = {**femke, "idempotency-key": "een-sleutel"}
    first, second = begun(api, key), begun(api, key)
    assert first.json() == second.json()
    assert api.post("/api/v1/articles", json={**NEW, "title": "Anders"}, headers=key).status_code == 409
    assert begun(api, femke).json()["slug"] != first.json()["slug"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"told": {"delay_weeks": "tien"}},
        {"told": {"uncle": 1}},
        {"told": {"takeaway": ["x"]}},
        {"stage": "published"},
        {"title": "x" * 111},
        {"organisation": "woldzicht-verspaning"},
        {"kind": "poem"},
    ],
)
def test_what_does_not_fit_is_refused_by_name(api: Client, femke: dict[str, str], wrong: dict[str, Any]) -> None:
    answer = api.post("/api/v1/articles", json={**NEW, **wrong}, headers=femke)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"]


@pytest.mark.parametrize(
    ("handle", "scopes"), [("femke", ["read", "account"]), ("sjoerd", ["write"]), ("aafke", ["write"])]
)
def test_others_and_reading_tokens_write_nothing(
    api: Client, seeded: Database, femke: dict[str, str], handle: str, scopes: list[str]
) -> None:
    slug = begun(api, femke).json()["slug"]
    who = token(seeded, handle, *scopes)
    assert api.get(f"/api/v1/articles/{slug}/draft", headers=who).status_code in (403, 404)
    change = {**who, "if-match": '"1"'}
    assert api.request("PATCH", f"/api/v1/articles/{slug}", json={"title": "X"}, headers=change).status_code in (
        403,
        404,
    )
    assert api.post("/api/v1/articles", json=NEW, headers=who).status_code in (403, 422)
    assert slug not in api.get("/api/v1/drafts", headers=who).text


def test_nobody_writes_without_saying_who_they_are(api: Client) -> None:
    assert api.post("/api/v1/articles", json=NEW).status_code == 401

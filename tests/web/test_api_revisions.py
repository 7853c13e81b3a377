"""Texts that were put aside, through the API: told to those who write, put there, and gone back to."""

from typing import Any

import pytest
from sqlmodel import col, select

from app.core.database import Database
from content.models import Revision
from tests.web.client import Client
from tests.web.test_api_writing import begun, token

pytestmark = pytest.mark.whole


@pytest.fixture
def femke(seeded: Database) -> dict[str, str]:
    return token(seeded, "femke", "write")


@pytest.fixture
def at(client: Client, femke: dict[str, str]) -> str:
    """A new draft."""
    return f"/api/v1/articles/{begun(client, femke).json()['slug']}"


def change(client: Client, at: str, who: dict[str, str], **changes: Any) -> str:
    tag = client.get(f"{at}/draft", headers=who).headers["etag"]
    answer = client.request("PATCH", at, json=changes, headers={**who, "if-match": tag})
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"]


def test_a_text_is_put_aside_read_and_gone_back_to(client: Client, femke: dict[str, str], at: str) -> None:
    assert client.get(f"{at}/revisions", headers=femke).json()["items"] == []
    change(client, at, femke, body="Zoals het was.")
    aside = client.post(f"{at}/revisions", json={"note": "Voor de  verbouwing"}, headers=femke)
    assert aside.status_code == 201, aside.text
    first = aside.json()
    assert (first["note"], first["by"], first["published_version"]) == ("Voor de verbouwing", "Femke Hoekstra", None)
    # The same text again is that one still.
    again = client.post(f"{at}/revisions", json={"note": "Nog eens"}, headers=femke)
    assert (again.status_code, again.json()) == (200, first)
    tag = change(client, at, femke, title="Anders", body="Zoals het is.")
    told = client.get(f"{at}/revisions", headers=femke)
    assert (told.json()["items"], told.headers["etag"]) == ([first], tag)
    old = client.get(f"{at}/revisions/{first['number']}", headers=femke).json()
    assert (old["title"], old["body"], old["authors"]) == ("Meet eerst", "Zoals het was.", ["femke"])
    back = client.post(f"{at}/revisions/{first['number']}/restoration", headers={**femke, "if-match": tag})
    assert back.status_code == 200, back.text
    assert back.json()["body"] == "Zoals het was."
    assert back.json() == client.get(f"{at}/draft", headers=femke).json()
    # What stood there was put aside first.
    newest = client.get(f"{at}/revisions", headers=femke).json()["items"][0]["number"]
    assert client.get(f"{at}/revisions/{newest}", headers=femke).json()["body"] == "Zoals het is."


def test_nobody_goes_back_blindly_or_over_what_they_did_not_see(client: Client, femke: dict[str, str], at: str) -> None:
    number = client.post(f"{at}/revisions", json={}, headers=femke).json()["number"]
    seen = client.get(f"{at}/draft", headers=femke).headers["etag"]
    change(client, at, femke, body="Van een ander.")
    door = f"{at}/revisions/{number}/restoration"
    assert client.post(door, headers=femke).status_code == 428
    assert client.post(door, headers={**femke, "if-match": seen}).status_code == 412
    now = client.get(f"{at}/draft", headers=femke)
    assert now.json()["body"] == "Van een ander."
    there = {**femke, "if-match": now.headers["etag"]}
    assert client.post(f"{at}/revisions/99/restoration", headers=there).status_code == 404
    for wrong in ("0", "x", str(2**31)):
        assert client.get(f"{at}/revisions/{wrong}", headers=femke).status_code in (400, 404)


def test_the_same_key_is_done_once(client: Client, femke: dict[str, str], at: str) -> None:
    key = {**femke, "idempotency-key": "apart"}
    first = client.post(f"{at}/revisions", json={"note": "een"}, headers=key)
    tag = change(client, at, femke, body="Zoals het is.")
    again = client.post(f"{at}/revisions", json={"note": "een"}, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(client.get(f"{at}/revisions", headers=femke).json()["items"]) == 1
    assert client.post(f"{at}/revisions", json={"note": "twee"}, headers=key).status_code == 409
    back = {**femke, "idempotency-key": "terug", "if-match": tag}
    door = f"{at}/revisions/{first.json()['number']}/restoration"
    assert client.post(door, headers=back).json() == client.post(door, headers=back).json()
    assert len(client.get(f"{at}/revisions", headers=femke).json()["items"]) == 2


def test_a_note_that_is_too_long_is_refused_by_name(client: Client, femke: dict[str, str], at: str) -> None:
    for wrong in ({"note": "x" * 501}, {"note": None}, {"title": "x"}):
        answer = client.post(f"{at}/revisions", json=wrong, headers=femke)
        assert (answer.status_code, bool(answer.json()["field"])) == (422, True)


@pytest.mark.parametrize("handle", ["aafke", "sjoerd"])
def test_what_others_put_aside_is_not_there(
    client: Client, seeded: Database, femke: dict[str, str], at: str, handle: str
) -> None:
    number = client.post(f"{at}/revisions", json={}, headers=femke).json()["number"]
    other = {**token(seeded, handle, "write"), "if-match": '"1"'}
    assert client.get(f"{at}/revisions", headers=other).status_code == 404
    assert client.get(f"{at}/revisions/{number}", headers=other).status_code == 404
    assert client.post(f"{at}/revisions", json={}, headers=other).status_code == 404
    assert client.post(f"{at}/revisions/{number}/restoration", headers=other).status_code == 404
    for who, status in (({}, 401), (token(seeded, "femke", "read", "publish"), 403)):
        assert client.get(f"{at}/revisions", headers=who).status_code == status
        assert client.post(f"{at}/revisions/{number}/restoration", headers=who).status_code == status


def test_a_name_that_was_taken_off_is_not_told_again(
    client: Client, seeded: Database, femke: dict[str, str], at: str
) -> None:
    number = client.post(f"{at}/revisions", json={}, headers=femke).json()["number"]
    with seeded.writing() as session:
        revision = session.exec(select(Revision).order_by(col(Revision.id).desc())).first()
        assert revision
        revision.content = revision.content.model_copy(update={"authors": ("femke", "sjoerd")})
        session.add(revision)
    assert client.get(f"{at}/revisions/{number}", headers=femke).json()["authors"] == ["femke"]

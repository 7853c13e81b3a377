"""A zip of texts is looked at before anything changes, is brought in, and again; strangers get nowhere near it."""

import re

import httpx
import pytest
from sqlmodel import select

from app.core.database import Database
from app.web.security import LARGEST_BODY
from content.carrying import opening
from content.models import Article, Draft
from tests.content.test_along import LESSON, lesson, zipped
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_writing import LAB, token_of

pytestmark = pytest.mark.whole

DOOR = "/schrijven/inlezen"


@pytest.fixture
def femke(client: Client, seeded: Database) -> Client:
    """Writes for the Kennislab."""
    return client.sign_in(person(seeded, "femke"))


def send(client: Client, data: bytes, *, door: str = DOOR, **told: str) -> httpx.Response:
    token = token_of(client.get("/schrijven/nieuw").text)
    fields = {"token": token, "owner": LAB, **told}
    return client.post(door, data=fields, files=[("bestand", ("stukken.zip", data))])


def take(client: Client, look: httpx.Response, *, door: str = "/schrijven/ingelezen", **told: str) -> httpx.Response:
    found = re.search(r'name="hash" value="([0-9a-f]{64})"', look.text)
    assert found
    return client.post(door, data={"token": token_of(look.text), "hash": found[1], "owner": LAB, **told})


def titles(database: Database) -> list[str]:
    with database.reading() as session:
        drafts = session.exec(select(Draft)).all()
        return [each.content.title for each in drafts if each.content.title.startswith("Meet eerst")]


def test_a_zip_is_looked_at_and_then_brought_in_again_and_again(femke: Client, seeded: Database) -> None:
    assert "lees bestanden in" in femke.get("/schrijven").text.lower()
    before = titles(seeded)
    look = send(femke, lesson())
    assert look.status_code == 200
    assert "Nieuw" in look.text
    assert "Bestand “weg.png”: zit niet in de zip." in look.text
    assert "Auteur “sjoerd”" in look.text
    assert titles(seeded) == before
    taken = take(femke, look)
    assert (taken.status_code, taken.headers["location"]) == (303, "/schrijven?klaar=ingelezen&aantal=1-0-0")
    assert "Eén tekst kwam binnen." in femke.get(taken.headers["location"]).text
    assert len(titles(seeded)) == len(before) + 1
    # It can be taken once; looked at again it is there already.
    assert take(femke, look).status_code == 422
    again = send(femke, lesson())
    assert "Is al zo" in again.text
    assert "Lees ze in" not in again.text
    changed = take(femke, send(femke, lesson(LESSON.replace("Wat er gebeurde", "Wat er gebeurde toen"))))
    assert changed.headers["location"].endswith("0-1-0")


def test_in_english_too(femke: Client) -> None:
    look = send(femke, lesson(), door="/en" + DOOR)
    assert "File “weg.png”: is not in the zip." in look.text
    taken = take(femke, look, door="/en/schrijven/ingelezen")
    assert "One text came in." in femke.get(taken.headers["location"]).text


@pytest.mark.parametrize("wrong", [b"", b"PK\x03\x04", zipped({"readme.md": "x"}), zipped({"x.txt": "y"})])
def test_what_is_no_such_zip_is_told_at_the_field(femke: Client, wrong: bytes) -> None:
    answer = send(femke, wrong)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_what_is_in_a_zip_is_shown_as_text(femke: Client) -> None:
    bad = "<img src=x onerror=alert(1)>"
    page = send(femke, zipped({f"{bad}.md": LESSON.replace("Meet eerst", bad), f"../{bad}": "x"})).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_for_another_organisation_nobody_brings_anything_in(femke: Client, seeded: Database) -> None:
    assert send(femke, lesson(), owner="woldzicht-verspaning").status_code == 422
    look = send(femke, lesson())
    assert take(femke, look, owner="woldzicht-verspaning").status_code == 422
    with seeded.reading() as session:
        assert session.exec(select(Article).where(Article.slug == "meet-eerst")).all() == []


@pytest.mark.parametrize("handle", ["sjoerd"])
def test_who_writes_for_nobody_is_turned_away_before_a_byte_is_read(seeded: Database, handle: str) -> None:
    with Client() as client:
        client.sign_in(person(seeded, handle))
        assert "Je kunt nog geen stuk beginnen" in client.get(DOOR).text
        data = b"x" * (LARGEST_BODY + 10)
        assert send(client, data).status_code == 403
        told = {"token": token_of(client.get("/schrijven/nieuw").text), "hash": "0" * 64, "owner": LAB}
        assert client.post("/schrijven/ingelezen", data=told).status_code == 403


def test_nobody_takes_the_zip_of_another(femke: Client, seeded: Database) -> None:
    look = send(femke, lesson())
    with Client() as other:
        other.sign_in(person(seeded, "tjitske"))
        found = re.search(r'name="hash" value="([0-9a-f]{64})"', look.text)
        assert found
        told = {"token": token_of(other.get("/schrijven/nieuw").text), "hash": found[1], "owner": LAB}
        assert other.post("/schrijven/ingelezen", data=told).status_code == 422


def test_texts_with_endless_facts_do_not_hold_up_the_house(femke: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million letters of YAML take ten seconds to read: fifty such texts held a whole process for minutes."""
    monkeypatch.setattr(opening, "PATIENCE_FOR_TEXTS", 60.0)
    told = send(femke, zipped({f"{n}.md": f"---\na: [{'1, ' * 330_000}1]\n---\n" for n in range(50)}))
    assert told.text.count("zijn langer dan een stuk er kan hebben") == 50
    monkeypatch.setattr(opening, "PATIENCE_FOR_TEXTS", 0.0)
    assert "Er was geen tijd meer voor" in send(femke, zipped({"les.md": LESSON})).text

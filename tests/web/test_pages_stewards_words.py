"""What stewards see of searches and words, and that nobody else sees it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from app.core.clock import today
from app.core.database import Database
from app.core.working import work_off
from app.people.models import User
from content.subjects import GlossaryGroup
from search.overhearing import Asked
from search.rebuilding import rebuild
from tests.web.client import Client

pytestmark = pytest.mark.whole

PAGES = ("/beheer/zoeken", "/beheer/woorden", "/en/beheer/zoeken", "/en/beheer/woorden")


@pytest.fixture
def filed(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    from app.core import settings

    chosen = settings.settings().model_copy(update={"search_binary": "/nowhere"})
    monkeypatch.setattr(settings, "_configured", chosen)
    work_off()
    rebuild()
    return seeded


@pytest.fixture
def client(filed: Database) -> Iterator[Client]:
    with Client() as client:
        yield client


def person(database: Database, handle: str) -> User:
    with database.reading() as session:
        return session.exec(select(User).where(User.handle == handle)).one()


def token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_for_anybody_but_a_steward_the_page_is_not_there(client: Client, filed: Database, path: str) -> None:
    assert client.get(path).status_code == 404
    client.sign_in(person(filed, "femke"))
    assert client.get(path).status_code == 404
    assert client.post(path, data={"van": "a1", "naar": "b1"}).status_code in (403, 404, 405)
    client.sign_in(person(filed, "noor"))
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"


def test_what_finds_nothing_becomes_a_synonym_in_two_steps(client: Client, filed: Database) -> None:
    with filed.writing() as session:
        session.add(Asked(day=today(), language="nl", words="kobbotlassen", times=14, empty=14))
    client.sign_in(person(filed, "noor"))
    page = client.get("/beheer/zoeken?lijst=leeg").text
    assert "kobbotlassen" in page
    href = re.search(r'href="(/beheer/woorden\?van=kobbotlassen[^"#]*)', page)
    assert href is not None
    form = client.get("/beheer/woorden?van=zeeslibhulp&naar=cobot&kant=een").text
    assert "Wat er verandert" in form
    assert "zeeslibhulp" in form
    sent = {"token": token(form), "van": "zeeslibhulp", "naar": "cobot", "kant": "een"}
    answer = client.post("/beheer/woorden", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/beheer/woorden")
    work_off()
    assert "results" in client.get("/zoeken?q=zeeslibhulp").text
    assert "Geen resultaten" not in client.get("/zoeken?q=zeeslibhulp").text
    assert "0 resultaten" not in client.get("/zoeken?q=zeeslibhulp").text


def test_looking_at_what_would_change_changes_nothing(client: Client, filed: Database) -> None:
    client.sign_in(person(filed, "noor"))

    def groups() -> list[object]:
        with filed.reading() as session:
            return [(row.slug, row.told) for row in session.exec(select(GlossaryGroup)).all()]

    before = groups()
    client.get("/beheer/woorden?van=zeeslibhulp&naar=cobot&kant=beide")
    client.get("/beheer/woorden?groep=cobot&weg=1&woord=kobot")
    assert groups() == before


def test_a_word_of_a_topic_is_added_and_taken_away(client: Client, filed: Database) -> None:
    client.sign_in(person(filed, "noor"))
    page = client.get("/beheer/woorden?groep=cobot&woord=meewerkarm")
    assert page.status_code == 200
    assert "meewerkarm" in page.text
    key = token(page.text)
    assert client.post("/beheer/woorden/cobot", data={"token": key, "woord": "meewerkarm"}).status_code == 303
    assert "meewerkarm" in client.get("/beheer/woorden").text
    assert client.post("/beheer/woorden/cobot", data={"token": key, "woord": "meewerkarm"}).status_code == 422
    gone = client.post("/beheer/woorden/cobot", data={"token": key, "woord": "meewerkarm", "weg": "1"})
    assert gone.status_code == 303
    assert "meewerkarm" not in client.get("/beheer/woorden").text
    assert client.get("/beheer/woorden?groep=bestaat-niet").status_code == 404


@pytest.mark.parametrize(
    "sent", [{"van": "", "naar": "cobot"}, {"van": "x1", "naar": ""}, {"van": "cobot", "naar": "Cobot"}]
)
def test_what_is_no_synonym_comes_back_with_a_sentence(client: Client, filed: Database, sent: dict[str, str]) -> None:
    client.sign_in(person(filed, "noor"))
    key = token(client.get("/beheer/woorden?van=a1&naar=cobot").text)
    answer = client.post("/beheer/woorden", data={"token": key, **sent})
    assert answer.status_code == 422
    assert "error-summary" in answer.text


def test_without_its_token_a_form_changes_nothing(client: Client, filed: Database) -> None:
    client.sign_in(person(filed, "noor"))
    assert client.post("/beheer/woorden", data={"van": "a1", "naar": "cobot"}).status_code == 403
    assert client.post("/beheer/zoeken/bovenaan", data={"vraag": "a1"}).status_code == 403


def test_a_piece_is_put_on_top_of_a_question_and_taken_off(client: Client, filed: Database) -> None:
    client.sign_in(person(filed, "noor"))
    key = token(client.get("/beheer/zoeken").text)
    slug = "oee-meten-verspaning-woldzicht"
    until = (today() + timedelta(days=7)).isoformat()
    sent = {"token": key, "vraag": "cobot veilig", "stuk": f"http://proeftuin.example/kennis/{slug}", "tot": until}
    assert client.post("/beheer/zoeken/bovenaan", data=sent).status_code == 303
    assert client.post("/beheer/zoeken/bovenaan", data={**sent, "stuk": "nergens"}).status_code == 422
    assert client.post("/beheer/zoeken/bovenaan", data={**sent, "tot": "gisteren"}).status_code == 422
    assert "Gekozen door het kenniscentrum" in client.get("/zoeken?q=cobot+veilig").text
    client.sign_out()
    assert "Gekozen door het kenniscentrum" in client.get("/zoeken?q=cobot+veilig").text
    client.sign_in(person(filed, "noor"))
    page = client.get("/beheer/zoeken").text
    number = re.search(r"/beheer/zoeken/bovenaan/(\d+)", page)
    assert number is not None
    assert client.post(f"/beheer/zoeken/bovenaan/{number[1]}", data={"token": token(page)}).status_code == 303
    client.sign_out()
    assert "Gekozen door het kenniscentrum" not in client.get("/zoeken?q=cobot+veilig").text

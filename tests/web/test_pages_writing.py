"""The editor: my pieces, a new one, and saving without losing anything."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from app.core.database import Database
from content.models import Draft
from tests.web.client import Client
from tests.web.filling import fields_of
from tests.web.joining import person

pytestmark = pytest.mark.whole

LAB = "kennislab-slim-maken"


@pytest.fixture
def femke(seeded: Database) -> Iterator[Client]:
    """Writes for the Kennislab."""
    with Client() as client:
        client.sign_in(person(seeded, "femke"))
        yield client


def begin(client: Client, kind: str = "lesson", **changes: Any) -> str:
    """A new piece; the address of its editor."""
    token = token_of(client.get("/schrijven/nieuw").text)
    data = {"token": token, "kind": kind, "owner": LAB, "language": "nl", "title": "Meet eerst", **changes}
    answer = client.post("/schrijven/nieuw", data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def token_of(html: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', html)[1]  # type: ignore[index]


def form_of(client: Client, at: str) -> dict[str, Any]:
    """The editor's form as a browser would send it."""
    return dict(fields_of(client.get(at).text, "stuk"))


def draft(database: Database, at: str) -> Draft:
    with database.reading() as session:
        return session.exec(select(Draft).where(Draft.article_id == int(at.rpartition("/")[2]))).one()


def test_a_new_piece_begins_with_the_skeleton_of_its_kind(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    page = femke.get(at).text
    assert "## Wat er gebeurde" in page
    assert draft(seeded, at).content.title == "Meet eerst"
    assert draft(seeded, at).content.authors == ("femke",)
    assert "Meet eerst" in femke.get("/schrijven").text


def test_what_is_typed_is_saved_on_the_version_it_was_typed_in(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    answer = femke.post(at, data={**form, "takeaway": "Meet eerst, koop daarna.", "delay_weeks": "10"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at}?klaar=bewaard")
    assert draft(seeded, at).content.told == {"takeaway": "Meet eerst, koop daarna.", "delay_weeks": 10}


def test_saving_what_is_shown_changes_nothing(femke: Client, seeded: Database) -> None:
    """Every seeded piece goes through the form and comes back the same."""
    with seeded.reading() as session:
        drafts = {row.article_id: row.content for row in session.exec(select(Draft)).all()}
    with Client() as noor:
        noor.sign_in(person(seeded, "noor"))
        for article_id, before in drafts.items():
            at = f"/schrijven/{article_id}"
            assert noor.post(at, data=form_of(noor, at)).status_code == 303
            after = draft(seeded, at).content
            assert after.model_dump(mode="json") == before.model_dump(mode="json")
    assert len(drafts) > 30


def test_a_stale_save_overwrites_nothing_and_keeps_what_was_typed(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    mine, theirs = form_of(femke, at), form_of(femke, at)
    assert femke.post(at, data={**theirs, "takeaway": "Van de ander."}).status_code == 303
    answer = femke.post(at, data={**mine, "takeaway": "Van mij."})
    assert answer.status_code == 412
    assert "Van mij." in answer.text
    assert draft(seeded, at).content.told["takeaway"] == "Van de ander."


def test_a_save_that_does_not_say_on_what_is_refused(femke: Client) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    assert femke.post(at, data={name: value for name, value in form.items() if name != "versie"}).status_code == 428


@pytest.mark.parametrize("handle", ["sjoerd", "aafke"])
def test_a_draft_is_not_there_for_others(femke: Client, seeded: Database, handle: str) -> None:
    at = begin(femke)
    with Client() as other:
        other.sign_in(person(seeded, handle))
        assert other.get(at).status_code == 404
        assert "Meet eerst" not in other.get("/schrijven").text


def test_what_is_no_number_stays_as_it_was_typed(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    femke.post(at, data={**form_of(femke, at), "delay_weeks": "een week of tien"})
    assert draft(seeded, at).content.told["delay_weeks"] == "een week of tien"
    assert form_of(femke, at)["delay_weeks"] == ["een week of tien"]

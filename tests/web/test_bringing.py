"""A Word document is looked at before it is taken; what is pasted comes back as Markdown; strangers get neither."""

import re

import httpx
import pytest

from app.core.database import Database
from app.people.signing_in import actor_for
from content import drafting
from content.models import Article
from content.writing import draft_of, newest_revision
from tests.content.words import picture, report
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_draft_files import Author

pytestmark = pytest.mark.whole


@pytest.fixture
def author(client: Client, seeded: Database) -> Author:
    author = Author(client, seeded)
    author.base = author.base.replace("/bestanden", "/inlezen")
    return author


def body_of(author: Author) -> str:
    with author.database.reading() as session:
        return draft_of(session, session.get_one(Article, author.article_id)).content.body


def hidden_in(page: str) -> dict[str, str]:
    """What the form that takes it carries along."""
    return dict(re.findall(r'name="(token|versie|hash|naam|plaats)" value="([^"]*)"', page))


def take(author: Author, told: dict[str, str]) -> httpx.Response:
    return author.client.post(author.base.replace("inlezen", "ingelezen"), data=told)


def write(author: Author, body: str) -> str:
    """A colleague writes this in the place of what stands there."""
    by_another = person(author.database, "tjitske")
    with author.database.writing() as session:
        article = session.get_one(Article, author.article_id)
        draft = draft_of(session, article)
        content = draft.content.model_copy(update={"body": body})
        drafting.save(session, article, content, by=actor_for(session, by_another), seen_version=draft.version)
    return body


def test_a_document_is_looked_at_and_then_taken(author: Author) -> None:
    before = body_of(author)
    look = author.send(("Mijn rapport.docx", report()))
    assert look.status_code == 200
    assert "Lasrobot bij tien stuks" in look.text
    assert body_of(author) == before
    told = {**hidden_in(look.text), "plaats": "achter"}
    taken = take(author, told)
    assert taken.status_code == 303
    after = body_of(author)
    assert after.startswith(before.rstrip())
    assert "| Robot \\| mal | 96.000 |" in after
    assert "![](files/mijn-rapport-1.jpg" in after
    assert "mijn-rapport-2.jpg" in author.names()
    # It can be taken once.
    assert take(author, told).status_code == 422


def test_what_was_written_since_one_looked_is_not_replaced(author: Author) -> None:
    told = {**hidden_in(author.send(("Rapport.docx", report())).text), "plaats": "in-plaats"}
    written = write(author, "Van een collega, een uur werk.")
    stale = take(author, told)
    assert stale.status_code == 412
    assert "Er is niets vervangen" in stale.text
    assert body_of(author) == written
    # The document is still there to take, on the text that one sees now.
    again = {**hidden_in(stale.text), "plaats": "in-plaats"}
    assert again["hash"] == told["hash"]
    assert take(author, again).status_code == 303
    assert "6,4 uur" in body_of(author)
    assert "een uur werk" not in body_of(author)
    # What stood there stands among the versions.
    with author.database.reading() as session:
        newest = newest_revision(session, session.get_one(Article, author.article_id))
        assert newest
        assert newest.content.body == written


def test_a_document_goes_behind_what_was_written_since_one_looked(author: Author) -> None:
    told = {**hidden_in(author.send(("Rapport.docx", report())).text), "plaats": "achter"}
    written = write(author, "Van een collega, een uur werk.")
    assert take(author, told).status_code == 303
    assert body_of(author).startswith(written)


def test_a_document_that_does_not_say_which_text_was_seen_is_not_taken(author: Author) -> None:
    told = {**hidden_in(author.send(("Rapport.docx", report())).text), "plaats": "in-plaats"}
    before = body_of(author)
    assert take(author, {name: value for name, value in told.items() if name != "versie"}).status_code == 428
    assert body_of(author) == before


def test_what_cannot_come_along_is_told_before_anything_changes(author: Author) -> None:
    look = author.send(("klein.docx", report(pictures=0)))
    assert "Alles komt mee" in look.text
    for wrong in (("foto.docx", picture()), ("rapport.pdf", b"%PDF-1.4"), ("x.docx", b"PK\x03\x04")):
        answer = author.send(wrong)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert author.send().status_code == 422


def test_what_is_pasted_comes_back_as_markdown(author: Author) -> None:
    address = author.base.replace("inlezen", "plakken")
    told = {"token": author.token, "html": "<h1>Kop</h1><p>Met <b>vet</b> en <img src='file:///x.png'></p>"}
    answer = author.client.post(address, data=told)
    assert answer.json()["markdown"] == "## Kop\n\nMet **vet** en\n"
    assert len(answer.json()["dropped"]) == 1
    assert author.client.post(address, data=told | {"token": "x"}).status_code == 403


def test_nobody_else_brings_anything_in(author: Author, seeded: Database) -> None:
    for handle in ("sjoerd", "aafke"):
        with Client() as client:
            other = Author(client, seeded, handle)
            other.base = author.base
            assert other.send(("a.docx", report(pictures=0))).status_code == 404
            assert other.client.get(author.base).status_code == 404
            for door in ("ingelezen", "plakken"):
                answer = other.client.post(author.base.replace("inlezen", door), data={"token": other.token})
                assert answer.status_code == 404


def test_the_editor_says_which_pictures_stayed_behind(author: Author) -> None:
    editor = author.base.replace("/inlezen", "")
    assert "bleven er 2 achter: nummers 2, 5." in author.client.get(f"{editor}?klaar=ingelezen&achter=2,5").text
    for told in ("<b>", "9999999", "", ",,,", "1;2"):
        assert "achter: nummer" not in author.client.get(f"{editor}?klaar=ingelezen&achter={told}").text

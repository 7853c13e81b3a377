"""A Word document is looked at before it is taken; what is pasted comes back as Markdown; strangers get neither."""

import re

import pytest

from app.core.database import Database
from content.models import Article
from content.writing import draft_of
from tests.content.words import picture, report
from tests.web.client import Client
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


def test_a_document_is_looked_at_and_then_taken(author: Author) -> None:
    before = body_of(author)
    look = author.send(("Mijn rapport.docx", report()))
    assert look.status_code == 200
    assert "Lasrobot bij tien stuks" in look.text
    assert body_of(author) == before
    found = re.search(r'name="hash" value="([0-9a-f]{64})"', look.text)
    assert found
    told = {"token": author.token, "hash": found[1], "naam": "Mijn rapport.docx", "plaats": "achter"}
    taken = author.client.post(author.base.replace("inlezen", "ingelezen"), data=told)
    assert taken.status_code == 303
    after = body_of(author)
    assert after.startswith(before.rstrip())
    assert "| Robot \\| mal | 96.000 |" in after
    assert "![](files/mijn-rapport-1.jpg" in after
    assert "mijn-rapport-2.jpg" in author.names()
    # It can be taken once.
    assert author.client.post(author.base.replace("inlezen", "ingelezen"), data=told).status_code == 422


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

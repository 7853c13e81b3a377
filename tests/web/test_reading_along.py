"""A draft that colleagues read along: while its authors allow it, for their own organisation, and to read only."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.models import Membership, Organisation, Role
from app.people.signing_in import actor_for
from content import filing
from content.filing import Told
from content.models import Article
from content.preparing import prepare_file
from content.snapshot import Visibility
from content.writing import draft_of, save_draft
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_writing import LAB, begin, draft, form_of, token_of

pytestmark = pytest.mark.whole

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>'


@pytest.fixture
def femke(client: Client, seeded: Database) -> Client:
    """Writes for the Kennislab."""
    return client.sign_in(person(seeded, "femke"))


@pytest.fixture
def colleague(seeded: Database) -> Iterator[Client]:
    """Somebody who reads at the Kennislab since today, beside what they do elsewhere."""
    user = person(seeded, "sjoerd")
    with seeded.writing() as session:
        lab = session.exec(select(Organisation).where(Organisation.slug == LAB)).one()
        session.add(Membership(user_id=user.id, organisation_id=lab.id, role=Role.READER))
    with Client() as other:
        yield other.sign_in(user)


def let_read(client: Client, at: str, *, is_allowed: bool = True) -> None:
    token = token_of(client.get(f"{at}/zichtbaar").text)
    told = {"token": token, "visibility": "members", **({"collegas": "ja"} if is_allowed else {})}
    assert client.post(f"{at}/zichtbaar", data=told).status_code == 303


def test_a_colleague_reads_along_while_the_author_allows_it(femke: Client, colleague: Client, seeded: Database) -> None:
    at = begin(femke)
    assert femke.post(at, data={**form_of(femke, at), "body": "Meet eerst, koop daarna."}).status_code == 303
    assert colleague.get(f"{at}/lezen").status_code == 404
    assert "om mee te lezen" not in colleague.get("/schrijven").text
    before = draft(seeded, at).text_version
    let_read(femke, at)
    assert draft(seeded, at).text_version == before
    page = colleague.get(f"{at}/lezen")
    assert page.status_code == 200
    assert "Meet eerst, koop daarna." in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert f"{at}/lezen" in colleague.get("/schrijven").text
    assert "checked" in femke.get(f"{at}/zichtbaar").text.partition('name="collegas"')[2][:40]
    # To read only.
    for path in ("", "/voorbeeld", "/verloop", "/bestanden", "/stand", "/zichtbaar"):
        assert colleague.get(at + path).status_code == 404, path
    form = form_of(femke, at)
    assert colleague.post(f"{at}/bewaren", data=form).status_code in (403, 404)
    let_read(femke, at, is_allowed=False)
    assert colleague.get(f"{at}/lezen").status_code == 404
    assert "om mee te lezen" not in colleague.get("/schrijven").text


@pytest.mark.parametrize("handle", ["", "aafke", "okke"])
def test_nobody_else_does(femke: Client, seeded: Database, handle: str) -> None:
    at = begin(femke)
    let_read(femke, at)
    with Client() as other:
        if handle:
            other.sign_in(person(seeded, handle))
        assert other.get(f"{at}/lezen").status_code == (404 if handle else 303)
        assert "Meet eerst" not in other.get("/schrijven").text


def test_who_left_the_organisation_reads_along_no_more(femke: Client, colleague: Client, seeded: Database) -> None:
    at = begin(femke)
    let_read(femke, at)
    assert colleague.get(f"{at}/lezen").status_code == 200
    with seeded.writing() as session:
        lab = session.exec(select(Organisation).where(Organisation.slug == LAB)).one()
        place = session.exec(
            select(Membership).where(
                Membership.organisation_id == lab.id, Membership.user_id == person(seeded, "sjoerd").id
            )
        ).one()
        session.delete(place)
    assert colleague.get(f"{at}/lezen").status_code == 404


def test_pictures_are_shown_but_for_those_that_are_for_fewer(
    femke: Client, colleague: Client, seeded: Database
) -> None:
    at = begin(femke)
    let_read(femke, at)
    user = person(seeded, "femke")
    with seeded.writing() as session:
        by = actor_for(session, user)
        article = session.get_one(Article, int(at.rpartition("/")[2]))
        open_ = filing.add(session, article, prepare_file("open.svg", DRAWING), by=by)
        other = filing.add(session, article, prepare_file("dicht.svg", DRAWING.replace(b"9", b"8")), by=by)
        filing.describe(session, article, "dicht.svg", Told(visibility=Visibility.ORGANISATIONS), by=by)
        content = draft_of(session, article).content
        body = "![](files/open.svg)\n\n![](files/dicht.svg)"
        save_draft(session, article, content.model_copy(update={"body": body}), by=by)
    page = colleague.get(f"{at}/lezen").text
    assert f"{at}/lezen/beeld/{open_.hash}/tekening.svg" in page
    assert other.hash not in page
    assert colleague.get(f"{at}/lezen/beeld/{open_.hash}/tekening.svg").status_code == 200
    assert colleague.get(f"{at}/lezen/beeld/{other.hash}/tekening.svg").status_code == 404
    let_read(femke, at, is_allowed=False)
    assert colleague.get(f"{at}/lezen/beeld/{open_.hash}/tekening.svg").status_code == 404

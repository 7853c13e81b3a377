"""Preview links: a draft for somebody without an account, until a day or until it is taken back."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from app.core.clock import now
from app.core.database import Database
from app.people.signing_in import actor_for
from content.models import Article
from content.preview_links import PreviewLink, write_down_openings
from content.publishing import publish, withdraw
from content.snapshot import FileUse, Visibility
from content.writing import revise, save_draft
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_reviewing import article, femke, post, told  # noqa: F401 - fixtures

pytestmark = pytest.mark.whole


def made(femke: Client, article: Article, **data: str) -> str:  # noqa: F811
    at = f"/schrijven/{article.id}/links"
    assert post(femke, at, at, **{"note": "Voor de directie", "days": "7", **data}).status_code == 303
    found = re.search(r'href="http://proeftuin.example(/concept/[^"]+)"', femke.get(at).text)
    assert found
    return found[1]


def links(seeded: Database) -> list[PreviewLink]:
    with seeded.reading() as session:
        return list(session.exec(select(PreviewLink)).all())


def test_whoever_holds_a_link_reads_the_draft_and_changes_nothing(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    write_down_openings()  # those of links in other tests: they are counted in memory, by number
    path = made(femke, article)
    before = links(seeded)[0].model_dump()
    for _scan in range(3):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Camera boven de lasnaad" in answer.text
        assert "Concept" in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex' in answer.text
    assert client.get(f"/en{path}").status_code == 200
    assert links(seeded)[0].model_dump() == before
    write_down_openings()
    assert links(seeded)[0].opens == 4
    assert "4 keer geopend" in femke.get(f"/schrijven/{article.id}/links").text
    for door in (f"/kennis/{article.slug}", "/zoeken?q=lasnaad", "/feeds/alles.atom"):
        assert "Camera boven" not in client.get(door).text


def test_a_link_that_is_over_taken_back_or_made_up_is_not_there(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    path, at = made(femke, article), f"/schrijven/{article.id}/links"
    missing = client.get("/concept/dat-is-er-niet")
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        assert client.get(path).status_code == missing.status_code == 404
    assert client.get(path).status_code == 200
    for _press in range(2):
        assert post(femke, at, at, doe="intrekken", link=str(links(seeded)[0].id)).status_code == 303
    assert client.get(path).status_code == 404
    assert post(femke, at, at, doe="intrekken", link="999").status_code == 404
    assert post(femke, at, at, days="9000").status_code == 422


def test_of_a_withdrawn_piece_a_newer_link_shows_what_is_on_its_way(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    before = made(femke, article)
    with seeded.writing() as session:
        found, by = session.get_one(Article, article.id), actor_for(session, person(seeded, "femke"))
        revise(session, found, by=by)
        publish(session, found, by=by)
        withdraw(session, found, by=by, reason_nl="Klopt niet.")
    assert client.get(before).status_code == 404
    after = next(path for path in [made(femke, article, note="Daarna")] if path != before)
    assert client.get(after).status_code == 200
    assert client.get(before).status_code == 404


def test_a_file_for_fewer_people_is_not_behind_a_link(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    with seeded.writing() as session:
        body = "## Wat\n\n![Geheim](files/geheim.png)\n\n[Tabel](files/tabel.csv)"
        files = (
            FileUse(name="geheim.png", hash="a" * 64, visibility=Visibility.MEMBERS, listed=False),
            FileUse(name="tabel.csv", hash="b" * 64, visibility=Visibility.MEMBERS),
        )
        by = actor_for(session, person(seeded, "femke"))
        save_draft(session, session.get_one(Article, article.id), told(body=body, files=files), by=by)
    path = made(femke, article)
    text = client.get(path).text
    assert "bijlagen" not in text
    assert "a" * 64 not in text
    assert client.get(f"{path}/beeld/{'a' * 64}/480.webp").status_code == 404


def test_the_token_lies_nowhere_as_it_is(seeded: Database, femke: Client, article: Article) -> None:  # noqa: F811
    token = made(femke, article).rpartition("/")[2]
    assert token not in str(links(seeded)[0].model_dump())


def test_others_neither_make_nor_see_links(seeded: Database, femke: Client, article: Article) -> None:  # noqa: F811
    made(femke, article)
    for handle in ("sjoerd", "aafke", "baukje"):
        with Client() as other:
            other.sign_in(person(seeded, handle))
            assert other.get(f"/schrijven/{article.id}/links").status_code == 404

"""Whoever reads a text before it appears sees its pictures and files; nobody else does, and stricter ones stay so."""

import pytest

from app.core.database import Database
from app.people.signing_in import actor_for
from content import attaching, needing
from content.attaching import keep_file
from content.models import Article, Attachment
from content.snapshot import FileUse, Visibility
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_reviewing import (  # noqa: F401 - fixtures
    article,
    baukje,
    femke,
    noor,
    rewrite,
    sent_in,
)

pytestmark = pytest.mark.whole

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="30"><rect width="9" height="9"/></svg>'


@pytest.fixture(autouse=True)
def a_short_story_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needing, "FEW_WORDS", 3)


@pytest.fixture
def picture(seeded: Database, article: Article) -> Attachment:  # noqa: F811
    """A drawing, a table for members and one for the owner alone, put with the draft."""
    with seeded.writing() as session:
        found, by = session.get_one(Article, article.id), actor_for(session, person(seeded, "femke"))
        kept = [
            keep_file(session, found, name, data, by=by)
            for name, data in (
                ("tekening.svg", SVG),
                ("leden.csv", b"week;uitval\n1;4\n"),
                ("intern.csv", b"week;uitval\n1;9\n"),
            )
        ]
        session.flush()
    uses = (
        FileUse(name="tekening.svg", hash=kept[0].hash, listed=False, shows="De camera van opzij"),
        FileUse(name="leden.csv", hash=kept[1].hash, visibility=Visibility.MEMBERS),
        FileUse(name="intern.csv", hash=kept[2].hash, visibility=Visibility.ORGANISATIONS),
    )
    rewrite(seeded, article, files=uses)
    return kept[0]


def test_who_reads_it_sees_its_pictures_and_files(
    client: Client,
    femke: Client,  # noqa: F811
    baukje: Client,  # noqa: F811
    noor: Client,  # noqa: F811
    article: Article,  # noqa: F811
    picture: Attachment,
) -> None:
    drawing = f"/beeld/{picture.hash}/tekening.svg"
    assert baukje.get(drawing).status_code == 404, "it was not sent in yet"
    at = sent_in(femke, article)
    for reader, may_open_all in ((baukje, False), (noor, True), (femke, True)):
        page = reader.get(at).text
        assert "De camera van opzij" in page
        assert drawing in page
        assert "nog niet afgevinkt" in page
        assert reader.get(drawing).status_code == 200
        assert reader.get(f"{at}/bestanden/leden.csv").content.startswith(b"week")
        assert ("intern.csv" in page) == may_open_all
        assert reader.get(f"{at}/bestanden/intern.csv").status_code == (200 if may_open_all else 404)
        assert reader.get(f"{at}/bestanden/bestaat-niet.csv").status_code == 404
    assert baukje.get(f"{at}/bestanden/leden.csv").headers["cache-control"] == "private, no-store"
    assert client.get(drawing).status_code == 404
    assert client.get(f"{at}/bestanden/leden.csv").status_code == 303


def test_who_reads_it_is_told_that_its_author_looked_its_pictures_over(
    seeded: Database,
    femke: Client,  # noqa: F811
    baukje: Client,  # noqa: F811
    article: Article,  # noqa: F811
    picture: Attachment,
) -> None:
    looked = FileUse(name=picture.name, hash=picture.hash, listed=False, shows="De camera", is_looked_over=True)
    rewrite(seeded, article, files=(looked,))
    page = baukje.get(sent_in(femke, article)).text
    assert "geen gezicht zonder toestemming, niets vertrouwelijks" in page
    assert "nog niet afgevinkt" not in page


def test_the_check_turns_red_when_anybody_may_follow(
    seeded: Database,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
    picture: Attachment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent_in(femke, article)
    drawing = f"/beeld/{picture.hash}/tekening.svg"
    with Client() as sjoerd:
        sjoerd.sign_in(person(seeded, "sjoerd"))
        assert sjoerd.get(drawing).status_code == 404
        monkeypatch.setattr(attaching, "followed_by", lambda _actor: Article.id == Article.id)
        assert sjoerd.get(drawing).status_code == 200

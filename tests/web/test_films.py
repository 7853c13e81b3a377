"""A film in a piece: played by the browser's own player, with its captions, in parts, for those who may see it."""

import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.signing_in import actor_for
from content import filing
from content.filing import Told
from content.models import Article, Stage
from content.preparing import prepare_file
from content.publishing import publish
from content.snapshot import Visibility
from content.writing import revise
from tests.content.test_films import CAPTIONS, FILM
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_draft_files import PHOTO, Author

pytestmark = pytest.mark.whole

LONG = FILM + bytes(range(256)) * 40


def published(database: Database, visibility: Visibility | None = None) -> str:
    """A piece that everybody sees, with a film, its captions and its poster; its address."""
    user = person(database, "femke")
    with database.writing() as session:
        femke = actor_for(session, user)
        article = session.exec(
            select(Article).where(
                Article.stage == Stage.PUBLISHED,
                Article.visibility == Visibility.EVERYONE,
                Article.language == "nl",
                Article.owner_id == next(iter(femke.edits_for)),
            )
        ).first()
        assert article
        for name, data in (("cel.mp4", LONG), ("cel.vtt", CAPTIONS), ("cel.jpg", PHOTO)):
            filing.add(session, article, prepare_file(name, data), by=femke)
        told = Told(title="De cel <in> bedrijf", visibility=visibility)
        filing.describe(session, article, "cel.mp4", told, by=femke)
        filing.describe(session, article, "cel.jpg", Told(shows="De cel", is_listed=False), by=femke)
        revise(session, article, by=femke)
        publish(session, article, by=femke)
        return f"/kennis/{article.slug}"


def test_a_film_is_played_with_its_captions_and_never_by_itself(client: Client, seeded: Database) -> None:
    at = published(seeded)
    page = client.get(at)
    assert f'<source src="{at}/bijlagen/cel.mp4" type="video/mp4">' in page.text
    assert f'<track kind="captions" src="{at}/bijlagen/cel.vtt" srclang="nl" label="Nederlands" default>' in page.text
    assert 'poster="/beeld/' in page.text
    assert "De cel &lt;in&gt; bedrijf" in page.text
    assert "autoplay" not in page.text
    assert "media-src 'self'" in page.headers["content-security-policy"]
    assert page.text.count("cel.vtt") == 2, "the player and a link; not among the files"
    captions = client.get(f"{at}/bijlagen/cel.vtt")
    assert (captions.content, captions.headers["content-type"].partition(";")[0]) == (CAPTIONS, "text/vtt")


@pytest.mark.parametrize(
    ("asked", "status", "told", "part"),
    [
        ("bytes=0-9", 206, f"bytes 0-9/{len(LONG)}", LONG[:10]),
        ("bytes=100-", 206, f"bytes 100-{len(LONG) - 1}/{len(LONG)}", LONG[100:]),
        ("bytes=-7", 206, f"bytes {len(LONG) - 7}-{len(LONG) - 1}/{len(LONG)}", LONG[-7:]),
        ("bytes=5-999999", 206, f"bytes 5-{len(LONG) - 1}/{len(LONG)}", LONG[5:]),
        (f"bytes={len(LONG)}-", 416, f"bytes */{len(LONG)}", b""),
        ("bytes=-0", 416, f"bytes */{len(LONG)}", b""),
        ("bytes=9-5", 200, None, LONG),
        ("bytes=0-1,4-5", 200, None, LONG),
        ("bytes=-", 200, None, LONG),
        ("lines=0-9", 200, None, LONG),
        ("bytes=" + "9" * 40 + "-", 200, None, LONG),
        ("", 200, None, LONG),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    client: Client, seeded: Database, asked: str, status: int, told: str | None, part: bytes
) -> None:
    answer = client.get(f"{published(seeded)}/bijlagen/cel.mp4", headers={"range": asked} if asked else {})
    assert (answer.status_code, answer.headers.get("content-range"), answer.content) == (status, told, part)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-disposition"].startswith("attachment")
    if status != 416:
        assert answer.headers["content-length"] == str(len(part))


def test_a_part_is_of_the_version_that_was_begun_with(client: Client, seeded: Database) -> None:
    at = f"{published(seeded)}/bijlagen/cel.mp4"
    tag = client.get(at).headers["etag"]
    asked = {"range": "bytes=0-9"}
    assert client.get(at, headers={**asked, "if-range": tag}).status_code == 206
    assert client.get(at, headers={**asked, "if-range": '"anders"'}).status_code == 200
    assert client.head(at, headers=asked).content == b""


def test_a_film_for_fewer_people_is_not_there_for_others_nor_what_is_said_in_it(
    client: Client, seeded: Database
) -> None:
    at = published(seeded, Visibility.ORGANISATIONS)
    for handle in ("", "aafke"):
        with Client() as other:
            if handle:
                other.sign_in(person(seeded, handle))
            page = other.get(at).text
            assert "cel.mp4" not in page
            assert "<video" not in page
            for name in ("cel.mp4", "cel.vtt"):
                answer = other.get(f"{at}/bijlagen/{name}", headers={"range": "bytes=0-3"})
                assert answer.status_code == 404
    client.sign_in(person(seeded, "femke"))
    assert "<video" in client.get(at).text
    answer = client.get(f"{at}/bijlagen/cel.mp4", headers={"range": "bytes=0-3"})
    assert (answer.status_code, answer.headers["cache-control"]) == (206, "private, no-store")


def test_captions_are_put_with_a_film_in_the_editor(client: Client, seeded: Database) -> None:
    author = Author(client, seeded)
    author.send(("Cel in bedrijf.mp4", LONG))
    page = author.client.get(author.base).text
    assert "Ondertitels (WebVTT)" in page
    assert "draft-file--todo" in page
    assert author.send(("wat.csv", b"a;b\n1;2\n"), to="/cel-in-bedrijf.mp4", doe="ondertitel").status_code == 422
    assert author.send(("wat ook.vtt", CAPTIONS), to="/cel-in-bedrijf.mp4", doe="ondertitel").status_code == 303
    assert "cel-in-bedrijf.vtt" in author.names()
    after = author.client.get(author.base).text
    assert "Nu: cel-in-bedrijf.vtt." in after
    assert 'id="bestand-cel-in-bedrijf-vtt"' not in after
    shown = author.client.get(f"/schrijven/{author.article_id}/voorbeeld").text
    assert f'<source src="{author.base}/cel-in-bedrijf.mp4"' in shown
    part = author.client.get(f"{author.base}/cel-in-bedrijf.mp4", headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, LONG[4:8])

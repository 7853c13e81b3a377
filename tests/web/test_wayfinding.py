"""What search engines, browsers and finders of weaknesses look for at addresses that everybody knows."""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
import time_machine
from defusedxml.ElementTree import fromstring
from sqlmodel import select

from app.core import settings
from app.core.clock import now
from app.core.database import Database
from app.web import site_map
from content.models import Article, Stage
from content.publishing import show_to, withdraw
from content.snapshot import Visibility
from tests.cast import Cast, published
from tests.web.client import Client

pytestmark = pytest.mark.whole

SITE = "http://proeftuin.example"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def public(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A site that others reach, with pieces that are no example."""
    chosen = settings.settings().model_copy(update={"base_url": SITE, "host": "0.0.0.0"})
    monkeypatch.setattr(settings, "_configured", chosen)
    return database


def listed(client: Client, path: str = "/sitemap.xml") -> dict[str, Element]:
    """Address -> its entry."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    root = fromstring(answer.content)
    assert root.tag == f"{MAP}urlset"
    return {entry.findtext(f"{MAP}loc") or "": entry for entry in root.findall(f"{MAP}url")}


def test_the_map_leads_to_every_public_page_and_each_is_there(client: Client, seeded: Database) -> None:
    found = listed(client)
    with seeded.reading() as session:
        where = (Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        pieces = session.exec(select(Article.slug, Article.language, Article.changed_at).where(*where)).all()
    for slug, language, changed in pieces:
        entry = found[f"{SITE}{'/en' if language == 'en' else ''}/kennis/{slug}"]
        assert entry.findtext(f"{MAP}lastmod") == changed.isoformat(timespec="seconds")
    assert len([address for address in found if re.search(r"/kennis/(?!praktijk|lessen|techniek)", address)]) == len(
        pieces
    )
    assert {f"{SITE}/", f"{SITE}/en", f"{SITE}/onderwerpen/cobots", f"{SITE}/en/organisaties/kwelderstaal"} <= {*found}
    for address in [*found][::7]:
        assert client.get(address.removeprefix(SITE)).status_code == 200, address


def test_language_versions_point_at_each_other(client: Client) -> None:
    found = listed(client)
    paired = 0
    for address, entry in found.items():
        versions = {link.get("hreflang"): link.get("href") for link in entry.findall(LINK)}
        if versions:
            paired += 1
            assert set(versions) == {"nl", "en"}
            assert address in versions.values()
            for other in versions.values():
                links = found[other or ""].findall(LINK)
                assert {link.get("href") for link in links} == {*versions.values()}
    assert paired > 40


def test_a_page_in_the_map_says_the_same_of_itself(public: Database) -> None:
    with public.writing() as session:
        cast = Cast.in_(session)
        published(session, cast, slug="een-stuk")
        hidden = published(session, cast, slug="een-ander-stuk")
        show_to(session, hidden, Visibility.MEMBERS, by=cast.femke, allowed=set())
    with Client() as client:
        found = listed(client)
        assert f"{SITE}/kennis/een-stuk" in found
        assert f"{SITE}/kennis/een-ander-stuk" not in found
        for address in found:
            page = client.get(urlsplit(address).path).text
            assert f'<link rel="canonical" href="{address}">' in page, address
            assert 'content="noindex"' not in page, address


def test_what_is_taken_back_leaves_the_map_at_once(public: Database) -> None:
    with public.writing() as session:
        cast = Cast.in_(session)
        article = published(session, cast, slug="een-stuk")
    with Client() as client:
        tag = client.get("/sitemap.xml").headers["etag"]
        assert client.get("/sitemap.xml", headers={"if-none-match": tag}).status_code == 304
        with public.writing() as session:
            withdraw(session, session.get_one(Article, article.id), by=cast.femke, reason_nl="Klopt niet.")
        again = client.get("/sitemap.xml", headers={"if-none-match": tag})
        assert again.status_code == 200
        assert "een-stuk" not in again.text


def test_invented_content_stands_in_the_map_of_this_machine_only(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings.settings().model_copy(update={"host": "0.0.0.0"})
    with Client() as client:
        assert "kwelderstaal" in client.get("/sitemap.xml").text
    monkeypatch.setattr(settings, "_configured", chosen)
    with Client() as client:
        found = listed(client)
        assert not [address for address in found if "kwelderstaal" in address or "/mensen/" in address]


def test_a_long_map_is_told_in_parts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = listed(client)
    assert client.get("/sitemap-1.xml").status_code == 404
    monkeypatch.setattr(site_map, "MOST", 50)
    with Client() as small:
        root = fromstring(small.get("/sitemap.xml").content)
        assert root.tag == f"{MAP}sitemapindex"
        parts = [entry.findtext(f"{MAP}loc") or "" for entry in root]
        together: dict[str, Element] = {}
        for part in parts:
            held = listed(small, part.removeprefix(SITE))
            assert len(held) <= 50
            together |= held
        assert {*together} == {*whole}
        assert small.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404


def test_robots_are_shown_the_map(client: Client) -> None:
    assert f"\nSitemap: {SITE}/sitemap.xml\n" in client.get("/robots.txt").text


def test_a_browser_learns_how_to_search_here_in_its_own_language(client: Client) -> None:
    for prefix in ("", "/en"):
        page = client.get(prefix or "/").text
        assert f'type="application/opensearchdescription+xml" href="{prefix}/opensearch.xml"' in page
        answer = client.get(f"{prefix}/opensearch.xml")
        assert answer.headers["content-type"] == "application/opensearchdescription+xml"
        root = fromstring(answer.content)
        assert len(root.findtext(f"{SEARCH}ShortName") or "") <= 16
        assert len(root.findtext(f"{SEARCH}Description") or "") <= 1024
        (template,) = [
            url.get("template") or "" for url in root.findall(f"{SEARCH}Url") if url.get("type") == "text/html"
        ]
        assert template == f"{SITE}{prefix}/zoeken?q={{searchTerms}}"
        assert client.get(template.removeprefix(SITE).replace("{searchTerms}", "lascel")).status_code == 200
        assert client.get((root.findtext(f"{SEARCH}Image") or "").removeprefix(SITE)).status_code == 200


def test_whoever_finds_a_weakness_finds_whom_to_tell(client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:security@proeftuin.example"
    assert fields["Canonical"] == f"{SITE}/.well-known/security.txt"
    assert timedelta(days=150) < datetime.fromisoformat(fields["Expires"]) - now() < timedelta(days=365)
    with time_machine.travel(now() + timedelta(days=30)), Client() as later:
        moved = dict(line.split(": ", 1) for line in later.get("/.well-known/security.txt").text.splitlines())
    assert datetime.fromisoformat(moved["Expires"]) - datetime.fromisoformat(fields["Expires"]) >= timedelta(days=30)


def test_the_site_can_stand_on_a_home_screen(client: Client) -> None:
    for prefix, start, language in (("", "/", "nl"), ("/en", "/en", "en")):
        assert f'<link rel="manifest" href="{prefix}/manifest.webmanifest">' in client.get(start).text
        answer = client.get(f"{prefix}/manifest.webmanifest")
        assert answer.headers["content-type"] == "application/manifest+json"
        told = json.loads(answer.text)
        assert (told["start_url"], told["lang"]) == (start, language)
        assert {"name", "short_name", "icons", "display", "id", "scope"} <= {*told}
        assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
        for icon in told["icons"]:
            picture = client.get(icon["src"])
            assert (picture.status_code, picture.headers["content-type"]) == (200, icon["type"])
            if icon["type"] == "image/png":
                assert int.from_bytes(picture.content[16:20], "big") == int(icon["sizes"].partition("x")[0])
        assert client.get(told["shortcuts"][0]["url"]).status_code == 200

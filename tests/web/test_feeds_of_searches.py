"""A search as a feed: what it finds, under one address for each question."""

from collections.abc import Iterator

import feedparser
import pytest

from app.core import settings
from app.core.database import Database
from app.feeds.formats import FORMATS
from search.rebuilding import rebuild
from tests.web.client import Client
from tests.web.streams import items

pytestmark = pytest.mark.whole


@pytest.fixture
def client(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The example content with its cards, on a machine without an engine."""
    chosen = settings.settings().model_copy(update={"search_binary": "/nowhere"})
    monkeypatch.setattr(settings, "_configured", chosen)
    rebuild()
    with Client() as client:
        yield client


def test_a_search_is_a_feed_of_what_it_finds(client: Client) -> None:
    asked = {"q": "lassen", "soort": "praktijkcase"}
    read = items(client, "/feeds/zoeken", asked)
    found = client.get("/api/v1/search", params={"q": "lassen", "kind": "case_study", "limit": 100}).json()
    assert read
    assert {item["title"] for item in read} == {item["title"] for item in found["items"]}
    assert {item["_proeftuin"]["kind"] for item in read} == {"case_study"}
    assert len(read) < len(items(client, "/feeds/zoeken", {"q": "lassen"}))


def test_a_search_is_one_feed_in_whatever_order_it_was_looked_at(client: Client) -> None:
    address = "http://proeftuin.example/feeds/zoeken.json?q=lassen&soort=praktijkcase"
    told = [
        client.get(f"/feeds/zoeken.json?{asked}")
        for asked in (
            "q=lassen&soort=praktijkcase",
            "soort=praktijkcase&q=lassen&pagina=3&sorteer=nieuwste&utm_source=x",
        )
    ]
    assert told[0].content == told[1].content
    assert told[0].json()["feed_url"] == address
    ids = {
        feedparser.parse(client.get(f"/feeds/zoeken.atom?q={word}").content).feed.id for word in ("lassen", "frezen")
    }
    assert len(ids) == 2, "each question is a feed of its own"


def test_a_search_without_a_question_is_everything(client: Client) -> None:
    assert client.get("/feeds/zoeken.json").json() == client.get("/feeds/alles.json").json()


def test_a_search_that_finds_nothing_yet_is_a_feed(client: Client) -> None:
    read = client.get("/feeds/zoeken.json?q=zqxwvuts").json()
    assert read["items"] == []
    assert read["home_page_url"] == "http://proeftuin.example/zoeken?q=zqxwvuts"


def test_a_choice_that_is_not_there_is_refused_and_not_left_out(client: Client) -> None:
    assert client.get("/feeds/zoeken.atom?soort=gedicht").status_code == 400
    assert client.get("/feeds/zoeken.xml?q=lassen").status_code == 404


def test_the_search_page_announces_its_feed(client: Client) -> None:
    page = client.get("/en/zoeken?q=lassen&soort=praktijkcase&sorteer=nieuwste").text
    for ending in FORMATS:
        address = f'href="/en/feeds/zoeken.{ending}?q=lassen&amp;soort=praktijkcase"'
        assert page.count(address) >= 2, "in the head, and for people"
    assert "/feeds/zoeken" not in client.get("/zoeken").text

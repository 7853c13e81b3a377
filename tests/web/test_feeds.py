"""Feeds at their public addresses: what stands in them is what stands in the database, for everybody alike."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import feedparser
import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.database import Database
from app.feeds import streams
from app.feeds.formats import FORMATS
from app.people.actor import Actor, someone_passing_by
from app.people.models import Organisation, User
from app.people.signing_in import actor_for
from content.models import Article, Piece, Revision, Stage
from content.publishing import show_to, withdraw
from content.shelves import counts_by_kind
from content.snapshot import Visibility
from content.subjects import Pilot, Topic
from tests.web.client import Client
from tests.web.streams import items

pytestmark = pytest.mark.whole

STREAMS = (
    "/feeds/alles",
    "/feeds/onderwerp/robotlassen",
    "/feeds/onderwerp/robotisering",
    "/feeds/organisatie/kwelderstaal",
    "/feeds/proefproject/lascel-kleine-series",
)

EDITOR = Actor(name="test", is_steward=True)


# --- the addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_every_stream_is_there_for_feed_readers_in_both_languages(client: Client, ending: str) -> None:
    for prefix, path in product(("", "/en"), STREAMS):
        answer = client.get(f"{prefix}{path}.{ending}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == f"{FORMATS[ending].media_type}; charset=utf-8"
        assert answer.headers["cache-control"] == "public, no-cache"
        parsed = feedparser.parse(answer.content)
        assert not parsed.bozo
        own = f"http://proeftuin.example{prefix}{path}.{ending}"
        assert own in {link.href for link in parsed.feed.links if link.rel == "self"}
        assert parsed.feed.language == ("en" if prefix else "nl")
        assert parsed.entries


def test_every_stream_is_there_as_json_in_both_languages(client: Client) -> None:
    for prefix, path in product(("", "/en"), STREAMS):
        answer = client.get(f"{prefix}{path}.json")
        assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
        read = answer.json()
        assert read["feed_url"] == f"http://proeftuin.example{prefix}{path}.json"
        assert read["language"] == ("en" if prefix else "nl")
        assert read["items"]


NO_FEEDS = (
    "/feeds/alles",
    "/feeds/alles.xml",
    "/feeds/alles.atom.rss",
    "/feeds/alles.",
    "/feeds/onderwerp/robot-welding.atom",
    "/feeds/onderwerp/niets.atom",
    "/feeds/organisatie/niets.rss",
    "/feeds/proefproject/niets.json",
    "/feeds/proefproject/.json",
    "/feeds/onbekend/robotlassen.atom",
    "/feeds/organisatie/" + "a" * 150 + ".atom",
)


def test_what_is_no_feed_is_not_there(client: Client) -> None:
    assert {path: client.get(path).status_code for path in NO_FEEDS} == dict.fromkeys(NO_FEEDS, 404)


def test_a_place_that_we_did_not_write_is_refused(client: Client) -> None:
    for place in ("x", "1", "1-", "-1-1", "1-1-1", "9" * 30 + "-1", "1-" + "9" * 30, "%C0", "1-1 "):
        assert client.get(f"/feeds/alles.atom?verder={place}").status_code == 400, place


def test_an_organisation_that_only_applied_has_no_feed(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        organisation = session.exec(select(Organisation).where(Organisation.slug == "kwelderstaal")).one()
        organisation.admission = "applied"
        session.add(organisation)
    assert client.get("/feeds/organisatie/kwelderstaal.atom").status_code == 404


def test_the_tag_is_strong_and_saves_the_body(client: Client) -> None:
    first = client.get("/feeds/alles.atom")
    again = client.get("/feeds/alles.atom", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get("/feeds/alles.atom", headers={"accept-encoding": "identity"})
    assert plain.content == first.content
    assert plain.headers["etag"] != first.headers["etag"]
    assert not plain.headers["etag"].startswith("W/")


# --- what stands in them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_holds_each_public_piece_once_as_the_database_says(
    client: Client, seeded: Database, language: str
) -> None:
    read = items(client, "/en/feeds/alles" if language == "en" else "/feeds/alles")
    with seeded.reading() as session:
        rows = session.exec(
            select(Article, Piece, Revision)
            .join(Piece, col(Article.piece_id) == Piece.id)
            .join(Revision, col(Article.live_revision_id) == Revision.id)
            .where(Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
            .order_by(col(Article.language) == language)
        ).all()
    expected = {piece.key: (article, revision) for article, piece, revision in rows}
    assert len(read) == len(expected) == len({item["id"] for item in read})
    for item in read:
        article, revision = expected[item["id"].removeprefix("tag:proeftuin.example,2026:stuk/")]
        assert item["language"] == article.language
        assert item["title"] == article.title
        assert item["summary"] == article.summary
        assert datetime.fromisoformat(item["date_published"]) == article.published_at
        assert datetime.fromisoformat(item["date_modified"]) == article.changed_at == revision.published_at
        assert item["url"].endswith(f"/kennis/{article.slug}")
        assert len(item["content_html"]) >= len(revision.html)
        assert 'href="/' not in item["content_html"]
        assert 'src="/' not in item["content_html"]
        assert item["_proeftuin"]["licence"] == article.licence
        assert item["authors"]


def test_the_newest_change_stands_first(client: Client) -> None:
    moments = [item["date_modified"] for item in items(client, "/feeds/alles")]
    assert moments == sorted(moments, reverse=True)


def test_a_group_holds_what_its_topics_hold(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        group = session.exec(select(Topic).where(Topic.slug_nl == "robotisering")).one()
        below = session.exec(select(Topic).where(Topic.broader_id == group.id)).all()
    inside = {item["id"] for topic in below for item in items(client, f"/feeds/onderwerp/{topic.slug_nl}")}
    assert inside
    assert {item["id"] for item in items(client, "/feeds/onderwerp/robotisering")} == inside


def test_a_file_for_members_is_in_no_feed_and_the_others_are(client: Client) -> None:
    read = {item["url"].rpartition("/")[2]: item for item in items(client, "/feeds/alles")}
    files = [file["url"] for item in read.values() for file in item["attachments"]]
    assert files
    assert not [file for file in files if file.endswith(".csv")], "the only csv is for members"
    for file in files:
        assert file.startswith("http://proeftuin.example/kennis/")


def test_two_versions_of_a_piece_are_one_entry_in_the_preferred_language(client: Client) -> None:
    dutch = {item["id"]: item for item in items(client, "/feeds/alles")}
    english = {item["id"]: item for item in items(client, "/en/feeds/alles")}
    assert dutch.keys() == english.keys()
    both = [key for key in dutch if dutch[key]["language"] != english[key]["language"]]
    assert both
    for key in both:
        assert (dutch[key]["language"], english[key]["language"]) == ("nl", "en")
        assert english[key]["url"].startswith("http://proeftuin.example/en/kennis/")


@pytest.mark.slow
def test_everything_that_a_feed_leads_to_is_there(client: Client) -> None:
    found = set()
    for path in ("/feeds/alles", "/en/feeds/alles"):
        read = client.get(f"{path}.json").json()
        found |= {read["home_page_url"], read["favicon"], read["feed_url"]}
        for item in read["items"]:
            found |= {item["url"], *(file["url"] for file in item["attachments"])}
            found |= {address for _name, address in re.findall('(href|src)="([^"]*)"', item["content_html"])}
    ours = {address.partition("#")[0] for address in found if address.startswith("http://proeftuin.example")}
    assert len(ours) > 60
    missing = {address: client.get(address).status_code for address in sorted(ours)}
    assert {address: status for address, status in missing.items() if status != 200} == {}


# --- who may hear of it ------------------------------------------------------------------------------------------


def test_a_session_changes_nothing_and_is_not_kept(client: Client, seeded: Database) -> None:
    before = client.get("/feeds/alles.json").json()
    with seeded.reading() as session:
        noor = session.exec(select(User).where(User.handle == "noor")).one()
        assert sum(counts_by_kind(session, actor_for(session, noor)).values()) > len(before["items"])
    client.sign_in(noor)
    assert client.get("/feeds/alles.json").json() == before


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.ORGANISATIONS])
def test_a_hidden_piece_is_gone_at_the_next_request(client: Client, seeded: Database, visibility: Visibility) -> None:
    slug = "cobotlassen-kleine-series-kwelderstaal"
    places = [path for path in STREAMS if any(slug in item["url"] for item in items(client, path))]
    assert len(places) == len(STREAMS)
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == slug)).one()
        show_to(session, article, visibility, by=EDITOR, allowed=set())
    for path in STREAMS:
        for ending in FORMATS:
            assert slug not in client.get(f"{path}.{ending}").text


def test_a_withdrawn_piece_is_gone_at_the_next_request(client: Client, seeded: Database) -> None:
    slug = "cobotlassen-kleine-series-kwelderstaal"
    known = client.get("/feeds/alles.atom").headers["etag"]
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == slug)).one()
        withdraw(session, article, by=EDITOR, reason_nl="De cijfers klopten niet.")
    answer = client.get("/feeds/alles.atom", headers={"if-none-match": known})
    assert answer.status_code == 200
    assert slug not in answer.text


def test_a_company_that_is_not_named_is_in_no_feed_of_a_company(client: Client) -> None:
    (anonymous,) = [item for item in items(client, "/feeds/alles") if item["url"].endswith("/nesten-met-reststukken")]
    with_it = client.get("/api/v1/organisations?limit=100").json()["items"]
    feeds = {each["slug"]: items(client, f"/feeds/organisatie/{each['slug']}") for each in with_it}
    where = {slug for slug, told in feeds.items() if anonymous["id"] in {item["id"] for item in told}}
    article = client.get("/api/v1/articles/nesten-met-reststukken").json()
    assert article["organisation"] is None
    assert where <= {article["owner"]["slug"], *(each["slug"] for each in article["organisations"])}


# --- selecting ---------------------------------------------------------------------------------------------------


def test_parts_of_a_stream_follow_each_other_without_a_gap_or_a_repeat(seeded: Database) -> None:
    with seeded.reading() as session:
        whole = streams.select(session, someone_passing_by, streams.everything(), language="nl", limit=1000)
        assert whole.older is None
        read: list[str] = []
        place = None
        while True:
            part = streams.select(
                session, someone_passing_by, streams.everything(), language="nl", limit=4, before=place
            )
            read += [entry.id for entry in part.entries]
            place = part.older
            if place is None:
                break
        assert read == [entry.id for entry in whole.entries]


def test_pieces_of_one_moment_are_none_forgotten(seeded: Database) -> None:
    moment = now() - timedelta(days=1)
    with seeded.writing() as session:
        for article in session.exec(select(Article)).all():
            article.changed_at = moment
            session.add(article)
    with seeded.reading() as session:
        whole = streams.select(session, someone_passing_by, streams.everything(), language="nl", limit=1000)
        half = len(whole.entries) // 2
        first = streams.select(session, someone_passing_by, streams.everything(), language="nl", limit=half)
        rest = streams.select(session, someone_passing_by, streams.everything(), language="nl", before=first.older)
        assert [entry.id for entry in (*first.entries, *rest.entries)] == [entry.id for entry in whole.entries]


def test_a_member_hears_of_more_than_somebody_passing_by(seeded: Database) -> None:
    with seeded.reading() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        public = streams.select(session, someone_passing_by, streams.everything(), language="nl", limit=1000)
        member = streams.select(session, actor_for(session, sjoerd), streams.everything(), language="nl", limit=1000)
    more = {entry.id for entry in member.entries} - {entry.id for entry in public.entries}
    assert len(more) >= 3
    assert {entry.id for entry in public.entries} < {entry.id for entry in member.entries}


def test_an_empty_stream_has_a_moment_that_stays(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        session.add(Pilot(slug="leeg", number=99, name_nl="Leeg", name_en="Empty"))
    first = client.get("/feeds/proefproject/leeg.atom")
    assert feedparser.parse(first.content).feed.updated == "2026-01-01T00:00:00+00:00"
    assert client.get("/feeds/proefproject/leeg.json").json()["items"] == []


def test_the_number_of_queries_does_not_grow_with_the_stream(seeded: Database) -> None:
    def queries(limit: int) -> int:
        count = 0

        def one(*_any: object) -> None:
            nonlocal count
            count += 1

        event.listen(seeded.engine, "before_cursor_execute", one)
        try:
            with seeded.reading() as session:
                streams.select(session, someone_passing_by, streams.everything(), language="nl", limit=limit)
        finally:
            event.remove(seeded.engine, "before_cursor_execute", one)
        return count

    assert queries(20) == queries(40) <= 7


def test_names_hold_no_address_that_may_change(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with seeded.reading() as session:
        feed = streams.select(session, someone_passing_by, streams.everything(), language="nl")
        assert feed.id == "tag:proeftuin.example,2026:feeds/alles/nl"
        assert all(entry.id.startswith("tag:proeftuin.example,2026:stuk/") for entry in feed.entries)
        assert not any(entry.address.rpartition("/")[2] == entry.id.rpartition("/")[2] for entry in feed.entries)
    json.dumps([entry.id for entry in feed.entries])
    assert datetime.now(UTC) > feed.updated


@pytest.fixture
def session(seeded: Database) -> Any:
    with seeded.reading() as opened:
        yield opened


def test_a_title_in_the_language_of_the_stream(session: Session) -> None:
    topic = session.exec(select(Topic).where(Topic.slug == "robot-welding")).one()
    titles = [
        streams.select(session, someone_passing_by, streams.about_topic(session, topic), language=language).title
        for language in ("nl", "en")
    ]
    assert titles == ["Proeftuin: Robotlassen", "Proeftuin: Robotic welding"]

"""A feed of thousands of pieces comes in parts, and costs nothing to whoever has it already."""

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlmodel import func, select

from app.core import epoch
from app.core.database import Database
from app.feeds import streams
from app.feeds.formats import FORMATS
from app.feeds.streams import MOST_ENTRIES
from app.people.actor import someone_passing_by, the_operator
from app.people.models import Organisation, User
from content.access import seen_by
from content.models import Article, ArticleAuthor, Stage
from content.publishing import withdraw
from content.snapshot import Licence, Visibility
from content.subjects import Topic
from tests.bench.generate import generate
from tests.counts import full
from tests.web.client import Client
from tests.web.streams import items, watch_writing

pytestmark = [pytest.mark.whole, pytest.mark.timeout(full(1800, 240))]

Record = Callable[[str, object], None]


@pytest.mark.slow
def test_thousands_of_pieces_come_in_parts_and_none_is_missing(seeded: Database, record_property: Record) -> None:
    generate(seeded, full(12_600, 600))
    with seeded.reading() as session:
        pieces = session.exec(
            select(func.count(func.distinct(Article.piece_id))).where(seen_by(someone_passing_by))
        ).one()
    with Client() as client:
        began = time.perf_counter()
        read = items(client, "/feeds/alles")
        record_property("pieces", pieces)
        record_property("seconds for all parts", round(time.perf_counter() - began, 1))
        assert len(read) == len({item["id"] for item in read}) == pieces > full(10_000, 400)
        assert all(one["date_modified"] >= other["date_modified"] for one, other in pairwise(read))
        for ending in FORMATS:
            first = client.get(f"/feeds/alles.{ending}")
            assert len(first.content) < 2_000_000
            assert first.text.count("tag:proeftuin.example,2026:stuk/") == MOST_ENTRIES


def test_who_has_a_feed_already_costs_no_rendering(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    select_ = streams.select
    monkeypatch.setattr(streams, "select", lambda *args, **more: made.append("selected") or select_(*args, **more))
    tags = {path: client.get(path).headers["etag"] for path in ("/feeds/alles.atom", "/en/feeds/alles.json")}
    assert len(made) == len(tags)
    for path, tag in tags.items():
        for _ in range(3):
            answer = client.get(path, headers={"if-none-match": tag})
            assert (answer.status_code, answer.content) == (304, b"")
    assert len(made) == len(tags), "nothing was selected again"


def test_what_changed_elsewhere_is_selected_once_in_an_epoch_and_not_written(
    client: Client, seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ("/feeds/alles.atom", "/en/feeds/onderwerp/robotlassen.rss", "/feeds/organisatie/kwelderstaal.json")
    whole = {path: client.get(path) for path in paths}
    made, wrote, select_ = [], watch_writing(monkeypatch), streams.select
    monkeypatch.setattr(streams, "select", lambda *args, **more: made.append("selected") or select_(*args, **more))
    with seeded.writing() as session:
        before = epoch.number_in(session)
        unseen = session.exec(
            select(Article).where(Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.MEMBERS)
        ).first()
        assert unseen is not None
        withdraw(session, unseen, by=the_operator, reason_nl="De cijfers klopten niet.")
    with seeded.reading() as session:
        assert epoch.number_in(session) > before
    for path, first in whole.items():
        for _ in range(3):
            answer = client.get(path, headers={"if-none-match": first.headers["etag"]})
            assert (answer.status_code, answer.content) == (304, b"")
            for name in ("etag", "cache-control", "vary"):
                assert answer.headers[name] == first.headers[name], name
    assert (len(made), wrote) == (len(paths), [])
    for path, first in whole.items():
        for known in ("", '"something else"'):
            answer = client.get(path, headers={"if-none-match": known} if known else {})
            assert (answer.status_code, answer.content) == (200, first.content)
            assert answer.headers["etag"] == first.headers["etag"]
    assert len(wrote) == len(paths), "kept from the first one that wanted all of it"


@pytest.mark.parametrize("what", ["title", "author", "organisation", "topic", "licence"])
def test_what_changed_in_it_is_sent_at_the_next_request(client: Client, seeded: Database, what: str) -> None:
    paths = [f"/feeds/onderwerp/robotlassen.{ending}" for ending in FORMATS]
    tags = {path: client.get(path).headers["etag"] for path in paths}
    with seeded.writing() as session:
        slug = items(client, "/feeds/onderwerp/robotlassen")[0]["url"].rpartition("/")[2]
        article = session.exec(select(Article).where(Article.slug == slug)).one()
        if what == "title":
            article.title = "NIEUWS"
        elif what == "licence":
            article.licence = next(one for one in Licence if one != article.licence)
        elif what == "topic":
            topic = session.exec(select(Topic).where(Topic.slug_nl == "robotlassen")).one()
            topic.name_nl = "NIEUWS"
        else:
            for row in session.exec(select(ArticleAuthor).where(ArticleAuthor.article_id == article.id)).all():
                session.get_one(User, row.user_id).name = "NIEUWS" if what == "author" else ""
            session.get_one(Organisation, article.owner_id).name = "NIEUWS"
        epoch.move(session)
    for path, tag in tags.items():
        answer = client.get(path, headers={"if-none-match": tag})
        assert answer.status_code == 200
        assert what == "licence" or "NIEUWS" in answer.text
        assert answer.headers["etag"] != tag

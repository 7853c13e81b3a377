"""A feed of thousands of pieces comes in parts, and costs nothing to whoever has it already."""

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlmodel import func, select

from app.core.database import Database
from app.feeds import streams
from app.feeds.formats import FORMATS
from app.feeds.streams import MOST_ENTRIES
from app.people.actor import someone_passing_by
from content.access import seen_by
from content.models import Article
from tests.bench.generate import generate
from tests.counts import full
from tests.web.client import Client
from tests.web.streams import items

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

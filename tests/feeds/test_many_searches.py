"""Somebody who follows as many broad searches as anybody can hears of what they find, on both databases."""

from itertools import count
from time import perf_counter

import pytest
from sqlmodel import Session, col, select

from app.core.database import Database
from app.feeds import following, my_feed, own_feed, streams
from app.feeds.digest_letters import pieces_of
from app.feeds.models import Edition, Rhythm, Scope, Subscription
from app.feeds.targets import search_target
from app.people.models import User
from search.query import Query
from tests.cast import Cast, published
from tests.counts import full

pytestmark = pytest.mark.whole

ON_BOTH_DATABASES = True

FOUND = 2000
"""Pieces of one question: as many as `pieces_answering` gives."""

SEARCHES = full(following.MOST, 40)
"""Of the person, and as many of their organisation."""


@pytest.fixture
def broad(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question finds as much as a question can, and each something else besides."""
    numbers = count(1)

    def answering(*_asked: object) -> list[int]:
        number = next(numbers)
        return [*range(1, FOUND), FOUND + number]

    monkeypatch.setattr(streams, "pieces_answering", answering)


def follow_all(session: Session, cast: Cast) -> None:
    by, scopes = cast.sjoerd, (Scope.NEW, Scope.EVERYTHING)
    for number in range(2 * SEARCHES):
        target = search_target(Query(q=f"vraag {number}"))
        assert target is not None
        place = cast.woldzicht.id if number >= SEARCHES else None
        following.follow(
            session,
            target,
            by=cast.noor if place else by,
            rhythm=Rhythm.DAILY,
            scope=scopes[number % 2],
            organisation_id=place,
        )


def test_many_broad_searches_of_one_reader_are_one_feed(database: Database, broad: None) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        follow_all(session, cast)
        articles = [published(session, cast, "lesson") for _ in range(3)]
        wanted = {article.id for article in articles}
        began = perf_counter()
        feed = my_feed.my_feed(session, cast.sjoerd, "nl", limit=20)
        assert {item.chosen.article_id for item in feed.items} == wanted
        assert {item.chosen.article_id for item in feed.new} == wanted
        assert {len(item.reasons) for item in feed.items} == {2 * SEARCHES}
        assert feed.older is None
        assert {one.article_id for one in own_feed.select_own(session, cast.sjoerd, "nl").chosen} == wanted
        assert perf_counter() - began < full(60, 15)


def test_many_broad_searches_of_one_reader_are_one_letter(database: Database, broad: None) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        follow_all(session, cast)
        wanted = {published(session, cast, "lesson").id for _ in range(3)}
        user = session.exec(select(User).where(User.handle == "sjoerd")).one()
        rows = session.exec(select(Subscription).where(col(Subscription.user_id) == user.id)).all()
        edition = Edition(user_id=user.id, period=f"2026-11-30 {'+'.join(sorted({row.rhythm for row in rows}))}")
        session.add(edition)
        session.flush()
        for _again in range(2):
            (found,) = pieces_of(session, [(edition, user)])
            assert {item.chosen.article_id for item in found.items} == wanted

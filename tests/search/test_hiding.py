"""What is hidden is gone from hits, totals and counts at once, however long the index is behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.core import epoch
from app.core.clock import today
from app.core.jobs import Job, announce
from app.core.working import work_off
from content.events import ArticleRemoved
from content.models import Article
from content.publishing import show_to, withdraw
from content.snapshot import Visibility
from search import engine as engine_room
from search import hiding
from search.finding import find, how_many
from search.query import Query
from search.results import Results
from tests.search.book import Book

pytestmark = pytest.mark.engine


def to_members(session: Session, article: Article, book: Book) -> None:
    show_to(session, article, Visibility.MEMBERS, by=book.cast.femke, allowed=set())


def to_its_own(session: Session, article: Article, book: Book) -> None:
    show_to(session, article, Visibility.ORGANISATIONS, by=book.cast.femke, allowed=set())


def taken_back(session: Session, article: Article, book: Book) -> None:
    withdraw(session, article, by=book.cast.femke, reason_nl="Onjuist.")


def over(session: Session, article: Article, _book: Book) -> None:
    """Midnight has passed, and nobody has noticed yet."""
    article.last_day = today() - timedelta(days=1)
    epoch.move(session)


HIDING = {
    to_members: {"sjoerd", "aafke", "femke", "noor"},
    to_its_own: {"femke", "noor"},
    taken_back: set(),
    over: set(),
}
"""What hides a piece, and who sees it all the same."""


def asked(book: Book, by: str, **told: Any) -> Results:
    with book.database.reading() as session:
        return find(session, Query(**told), book.cast.everybody[by], "nl")


def counted(results: Results) -> dict[str, int]:
    return {
        f"{group.facet.name} {count.value.slug}": count.count
        for group in results.facets
        for count in group.counts
        if count.count
    }


def kinds(results: Results) -> int:
    return sum(count for name, count in counted(results).items() if name.startswith("kind "))


@pytest.mark.parametrize("hide", HIDING)
def test_a_piece_is_gone_from_hits_totals_and_counts_before_the_index_knows(
    book: Book, hide: Callable[[Session, Article, Book], None]
) -> None:
    hidden = book.publish(slug="geheim", body="Over lijm.")
    book.publish(slug="openbaar", body="Over verf.")
    work_off()
    for by in book.cast.everybody:
        assert asked(book, by, q="lijm").total == 1
    book.change(hidden, lambda session, article: hide(session, article, book))
    for by in book.cast.everybody:
        found, everything = asked(book, by, q="lijm"), asked(book, by)
        deeper = asked(book, by, q="lijm", size=1, page=2)
        with book.database.reading() as session:
            told = how_many(session, [Query(q="lijm"), Query()], book.cast.everybody[by], "nl")
        is_hidden = by not in HIDING[hide]
        assert (found.total, deeper.total) == ((0, 0) if is_hidden else (1, 1)), by
        assert everything.total == len(everything.hits) == (1 if is_hidden else 2)
        assert told == [found.total, everything.total]
        assert bool(counted(found)) != is_hidden
        assert kinds(everything) == everything.total
    work_off()
    assert {by for by in book.cast.everybody if book.found("lijm", by)} == HIDING[hide]


def test_what_to_try_instead_counts_nothing_that_is_hidden(book: Book) -> None:
    hidden = book.publish(slug="geheim", title="Lijm", body="Over lijm.")
    work_off()
    assert _instead(book) == ([1], True)
    book.change(hidden, lambda session, article: to_members(session, article, book))
    assert _instead(book) == ([], False)


def _instead(book: Book) -> tuple[list[int], bool]:
    told = asked(book, "nobody", q="lijm xqzjwv bvqxzk wqxzjv").otherwise
    assert told is not None
    return [one.total for one in told.shorter], bool(told.topics)


def test_it_stays_so_while_the_engine_takes_no_writes(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = book.publish(slug="geheim", body="Over lijm.")
    work_off()

    def refuses(*_told: object, **_more: object) -> None:
        raise engine_room.EngineAway("no space left on device")

    monkeypatch.setattr("search.keeping._write", refuses)
    book.change(hidden, lambda session, article: to_members(session, article, book))
    work_off()
    with book.database.writing() as session:
        for job in session.exec(select(Job)).all():
            job.parked_at = job.created_at
    results = asked(book, "nobody", q="lijm")
    assert (results.total, counted(results), results.degraded) == (0, {}, False)


def test_an_example_that_was_removed_is_gone_at_once(book: Book) -> None:
    removed = book.publish(slug="voorbeeld", body="Over lijm.")
    work_off()
    with book.database.writing() as session:
        session.delete(session.get_one(Article, removed.id))
        session.flush()
        announce(session, ArticleRemoved(article_id=removed.id, piece_id=removed.piece_id))
    results = asked(book, "nobody")
    assert (results.total, counted(results)) == (0, {})


def test_with_too_many_to_leave_out_the_database_answers(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hiding, "MOST", 1)
    articles = [book.publish(slug=f"stuk-{n}", body="Over lijm.") for n in range(3)]
    work_off()
    for hidden, is_degraded in [(articles[0], False), (articles[1], True)]:
        book.change(hidden, lambda session, article: to_members(session, article, book))
        results = asked(book, "nobody", q="lijm")
        assert results.degraded == is_degraded
        assert results.total == len(results.hits) == kinds(results)
    work_off()
    assert not asked(book, "nobody", q="lijm").degraded


def test_leaving_out_costs_one_query_in_an_epoch_and_no_round_trip(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = book.publish(slug="geheim", body="Over lijm.")
    work_off()
    book.change(hidden, lambda session, article: to_members(session, article, book))
    looked: list[str] = []
    look = hiding._looked_up
    monkeypatch.setattr(hiding, "_looked_up", lambda *told: looked.append("looked") or look(*told))
    trips: list[int] = []
    ask = engine_room.multi_search
    monkeypatch.setattr(engine_room, "multi_search", lambda queries: trips.append(len(queries)) or ask(queries))
    for _ in range(3):
        assert asked(book, "nobody", q="lijm").total == 0
    assert (len(looked), len(trips)) == (1, 6)  # the second trip each time is for what to try instead

"""The plain answer: the same questions put to the database, on SQLite and on PostgreSQL."""

import gc
import random
import time
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest
from sqlmodel import Session, col, select

from app.core import settings as core_settings
from app.core.database import Database
from app.core.settings import settings
from app.people.actor import Actor, someone_passing_by
from app.people.models import Organisation
from content.access import seen_by
from content.models import Article, Piece
from content.snapshot import Visibility
from search import engine
from search.engine import EngineAway
from search.facets import FACETS
from search.finding import find
from search.index import rebuild
from search.plain import titles_plainly
from search.query import Query
from search.relevance import answered, questions
from search.results import Results
from search.sources import sources
from search.suggesting import suggest
from tests.search.strange import strange_questions

pytestmark = pytest.mark.whole

HERE = Path(__file__).parent
STEWARD = Actor(user_id=1, is_steward=True)


@pytest.fixture
def filed(seeded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The example content on cards, on a machine without an engine."""
    chosen = settings().model_copy(update={"search_binary": str(tmp_path / "none")})
    monkeypatch.setattr(core_settings, "_configured", chosen)
    rebuild()
    return seeded


def search(session: Session, *params: tuple[str, str], by: Actor = someone_passing_by) -> Results:
    results = find(session, Query.from_params(session, params), by, "nl")
    assert results.degraded
    assert not results.query.notices
    return results


def slugs(results: Results) -> list[str]:
    return [hit.row.article.slug for hit in results.hits]


def readers(session: Session) -> dict[str, Actor]:
    nipt = session.exec(select(Organisation.id).where(Organisation.slug == "nipt")).one()
    return {"stranger": someone_passing_by, "nipt": Actor(user_id=2, reads_for=frozenset({nipt})), "steward": STEWARD}


def test_the_public_questions_find_their_answers_without_an_engine(filed: Database) -> None:
    with filed.reading() as session:
        joined = select(Article.slug, Piece.key).join(Piece, col(Article.piece_id) == Piece.id)
        piece_of = dict(session.exec(joined).all())

        def ask(question: str, language: str) -> list[str]:
            hits = find(session, Query(q=question, size=10), STEWARD, language).hits
            return [piece_of[hit.row.article.slug] for hit in hits]

        asked = questions(HERE / "queries_public.yaml", piece_of)
        outcomes = answered([question for question in asked if question.grades], ask)
        assert mean(outcome.ndcg for outcome in outcomes) >= 0.94
        assert not any(outcome.empty for outcome in outcomes)
        assert not any(ask(question.text, question.language) for question in asked if not question.grades)


def test_every_count_is_what_this_reader_would_count_under_any_choice(filed: Database) -> None:
    chance = random.Random(3)
    with filed.reading() as session:
        pieces = session.exec(select(Piece.id)).all()
        everything = [source for parts in sources(session, pieces).values() for source in parts]
        for reader in readers(session).values():
            seen = set(session.exec(select(Article.piece_id).where(seen_by(reader))).all())
            mine = [source for source in everything if source.piece_id in seen]
            having = {facet.name: {source.key: set(facet.of(source)) for source in mine} for facet in FACETS}
            for facets in ([], *(chance.sample(["kind", "topic", "province", "indicator"], k=2) for _ in range(6))):
                chosen = {
                    facet: {chance.choice(sorted({v for of in having[facet].values() for v in of}))} for facet in facets
                }
                params = [(name, value) for name, values in chosen.items() for value in values]
                results = find(session, Query.from_params(session, params, for_api=True), reader, "nl")
                assert results.degraded
                for facet in FACETS:
                    counted = Counter(
                        value
                        for key in having["kind"]
                        if all(having[n][key] & values for n, values in chosen.items() if n != facet.name)
                        for value in having[facet.name][key]
                    )
                    assert counts(results, facet.name) == counted
                assert results.total == sum(
                    all(having[name][key] & values for name, values in chosen.items()) for key in having["kind"]
                )


def counts(results: Results, facet: str) -> dict[str, int]:
    return {
        count.value.slug: count.count
        for group in results.facets
        if group.facet.name == facet
        for count in group.counts
        if count.count
    }


def test_orders_places_and_pages_are_kept(filed: Database) -> None:
    with filed.reading() as session:
        newest = [hit.row.article.published_at for hit in search(session).hits]
        assert newest == sorted(newest, reverse=True)
        costs = [hit.row.article.investment_low for hit in search(session, ("sorteer", "investering")).hits]
        told = [cost for cost in costs if cost is not None]
        assert costs[: len(told)] == sorted(told)
        best = search(session, ("indicator", "scrap-rate"), ("sorteer", "effect"), by=STEWARD)
        better = search(session, ("indicator", "scrap-rate"), ("sorteer", "effect"), ("verbetering", "50"), by=STEWARD)
        assert slugs(better) == slugs(best)[: better.total]
        assert 0 < better.total < best.total
        assert all(
            hit.distance_km is not None and hit.distance_km <= 50
            for hit in search(session, ("vanaf", "drachten"), ("afstand", "50")).hits
        )
        pages = [slugs(search(session, ("pagina", str(n)), by=STEWARD)) for n in (1, 2, 3)]
        found = [slug for page in pages for slug in page]
        assert len(found) == len(set(found)) == search(session, by=STEWARD).total


def test_what_is_hidden_is_gone_from_hits_and_counts_at_once(filed: Database) -> None:
    with filed.writing() as session:
        before = search(session, ("q", "lascobot"))
        gone = before.hits[0].row.article
        for article in session.exec(select(Article).where(Article.piece_id == gone.piece_id)).all():
            article.visibility = Visibility.MEMBERS
        session.flush()
        after = search(session, ("q", "lascobot"))
        assert gone.slug not in slugs(after)
        assert after.total == before.total - 1
        assert gone.piece_id not in titles_plainly(session, ["lascobot"], someone_passing_by, most=50)
        labels = [one.label for one in suggest(session, gone.title[:12], someone_passing_by, "nl").items]
        assert gone.title not in labels
        session.rollback()


def test_strange_questions_get_an_answer_soon(filed: Database) -> None:
    gc.freeze()  # to look through what all tests before it left behind is not the question's fault
    with filed.reading() as session:
        for text in strange_questions(150):
            # Of the processor in this thread: nor is what others do meanwhile.
            began = time.thread_time()
            find(session, Query.from_params(session, [("q", text)]), someone_passing_by, "nl")
            suggest(session, text, someone_passing_by, "nl")
            assert time.thread_time() - began < 1.5, text
    gc.unfreeze()


@pytest.mark.engine
def test_the_database_finds_and_counts_what_the_engine_does(
    examples: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        [("q", "uitval lassen")],
        [("q", "robot"), ("soort", "praktijkcase"), ("soort", "les")],
        [("q", "robot"), ("onderwerp", "robotisering"), ("provincie", "groningen")],
        [("indicator", "scrap-rate"), ("verbetering", "30"), ("sorteer", "effect")],
        [("sorteer", "investering"), ("taal", "en")],
        [("q", "las"), ("vanaf", "drachten"), ("afstand", "50")],
        [],
    ]
    with examples.reading() as session:
        for reader in readers(session).values():
            for params in asked:
                query = Query.from_params(session, params)
                by_engine = find(session, query, reader, "nl")
                with monkeypatch.context() as away:
                    away.setattr(engine, "multi_search", _away)
                    plainly = find(session, query, reader, "nl")
                assert (by_engine.degraded, plainly.degraded) == (False, True)
                assert plainly.total == by_engine.total
                assert sorted(slugs(plainly)) == sorted(slugs(by_engine))
                for facet in FACETS:
                    assert counts(plainly, facet.name) == counts(by_engine, facet.name)


def _away(_queries: object) -> None:
    raise EngineAway("gone for a moment")

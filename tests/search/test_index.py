"""The index follows the database: at once, through rebuilds, and again after whatever went wrong."""

import random
import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import meilisearch
import pytest
from sqlmodel import select

from app.core import epoch
from app.core.clock import now
from app.core.database import Database
from app.core.epoch import Epoch
from app.core.jobs import Job
from app.core.working import work_off
from app.people.actor import someone_passing_by
from app.people.models import Organisation
from content.events import ArticlePublished
from content.models import Article, Piece
from content.publishing import move_to, show_to, withdraw
from content.snapshot import Visibility
from search import cards, index, keeping, rebuilding, reconciling, shape, state, words
from search.asking import ask
from search.engine import INDEX, EngineAway
from search.finding import find, plan_for
from search.models import Card, SearchState
from search.query import Query
from tests.search.book import Book

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def _rounds_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "_is_first_here", True)


def documents(client: meilisearch.Client, name: str = INDEX) -> dict[str, dict[str, Any]]:
    return {
        one.id: dict(one) for one in client.index(name).get_documents({"limit": 1000}).results if one.id != keeping.MARK
    }


def filed(database: Database) -> dict[str, dict[str, Any]]:
    """What the index should hold."""
    with database.reading() as session:
        pieces = session.exec(select(Piece.id)).all()
        return {one.id: one.for_engine() for one in cards.documents_of(session, pieces)}


# --- following --------------------------------------------------------------------------------------------------


def test_a_published_piece_is_found_and_a_withdrawn_one_is_not(book: Book) -> None:
    article = book.publish(slug="gevonden", body="Over lijmrobots.")
    work_off()
    assert book.found("lijmrobot") == ["gevonden"]
    book.change(article, lambda session, a: withdraw(session, a, by=book.cast.femke, reason_nl="Onjuist."))
    work_off()
    assert book.found("lijmrobot") == []


def test_a_new_version_is_found_by_its_new_words_alone(book: Book) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    book.rewrite(article, body="Over hars.")
    work_off()
    assert (book.found("lijm"), book.found("hars")) == ([], ["gevonden"])


def test_a_piece_is_found_by_whom_it_is_shown_to_from_then_on(book: Book) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    for visibility, allowed, readers in [
        (Visibility.MEMBERS, set(), {"femke", "sjoerd", "aafke", "noor"}),
        (Visibility.ORGANISATIONS, {book.cast.nipt.id}, {"femke", "aafke", "noor"}),
        (Visibility.ORGANISATIONS, set(), {"femke", "noor"}),
        (Visibility.EVERYONE, set(), set(book.cast.everybody)),
    ]:
        book.change(
            article,
            lambda session, a, v=visibility, o=allowed: show_to(session, a, v, by=book.cast.femke, allowed=o),
        )
        work_off()
        assert {name for name in book.cast.everybody if book.found("lijm", name)} == readers


def test_the_document_is_put_right_before_pages_of_before_are_old(book: Book, database: Database) -> None:
    """A page that was kept between a change and its place in the index must not outlive the latter."""
    book.publish()
    work_off()
    with database.reading() as session:
        before = session.exec(select(Epoch.number)).one()
    article = book.publish()
    with database.reading() as session:
        assert session.exec(select(Epoch.number)).one() == before + 1
    index.sync_article(ArticlePublished(article_id=article.id))
    with database.reading() as session:
        assert session.exec(select(Epoch.number)).one() == before + 2


def test_an_event_of_an_article_that_is_gone_is_nothing(book: Book) -> None:
    index.sync_article(ArticlePublished(article_id=999_999))


def test_the_first_change_builds_the_index_and_the_next_ones_add_to_it(book: Book, client: meilisearch.Client) -> None:
    book.publish()
    book.publish()
    work_off()
    assert len(documents(client)) == 2
    book.publish()
    work_off()
    assert documents(client) == filed(book.database)
    assert len(documents(client)) == 3


def test_what_the_index_holds_already_is_not_written_again(book: Book, client: meilisearch.Client) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    before = tasks(client)
    index.sync_article(ArticlePublished(article_id=article.id))
    assert tasks(client) == before
    book.rewrite(article, body="Over hars.")
    work_off()
    assert tasks(client) > before
    assert documents(client) == filed(book.database)


def test_a_write_that_the_engine_has_not_done_yet_counts_for_nothing(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    before = tasks(client)
    waiting = SimpleNamespace(results=[SimpleNamespace(status="enqueued")])
    monkeypatch.setattr(meilisearch.Client, "get_tasks", lambda *_told: waiting)
    index.sync_article(ArticlePublished(article_id=article.id))
    monkeypatch.undo()
    assert tasks(client) > before


def tasks(client: meilisearch.Client) -> int:
    """Number of the last task that the engine was given."""
    return int(client.get_tasks({"limit": 1}).results[0].uid)


# --- when something breaks in between -----------------------------------------------------------------------------


def test_a_kill_between_cards_and_index_is_made_good_when_the_job_is_taken_up_again(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    book.rewrite(article, body="Over hars.")
    with monkeypatch.context() as killed:
        killed.setattr(keeping, "send", _killed)
        with pytest.raises(SystemExit):
            index.sync_article(ArticlePublished(article_id=article.id))
    assert documents(client) != filed(book.database)
    work_off()
    assert documents(client) == filed(book.database)
    assert book.found("hars") == ["gevonden"]


def _killed(*_told: object, **_more: object) -> None:
    raise SystemExit


def test_a_change_during_the_writing_is_written_as_well(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    write, changes = keeping._write, iter([{"body": "Over hars."}, {"body": "Over kit."}])

    def interrupted(*told: Any, **more: Any) -> list[int]:
        done = write(*told, **more)
        for change in changes:
            book.rewrite(article, **change)
            keeping.file([article.piece_id])
            break
        return done

    monkeypatch.setattr(keeping, "_write", interrupted)
    book.rewrite(article, body="Over verf.")
    index.sync_article(ArticlePublished(article_id=article.id))
    assert documents(client) == filed(book.database)
    assert book.found("kit") == ["gevonden"]


def test_without_the_engine_the_cards_are_written_and_the_job_waits(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.publish(body="Over lijm.")
    work_off()
    article = book.publish(body="Over hars.")
    monkeypatch.setattr(keeping, "is_current", _away)
    work_off()
    with book.database.reading() as session:
        waiting = session.exec(select(Job)).one()
        assert "EngineAway" in waiting.error
        assert "hars" in session.exec(select(Card).where(Card.piece_id == article.piece_id)).one().words
        lag = index.lag(session)
        assert (lag.waiting, lag.is_behind) == (1, False)
        assert lag.seconds > 0


def test_whatever_the_engine_says_the_database_knows_the_change_at_once(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.publish(body="Over lijm.")
    work_off()
    article = book.publish(body="Over hars.")
    monkeypatch.setattr(keeping, "is_current", lambda _client: {}["no such thing"])
    work_off()
    with book.database.reading() as session:
        assert "KeyError" in session.exec(select(Job)).one().error
        assert "hars" in session.exec(select(Card).where(Card.piece_id == article.piece_id)).one().words


def _away(*_told: object) -> bool:
    raise EngineAway("gone for a moment")


@pytest.mark.usefixtures("no_engine")
def test_where_no_engine_can_be_nothing_waits_for_one(database: Database) -> None:
    book = Book(database)
    article = book.publish(slug="gevonden", body="Over lijm.")
    assert work_off() > 0
    with database.reading() as session:
        assert session.exec(select(Job)).all() == []
        found = find(session, Query(q="lijm"), book.cast.nobody, "nl")
        assert found.degraded
        assert [hit.row.article.id for hit in found.hits] == [article.id]
    assert index.reconcile() == 0


# --- building anew ------------------------------------------------------------------------------------------------


def test_readers_find_all_the_while_and_a_change_meanwhile_is_in_the_new_index(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [book.publish(slug=f"stuk-over-lijm-{n}", body="Over lijm.") for n in range(6)]
    work_off()
    monkeypatch.setattr(rebuilding, "SLICE", 2)
    nth = iter(range(100))
    answers: list[int] = []

    def meanwhile(_what: str, _done: int, _of: int) -> None:
        answers.append(len(book.found("lijm")))
        n = next(nth)
        if n < 2:
            book.rewrite(articles[n], body="Over hars.")
        elif n == 2:
            book.publish(slug="stuk-over-hars", body="Over hars.")
        elif n == 3:
            book.change(articles[5], lambda s, a: withdraw(s, a, by=book.cast.femke, reason_nl="Onjuist."))
        work_off()

    index.rebuild(meanwhile)
    assert min(answers) >= 3
    assert sorted(book.found("hars")) == ["stuk-over-hars", "stuk-over-lijm-0", "stuk-over-lijm-1"]
    assert sorted(book.found("lijm")) == ["stuk-over-lijm-2", "stuk-over-lijm-3", "stuk-over-lijm-4"]
    assert documents(client) == filed(book.database)
    assert {one.uid for one in client.get_indexes()["results"]} == {INDEX}


def test_changes_by_others_at_the_moment_of_the_swap_are_in_the_new_index(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    swap = rebuilding._swap

    def meanwhile(client: meilisearch.Client, name: str) -> None:
        book.rewrite(article, body="Over hars.")
        other = threading.Thread(target=work_off)
        other.start()
        swap(client, name)
        other.join()

    monkeypatch.setattr(rebuilding, "_swap", meanwhile)
    index.rebuild()
    assert documents(client) == filed(book.database)
    assert book.found("hars") == ["gevonden"]


def test_an_interrupted_rebuild_leaves_the_old_index_and_the_next_one_clears_up(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    with monkeypatch.context() as killed:
        killed.setattr(rebuilding, "_swap", _killed)
        killed.setattr(state, "update", _killed)  # a kill leaves the lease behind
        with pytest.raises(SystemExit):
            index.rebuild()
    assert len(client.get_indexes()["results"]) == 2
    assert book.found("lijm") == ["gevonden"]
    with pytest.raises(state.AlreadyBuilding):
        index.rebuild()
    with book.database.writing() as session:
        state.state(session).building_until = now() - state.LEASE
    index.rebuild()
    assert {one.uid for one in client.get_indexes()["results"]} == {INDEX}
    assert book.found("lijm") == ["gevonden"]


def test_an_interrupted_rebuild_is_gone_on_with_and_knows_what_changed_meanwhile(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "SLICE", 2)
    monkeypatch.setattr(rebuilding, "SENT_AT_ONCE", 2)
    monkeypatch.setattr(rebuilding, "MOST_AHEAD", 0)
    articles = [book.publish(slug=f"stuk-{n}", body="Over lijm.") for n in range(10)]
    work_off()

    def interrupted(what: str, done: int, _of: int) -> None:
        if what == "pieces" and done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.rebuild(interrupted)
    book.rewrite(articles[0], body="Over hars.")
    book.change(
        articles[1], lambda session, article: withdraw(session, article, by=book.cast.noor, reason_nl="Onjuist.")
    )
    book.publish(slug="nieuw", body="Over hars.")
    work_off()
    told: list[tuple[str, int, int]] = []
    written: list[int] = []
    file = rebuilding.file
    monkeypatch.setattr(
        rebuilding, "file", lambda pieces, **more: (written.extend(pieces) if more else None, file(pieces, **more))
    )
    index.rebuild(lambda *one: told.append(one))
    # Six of eleven were there already, and the progress begins where it was.
    assert len(written) == 5
    assert told[-1][1:] == (11, 11)
    assert documents(client) == filed(book.database)
    assert sorted(book.found("hars")) == ["nieuw", "stuk-0"]
    assert "stuk-1" not in book.found("lijm")
    assert {one.uid for one in client.get_indexes()["results"]} == {INDEX}
    # The next one begins anew.
    written.clear()
    index.rebuild()
    assert len(written) == 11


def test_a_clock_that_ran_ahead_and_was_put_right_holds_up_neither_rebuild_nor_comparing(
    book: Book, client: meilisearch.Client
) -> None:
    book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    with book.database.writing() as session:
        row = state.state(session)
        row.building, row.building_until = "pieces_of_a_killed_one", now() + timedelta(hours=5)
        row.reconciled_at, row.reconciled_to = now() + timedelta(hours=5), 0
    with book.database.reading() as session:
        assert not index.lag(session).is_building
        assert state.being_built(session) is None
    done(client, client.index(INDEX).delete_documents(filter="piece > 0"))
    reconciling._is_first_here = False
    index.reconcile_some()
    assert documents(client) == filed(book.database)
    index.rebuild()
    assert book.found("lijm") == ["gevonden"]


def test_a_rebuild_that_takes_longer_than_its_lease_says_that_it_goes_on(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "LEASE", timedelta(seconds=0.4))
    swap = rebuilding._swap
    seen: list[bool] = []

    def slowly(client: meilisearch.Client, name: str) -> None:
        for _ in range(10):
            time.sleep(0.1)
            with book.database.reading() as session:
                seen.append(state.being_built(session) == name)
        swap(client, name)

    book.publish(slug="gevonden", body="Over lijm.")
    monkeypatch.setattr(rebuilding, "_swap", slowly)
    index.rebuild()
    assert all(seen)
    assert book.found("lijm") == ["gevonden"]


def test_what_came_too_late_for_a_rebuild_is_put_right_in_the_next_turn(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker took a change for part of the rebuild that was going on, which was past it."""
    article = book.publish(slug="gevonden", body="Over lijm.")
    swap = rebuilding._swap

    def changed(client: meilisearch.Client, name: str) -> None:
        book.rewrite(article, body="Over hars.")
        swap(client, name)

    monkeypatch.setattr(rebuilding, "_swap", changed)
    reconciling._is_first_here = False
    index.rebuild()
    assert book.found("hars") == []
    index.reconcile_some()
    assert book.found("hars") == ["gevonden"]


def test_an_index_that_is_lost_in_the_middle_of_a_round_is_built_anew(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "SLICE", 2)
    monkeypatch.setattr(reconciling, "AT_ONCE", 0.0001)
    for n in range(5):
        book.publish(slug=f"stuk-over-lijm-{n}", body="Over lijm.")
    work_off()
    index.reconcile_some()
    with book.database.reading() as session:
        assert session.exec(select(SearchState)).one().reconciled_to > 0
    done(client, client.delete_index(INDEX))
    index.reconcile_some()
    work_off()
    assert len(book.found("lijm")) == 5


def test_a_change_during_a_rebuild_by_new_rules_has_its_card_at_once_and_its_promise_is_kept_after_it(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rebuild goes through the pieces that were there when it began."""
    book.publish(body="Over verf.")
    work_off()
    monkeypatch.setattr(shape, "fingerprint", lambda: "other rules")
    late: list[Article] = []

    def meanwhile(what: str, _done: int, _of: int) -> None:
        if what != "pieces" or late:
            return
        late.append(book.publish(slug="te-laat", body="Over lijm."))
        work_off()
        with book.database.reading() as session:
            assert "lijm" in session.exec(select(Card).where(Card.piece_id == late[0].piece_id)).one().words
            assert index.lag(session).waiting == 1

    index.rebuild(meanwhile)
    assert len(documents(client)) == 1
    rested(book.database)
    work_off()
    assert book.found("lijm") == ["te-laat"]
    assert documents(client) == filed(book.database)
    with book.database.reading() as session:
        assert session.exec(select(Job)).all() == []


def test_a_promise_waits_for_the_rebuild_of_an_old_index_and_hides_meanwhile(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    monkeypatch.setattr(shape, "fingerprint", lambda: "other rules")
    hidden: Any = {"visibility": Visibility.MEMBERS, "by": book.cast.femke, "allowed": set()}
    book.change(article, lambda session, a: show_to(session, a, **hidden))
    assert work_off(most=1) == 1
    with book.database.reading() as session:
        waiting = {job.reaction for job in session.exec(select(Job)).all()}
        assert waiting >= {"search.index:sync_article", "search.rebuilding:rebuild_when_outdated"}
        assert find(session, Query(), book.cast.nobody, "nl").total == 0
    assert [one["shelves"] for one in documents(client).values()] == [["everyone"]]
    work_off()
    assert [one["shelves"] for one in documents(client).values()] == [["members"]]
    with book.database.reading() as session:
        assert session.exec(select(Job)).all() == []


def rested(database: Database) -> None:
    """What rests has its turn now."""
    with database.writing() as session:
        for job in session.exec(select(Job)).all():
            job.run_at = now()


def test_a_rebuild_that_was_taken_for_interrupted_gives_way(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.publish()

    def overtaken(_what: str, _done: int, _of: int) -> None:
        with book.database.writing() as session:
            state.state(session).building = "somebody else's"

    with pytest.raises(state.AlreadyBuilding):
        index.rebuild(overtaken)


# --- comparing and repairing ----------------------------------------------------------------------------------------


def done(client: meilisearch.Client, *tasks: Any) -> None:
    for task in tasks:
        assert client.wait_for_task(task.task_uid).status == "succeeded"


def test_what_was_altered_removed_or_added_behind_our_back_is_put_right(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "SLICE", 3)
    for n in range(10):
        book.publish(slug=f"stuk-over-lijm-{n}", body="Over lijm.")
    work_off()
    right = documents(client)
    ids = sorted(right, key=int)
    there = client.index(INDEX)
    of_nobody = {"shelves": ["everyone"], "covered": [], "tokens": ["lijm"], "title": "lijm", "t_text": "lijm"}
    done(
        client,
        there.update_documents([{"id": ids[0], "t_text": "geknoeid"}]),
        there.update_documents([{"id": ids[1], "shelves": ["members"]}]),
        there.delete_documents(filter=f'id = "{ids[2]}"'),
        there.add_documents([{**right[ids[3]], "id": f"{ids[3]}_1"}]),
        there.add_documents([{**right[ids[4]], "id": "999999", "piece": 999_999}]),
        there.add_documents([{**right[ids[5]], "id": "vreemd"}]),
        there.add_documents([{**of_nobody, "id": "zonder-stuk"}]),
        there.add_documents([{**of_nobody, "id": "zonder-getal", "piece": None}]),
        there.add_documents([{**of_nobody, "id": f"{ids[6]}_9", "piece": None}]),
        there.add_documents([{**of_nobody, "id": "onder-nul", "piece": -5}]),
        there.add_documents([{**of_nobody, "id": "1e3", "piece": "1e3"}]),
        there.add_documents([{**right[ids[7]], "id": ids[8]}]),
    )
    with book.database.reading() as session:
        hits = find(session, Query(q="lijm"), book.cast.nobody, "nl").hits
    shown = [hit.row.article.piece_id for hit in hits]
    assert len(shown) == len(set(shown))
    assert index.reconcile() == 6
    assert documents(client) == right == filed(book.database)
    assert index.reconcile() == 0


def test_a_round_of_turns_repairs_as_a_whole_round_does_and_then_rests(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "SLICE", 2)
    monkeypatch.setattr(reconciling, "AT_ONCE", 0.0001)
    for _ in range(5):
        book.publish()
    work_off()
    right = documents(client)
    done(client, client.index(INDEX).delete_all_documents())
    mark = {"id": keeping.MARK, "hash": _fingerprint(book.database)}
    done(client, client.index(INDEX).add_documents([mark]))
    turns = 0
    while documents(client) != right:
        index.reconcile_some()
        turns += 1
        assert turns < 20
    assert turns > 1
    while not _rests(book.database):
        index.reconcile_some()
    done(client, client.index(INDEX).delete_documents(filter="piece > 0"))
    index.reconcile_some()
    assert documents(client) == {}


def _fingerprint(database: Database) -> str:
    with database.reading() as session:
        return session.exec(select(SearchState.fingerprint)).one()


def _rests(database: Database) -> bool:
    with database.reading() as session:
        row = session.exec(select(SearchState)).one()
        return row.reconciled_to == 0 and row.reconciled_at is not None


def test_what_is_wrong_in_many_slices_is_repaired_together(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write waits for the engine: one for each slice would make the round of a large collection an hour."""
    monkeypatch.setattr(reconciling, "SLICE", 2)
    for n in range(12):
        book.publish(slug=f"stuk-over-lijm-{n}", body="Over lijm.")
    work_off()
    right = documents(client)
    there = client.index(INDEX)
    done(
        client,
        there.update_documents([{"id": id_, "t_text": "geknoeid"} for id_ in right]),
        there.add_documents([{**one, "id": f"{id_}_9"} for id_, one in right.items()]),
    )
    before = tasks(client)
    assert index.reconcile() == 12
    assert documents(client) == right
    assert tasks(client) - before == 3  # what is strange out, what may be besides out, what is right in


def test_a_turn_that_could_not_repair_begins_there_again(
    book: Book, client: meilisearch.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "SLICE", 2)
    for _ in range(5):
        book.publish()
    work_off()
    right = documents(client)
    done(client, client.index(INDEX).delete_documents(filter="piece > 0"))
    with monkeypatch.context() as away:
        away.setattr(reconciling, "settle", _away)
        index.reconcile_some()
    index.reconcile_some()
    assert documents(client) == right


def test_cards_of_a_piece_that_is_gone_are_cleared_away(book: Book, client: meilisearch.Client) -> None:
    article = book.publish(slug="weg", body="Over lijm.")
    book.publish(slug="blijft", body="Over lijm.")
    work_off()
    with book.database.writing() as session:
        session.delete(session.get_one(Article, article.id))
        session.flush()
        session.delete(session.get_one(Piece, article.piece_id))
    assert book.found("lijm") == ["blijft"]
    index.reconcile()
    assert documents(client) == filed(book.database)
    with book.database.reading() as session:
        assert len(session.exec(select(Card)).all()) == 1


def test_a_change_that_nobody_announced_is_found_out(book: Book, client: meilisearch.Client) -> None:
    article = book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    with book.database.writing() as session:
        session.exec(select(Organisation).where(Organisation.slug == "kennislab-slim-maken")).one().name = "Lab"
        session.get_one(Article, article.id).visibility = Visibility.MEMBERS
    assert index.reconcile() == 1
    (document,) = documents(client).values()
    assert document["shelves"] == ["members"]


@pytest.mark.parametrize(
    "settings",
    [
        {"searchableAttributes": ["title"]},
        {"filterableAttributes": ["shelves"]},
        {"synonyms": {"lijm": ["hars"]}},
        {"rankingRules": ["words"]},
        {"faceting": {"maxValuesPerFacet": 1}},
        {"rankingRules": ["attribute", "words", "proximity", "exactness", "sort"]},
        {"searchableAttributes": ["t_text", "t_lead", "t_topics", "t_title", "title"]},
        {"distinctAttribute": "kind"},
        {"searchCutoffMs": 1},
        {"separatorTokens": ["i"]},
        {"nonSeparatorTokens": [" "]},
        {"dictionary": ["lijm hars"]},
        {"proximityPrecision": "byAttribute"},
        {"localizedAttributes": [{"locales": ["jpn"], "attributePatterns": ["*"]}]},
    ],
)
def test_other_settings_than_ours_build_the_index_anew(
    book: Book, client: meilisearch.Client, settings: dict[str, Any]
) -> None:
    book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    done(client, client.index(INDEX).update_settings(settings))
    index.reconcile_some()
    work_off()
    assert book.found("lijm") == ["gevonden"]
    there = client.index(INDEX).get_settings()
    assert there | settings != there


def test_every_setting_that_the_engine_knows_is_ours(book: Book, client: meilisearch.Client) -> None:
    index.rebuild()
    assert client.index(INDEX).get_settings().keys() == shape.settings().keys()


@pytest.mark.parametrize("lost", ["index", "mark", "cards"])
def test_an_index_or_cards_that_are_lost_are_built_anew(book: Book, client: meilisearch.Client, lost: str) -> None:
    book.publish(slug="gevonden", body="Over lijm.")
    work_off()
    if lost == "index":
        done(client, client.delete_index(INDEX))
    elif lost == "mark":
        done(client, client.index(INDEX).delete_documents(filter=f'id = "{keeping.MARK}"'))
    else:
        with book.database.writing() as session:
            session.delete(session.exec(select(SearchState)).one())
            for card in session.exec(select(Card)).all():
                session.delete(card)
    index.reconcile()
    assert book.found("lijm") == ["gevonden"]
    assert documents(client) == filed(book.database)


def test_many_more_pieces_than_before_are_taken_apart_with_better_words(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "MOST_SMALL", 2)
    book.publish()
    work_off()
    for _ in range(3):
        book.publish()
    work_off()
    index.reconcile_some()
    with book.database.reading() as session:
        assert [job.event for job in session.exec(select(Job)).all()] == ["IndexOutdated"]


def test_a_rebuild_is_asked_for_once(book: Book) -> None:
    state.require_rebuild()
    state.require_rebuild()
    with book.database.reading() as session:
        assert len(session.exec(select(Job)).all()) == 1


def test_a_change_can_be_found_soon(book: Book) -> None:
    """Our own part of it, in processor time: a machine that does other things is no slower by that."""
    book.publish()
    work_off()
    took = []
    for n in range(5):
        article = book.publish(slug=f"vers-{n}", body="Over verse lijm.")
        began = time.process_time()
        index.sync_article(ArticlePublished(article_id=article.id))
        assert f"vers-{n}" in book.found("verse lijm")
        took.append(time.process_time() - began)
    assert min(took) < 0.5


def test_the_epoch_moves_where_search_is_concerned_only_when_something_changed(book: Book) -> None:
    book.publish()
    work_off()
    watch = epoch.Watch(book.database)
    before = watch.number()
    index.reconcile()
    assert watch.number() == before
    watch.close()


def test_a_moved_address_changes_nothing_that_is_found(book: Book) -> None:
    article = book.publish(slug="eerst-hier", body="Over lijm.")
    work_off()
    book.change(article, lambda session, a: move_to(session, a, "nu-daar", by=book.cast.femke))
    assert book.found("lijm") == ["nu-daar"]
    work_off()
    assert book.found("lijm") == ["nu-daar"]


def test_totals_and_counts_beyond_a_thousand_are_exact(book: Book, client: meilisearch.Client) -> None:
    index.rebuild()
    many = [
        {"id": str(n), "piece": n, "shelves": ["everyone"], "covered": [], "kind": ["lesson"], "published_at": n}
        for n in range(1, 2346)
    ]
    done(client, client.index(INDEX).add_documents(many))
    found = ask(Query(size=5), None, book.cast.nobody)
    assert (found.total, found.counts["kind"]) == (2345, {"lesson": 2345})
    assert list(found.pieces) == [2345, 2344, 2343, 2342, 2341]


def test_pages_follow_one_another_however_deep_each_is_read(book: Book, client: meilisearch.Client) -> None:
    """Deeper pages are read deeper, and what is read deeper is scored otherwise: the order must not follow that."""
    index.rebuild()
    chance = random.Random(7)
    told = ["lijm", "hars", "verf", "kit"]
    many = [
        {
            "id": str(n),
            "piece": n,
            "shelves": ["everyone"],
            "covered": [],
            "tokens": sorted({*title, *text}),
            "title": " ".join(title),
            "t_title": " ".join(title),
            "t_topics": "",
            "t_lead": "",
            "t_text": " ".join(text),
            "kind": ["lesson"],
            "published_at": n,
        }
        for n in range(1, 1401)
        for title in [chance.choices(told, k=chance.choice([0, 1, 1, 2]))]
        for text in [chance.choices(told, k=chance.randint(1, 6))]
    ]
    done(client, client.index(INDEX).add_documents(many))
    with book.database.reading() as session:
        asked = plan_for(session, Query(q="lijm hars"), someone_passing_by, "nl", words.lexicon(session))
    orders = [
        [
            piece
            for page in pages
            for piece in ask(Query(q="lijm hars", size=size, page=page), asked, someone_passing_by).pieces
        ]
        for size, pages in [(20, range(1, 51)), (100, range(1, 11)), (7, range(1, 31))]
    ]
    assert len(orders[0]) == len(set(orders[0])) == 1000
    assert orders[1] == orders[0]
    assert orders[2] == orders[0][: len(orders[2])]

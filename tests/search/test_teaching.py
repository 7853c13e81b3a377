"""Words that stewards teach work at once and without building the index anew; what they would do is told before."""

import meilisearch
import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.language import speaking
from app.core.working import work_off
from app.people.actor import Actor, someone_passing_by
from app.people.auditing import AuditEntry
from content.subjects import GlossaryGroup, Topic
from search import engine as engine_room
from search import index, reconciling, words
from search.effects import outlook
from search.engine import INDEX, EngineAway, administering
from search.finding import find
from search.local import Place
from search.query import Query
from search.teaching import Change, of_topics, synonym, teach, with_word, without_word
from tests.cast import Cast, published

pytestmark = pytest.mark.engine


class School:
    """A database with three pieces, and a steward who teaches."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as session:
            self.cast = Cast.in_(session)
            # Words that no glossary knows.
            published(session, self.cast, slug="kwelder", title="Kwelderklei persen", body="De kwelderklei droogt.")
            published(session, self.cast, slug="wierde", title="Wierdeklei bakken", body="Uit de wierdeoven.")
            published(session, self.cast, slug="anders", title="Iets heel anders", body="Over pannenkoeken.")
        work_off()

    def found(self, question: str) -> list[str]:
        with self.database.reading() as session, speaking("nl"):
            hits = find(session, Query(q=question), someone_passing_by, "nl").hits
            return sorted(hit.row.article.slug for hit in hits)

    def teach(self, make: object, by: Actor | None = None) -> None:
        with self.database.writing() as session:
            teach(session, make(session), by=by or self.cast.noor)  # type: ignore[operator]


@pytest.fixture
def school(database: Database, engine: Place, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.setattr(reconciling, "_is_first_here", True)
    return School(database)


@pytest.fixture
def no_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("search.index", "search.reconciling", "search.rebuilding"):
        monkeypatch.setattr(f"{module}.rebuild", lambda *_told: pytest.fail("the whole index was built anew"))


def leading(session: Session) -> Change:
    return synonym(session, "zeeslib", ["kwelderklei"], both_ways=False)


def test_a_synonym_leads_one_way_at_once_and_the_index_is_not_built_anew(school: School, no_rebuild: None) -> None:
    assert school.found("zeeslib") == []
    school.teach(leading)
    work_off()
    assert school.found("zeeslib") == ["kwelder"]
    assert school.found("kwelderklei") == ["kwelder"]
    # Comparing finds nothing to repair, and no reason to begin anew.
    index.reconcile_some()
    assert work_off() == 0
    assert index.reconcile() == 0


def test_words_that_mean_the_same_lead_both_ways(school: School, no_rebuild: None) -> None:
    school.teach(lambda session: synonym(session, "wierdeklei", ["kwelderklei"], both_ways=True))
    work_off()
    assert school.found("wierdeklei") == school.found("kwelderklei") == ["kwelder", "wierde"]
    assert index.reconcile() == 0


def test_a_second_synonym_of_a_word_leaves_the_first(school: School) -> None:
    school.teach(lambda session: synonym(session, "zeeslib", ["kwelderklei"], both_ways=True))
    school.teach(lambda session: synonym(session, "zeeslib", ["wierdeklei"], both_ways=True))
    work_off()
    assert school.found("zeeslib") == ["kwelder", "wierde"]


def test_texts_are_marked_by_the_new_words_though_the_mill_takes_long_to_make(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert school.found("zeeslib") == []
    with monkeypatch.context() as patch:
        patch.setattr(words, "QUICK", 0.0)
        patch.setattr(words, "make_ready", lambda: None)
        school.teach(leading)
        work_off()
    assert school.found("zeeslib") == ["kwelder"]


def test_a_second_word_joins_the_group_and_can_leave_it_again(school: School, no_rebuild: None) -> None:
    school.teach(leading)
    with school.database.reading() as session:
        (group,) = session.exec(select(GlossaryGroup.slug).where(GlossaryGroup.slug.startswith("hand-"))).all()
    school.teach(lambda session: with_word(session, group, "wadprut"))
    work_off()
    assert school.found("wadprut") == ["kwelder"]
    school.teach(lambda session: without_word(session, group, "zeeslib"))
    work_off()
    assert school.found("zeeslib") == []
    assert school.found("wadprut") == ["kwelder"]
    assert index.reconcile() == 0


def test_with_the_engine_away_the_database_knows_the_word_and_the_index_follows(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(engine_room, "multi_search", _away)
        school.teach(leading)
        work_off()
        assert school.found("zeeslib") == ["kwelder"]
    assert school.found("zeeslib") == ["kwelder"]


def _away(_queries: object) -> None:
    raise EngineAway("gone for a moment")


def test_a_piece_that_is_published_meanwhile_knows_the_word(school: School) -> None:
    school.teach(leading)
    with school.database.writing() as session:
        published(session, school.cast, slug="later", title="Later", body="Ook over kwelderklei.")
    work_off()
    assert school.found("zeeslib") == ["kwelder", "later"]


def test_a_topics_words_are_the_group_that_its_name_stands_in(school: School) -> None:
    with school.database.reading() as session:
        topics = session.exec(select(Topic).where(Topic.slug.in_(["cobots", "robot-welding"]))).all()  # type: ignore[attr-defined]
        told = of_topics(session, topics)
        names = {topic.slug: told[topic.id][0] for topic in topics}
    assert names["cobots"] == "cobot"


def test_a_topic_without_words_gets_a_group_with_its_names(school: School) -> None:
    with school.database.writing() as session:
        topic = Topic(slug="marsh", slug_nl="kwelderkunde", name_nl="Kwelderkunde", name_en="Marsh lore")
        session.add(topic)
        session.flush()
        assert of_topics(session, [topic])[topic.id][0] == "topic-marsh"
    school.teach(lambda session: with_word(session, "topic-marsh", "kwelderklei"))
    work_off()
    assert school.found("kwelderkunde") == ["kwelder"]


def test_only_stewards_teach_and_the_log_tells_it(school: School) -> None:
    with pytest.raises(NotAllowed):
        school.teach(leading, by=school.cast.femke)
    school.teach(leading)
    with school.database.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "teach_words")).one()
    assert entry.told["words"] == ["zeeslib", "kwelderklei"]


def test_who_looked_at_an_older_state_is_told(school: School) -> None:
    with school.database.reading() as session:
        first, second = leading(session), synonym(session, "zeeslib", ["wierdeklei"], both_ways=False)
    school.teach(lambda _session: first)
    with pytest.raises(Conflict):
        school.teach(lambda _session: second)


@pytest.mark.parametrize(
    ("asked", "finds"), [("", ["a1"]), ("???", ["a1"]), ("x" * 61, ["a1"]), ("woord", []), ("woord", ["Woord"])]
)
def test_what_is_no_synonym_is_refused_with_a_sentence(session: Session, asked: str, finds: list[str]) -> None:
    with pytest.raises(Invalid):
        synonym(session, asked, finds, both_ways=False)


def test_a_word_that_is_not_there_cannot_leave(session: Session) -> None:
    with pytest.raises(NotFound):
        without_word(session, "cobot", "pannenkoek")
    with pytest.raises(NotFound):
        with_word(session, "no-such-group", "woord")


def test_what_a_change_would_do_is_what_it_does(school: School) -> None:
    questions = ["zeeslib", "zeeslib drogen", "wierdeklei", "pannenkoeken"]
    with school.database.reading() as session, speaking("nl"):
        change = leading(session)
        told = outlook(session, change, questions, "nl")
    assert [(one.question, one.before, one.after) for one in told.effects if one.question == "zeeslib"] == [
        ("zeeslib", 0, 1)
    ]
    assert told.effects[0].top == "Kwelderklei persen"
    assert (told.asked, told.worse) == (4, 0)
    before = {question: len(school.found(question)) for question in questions}
    school.teach(lambda _session: change)
    work_off()
    after = {question: len(school.found(question)) for question in questions}
    shown = {one.question: (one.before, one.after) for one in told.effects}
    assert shown == {q: (before[q], after[q]) for q in shown}
    assert {q for q in questions if before[q] != after[q]} <= set(shown)


def test_a_word_that_leaves_shows_what_is_lost(school: School) -> None:
    school.teach(leading)
    work_off()
    with school.database.reading() as session, speaking("nl"):
        told = outlook(session, without_word(session, "hand-zeeslib", "zeeslib"), ["zeeslib"], "nl")
    assert [(one.question, one.before, one.after, one.is_worse) for one in told.effects] == [("zeeslib", 1, 0, True)]
    assert told.worse == 1


def documents(client: meilisearch.Client) -> int:
    return len(client.index(INDEX).get_documents({"limit": 100}).results)


def test_only_pieces_that_hold_the_words_are_written_anew(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    from search import relearning

    written: list[int] = []
    file = relearning.file
    monkeypatch.setattr(relearning, "file", lambda pieces, **more: written.extend(pieces) or file(pieces, **more))
    school.teach(leading)
    work_off()
    with administering() as client:
        assert client is not None
        assert documents(client) == 4
    assert len(written) == 1

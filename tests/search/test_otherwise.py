"""When nothing is found there is always a way on, and none that leads to nothing or past what a reader may see."""

import pytest

from app.core.database import Database
from app.core.language import speaking
from app.core.working import work_off
from app.people.actor import Actor, someone_passing_by
from content.snapshot import Visibility
from search import engine as engine_room
from search.engine import EngineAway
from search.finding import find
from search.local import Place
from search.query import Query
from search.results import Otherwise, Results
from tests.cast import Cast, published

pytestmark = pytest.mark.engine


def asked(database: Database, q: str, by: Actor = someone_passing_by, **more: object) -> Results:
    with database.reading() as session, speaking("nl"):
        query = Query.from_params(session, [("q", q), *((name, str(value)) for name, value in more.items())])
        return find(session, query, by, "nl")


def instead(results: Results) -> Otherwise:
    assert results.total == 0
    assert results.otherwise is not None
    return results.otherwise


def test_nothing_is_offered_instead_of_an_answer(examples: Database) -> None:
    assert asked(examples, "cobot").otherwise is None
    assert asked(examples, "").otherwise is None


@pytest.mark.parametrize(
    "question", ["cobot xyzzyqq plughzz", "zandbakken lasrobot koekjestrommel", "plughzz cobot xyzzyqq"]
)
def test_every_way_on_finds_as_much_as_it_says(examples: Database, question: str) -> None:
    ways = instead(asked(examples, question))
    assert ways.shorter
    for way in ways.shorter:
        assert 0 < len([word for word in way.words if word.is_kept]) < len(way.words)
        with examples.reading() as session, speaking("nl"):
            assert find(session, way.query, someone_passing_by, "nl").total == way.total > 0


def test_nonsense_leads_nowhere_but_to_the_topics(examples: Database) -> None:
    ways = instead(asked(examples, "qzxv wqpl"))
    assert (ways.meant, ways.unfiltered, list(ways.shorter), list(ways.topics)) == (None, None, [], [])


def test_without_its_choices_a_question_finds_what_it_says(examples: Database) -> None:
    every = asked(examples, "cobot").total
    for kind in ("praktijkcase", "les", "techniek"):
        for year in (2020, 2026):
            results = asked(examples, "cobot", soort=kind, jaar=year, grootte="250-plus")
            if not results.total:
                found = instead(results).unfiltered
                assert found is not None
                assert found.total == every
                return
    pytest.fail("no choice leaves nothing")


def test_topics_nearby_are_those_of_pieces_that_hold_something_of_it(examples: Database) -> None:
    ways = instead(asked(examples, "cobot xyzzyqq plughzz"))
    assert ways.topics
    assert all(topic.total > 0 for topic in ways.topics)


def test_a_spelling_that_is_far_off_is_offered_when_it_finds_something(database: Database, engine: Place) -> None:
    with database.writing() as session:
        published(session, Cast.in_(session), title="Thermoplastisch composiet", body="Over thermoplastisch composiet.")
    work_off()
    ways = instead(asked(database, "termoplastiek"))
    assert ways.meant is not None
    assert (ways.meant.query.q, ways.meant.total) == ("thermoplastic", 1)


def test_who_asks_literally_is_offered_the_repaired_question(database: Database, engine: Place) -> None:
    with database.writing() as session:
        published(session, Cast.in_(session), title="Thermoplastisch composiet", body="Over thermoplastisch composiet.")
    work_off()
    assert asked(database, "thermoplatisch").corrected is not None
    ways = instead(asked(database, "thermoplatisch", letterlijk=1))
    assert ways.meant is not None
    assert (ways.meant.query.q, ways.meant.query.literal) == ("thermoplastisch", False)


@pytest.mark.parametrize("is_away", [False, True])
def test_no_way_on_shows_a_hidden_piece(
    database: Database, engine: Place, monkeypatch: pytest.MonkeyPatch, is_away: bool
) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        published(session, cast, title="Kwelderstaal harden", visibility=Visibility.MEMBERS, body="Over kwelderstaal.")
        published(session, cast, title="Iets anders", body="Over de lijm.")
    work_off()
    if is_away:
        monkeypatch.setattr(engine_room, "multi_search", _away)
    for question in ("kwelderstaal xyzzyqq", "kwelderstahll xyzzyqq", "kwelderstaal plughzz xyzzyqq"):
        ways = instead(asked(database, question))
        assert ways.meant is None
        assert not ways.shorter
        assert not ways.topics
    shown = instead(asked(database, "kwelderstaal xyzzyqq plughzz", cast.sjoerd))
    assert [way.query.q for way in shown.shorter] == ["kwelderstaal"]


def _away(_queries: object) -> None:
    raise EngineAway("gone for a moment")

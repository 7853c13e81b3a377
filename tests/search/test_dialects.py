"""Dialects: the same requests for the engine and for both databases."""

import sqlite3

from search.dialects import FIELDS, engine_answers, engine_queries, fts5_matches, tsquery_matches
from search.mill.plan import Plan
from search.mill.units import Unit, Way
from search.ranking import Kind, Request

ROBOT = Unit("robot", (Way(("robot",)), Way(("rob", "ot"), 0.8), Way(("robo",), 0.8, prefix=True)), 2.0)
LENS = Unit("lens", (Way(("lens",)),), 1.0)


def queries(*, unfinished: bool = False) -> list[dict[str, object]]:
    return engine_queries(Plan("robot lens", "nl", (ROBOT, LENS), "robot lens", unfinished), ["shelf = everyone"], 30)


def test_every_query_of_the_engine_carries_the_filter_and_asks_for_no_more_than_the_id() -> None:
    for query in queries():
        assert query["filter"] == ["shelf = everyone"]
        assert query["limit"] == 30
        assert query["attributesToRetrieve"] == ["id"]
        assert query["showRankingScore"] is True


def test_only_an_unfinished_word_is_taken_for_the_beginning_of_others() -> None:
    assert [query["q"] for query in queries()] == ['"robot"', "rob ot ", "robo", '"lens"', "robot lens ", "robot lens "]
    assert queries(unfinished=True)[-1]["q"] == "robot lens"


def test_titles_are_looked_for_as_written_and_all_else_in_tokens() -> None:
    assert [query["attributesToSearchOn"] for query in queries()] == [*[list(FIELDS)] * 5, ["title"]]


def test_the_answers_of_the_engine_are_ids_with_scores() -> None:
    assert engine_answers([{"hits": [{"id": "7", "_rankingScore": 0.5}]}, {"hits": []}]) == [[("7", 0.5)], []]


def test_the_databases_look_in_the_title_first_and_deeper_for_less() -> None:
    each = Request(("robot", "lens"), Kind.EACH, 1.0, 0)
    assert [expression for expression, _ in fts5_matches(each)][:2] == [
        '{t_title} : ("robot" AND "lens")',
        '{t_title t_topics} : ("robot" AND "lens")',
    ]
    assert [expression for expression, _ in tsquery_matches(each)][:2] == ["robot:A & lens:A", "robot:AB & lens:AB"]
    scores = [score for _, score in fts5_matches(each)]
    assert scores == sorted(scores, reverse=True) == [score for _, score in tsquery_matches(each)]


def test_the_databases_know_beginnings() -> None:
    begins = Request(("robo",), Kind.BEGINS, 0.8, 0)
    assert next(fts5_matches(begins))[0] == '{t_title} : ("robo"*)'
    assert next(tsquery_matches(begins))[0] == "robo:*A"


def test_the_databases_need_no_request_for_the_whole_or_the_titles() -> None:
    for kind in (Kind.WHOLE, Kind.TITLE):
        assert not list(fts5_matches(Request(("a", "b"), kind, 1.0)))
        assert not list(tsquery_matches(Request(("a", "b"), kind, 1.0)))


def test_sqlite_understands_what_we_say() -> None:
    rows = sqlite3.connect(":memory:")
    rows.execute(f"CREATE VIRTUAL TABLE card USING fts5({', '.join(FIELDS)})")
    rows.execute("INSERT INTO card VALUES ('robot', '', 'lens', '')")
    found = [
        bool(rows.execute("SELECT 1 FROM card WHERE card MATCH ?", [expression]).fetchall())
        for expression, _ in fts5_matches(Request(("robot", "lens"), Kind.EACH, 1.0, 0))
    ]
    assert found == [False, False, True, True]

"""Ranking: from what each request found to the order of the pieces, or to the word that nothing was found."""

from collections.abc import Mapping, Sequence

from search.mill.plan import Plan
from search.mill.units import Unit, Way
from search.ranking import MOST_UNITS, Answer, Kind, rank, requests


def unit(token: str, idf: float = 2.0, *, known: bool = True, trust: float = 1.0, concept: bool = False) -> Unit:
    return Unit(token, (Way((token,)),), idf, known, trust, concept)


def plan(*units: Unit) -> Plan:
    return Plan("a question", "nl", units, title=" ".join(unit.text for unit in units))


def ranked(asked: Plan, found: Mapping[str, Answer], *, together: Answer = (), titles: Answer = ()) -> list[str]:
    """What is shown when each token finds these."""
    answers: list[Sequence[tuple[str, float]]] = []
    for request in requests(asked):
        others = {Kind.WHOLE: together, Kind.TITLE: titles}
        answers.append(others.get(request.kind, found.get(request.tokens[0], ())))
    return [piece for piece, _ in rank(asked, answers)]


def test_each_way_is_asked_by_itself_then_all_together_then_the_titles() -> None:
    asked = plan(unit("robot"), unit("lens", 3.0))
    assert [(request.tokens, request.kind) for request in requests(asked)] == [
        (("lens",), Kind.EACH),
        (("robot",), Kind.EACH),
        (("lens", "robot"), Kind.WHOLE),
        (("robot", "lens"), Kind.TITLE),
    ]


def test_one_thing_is_not_asked_together_with_itself() -> None:
    assert Kind.WHOLE not in [request.kind for request in requests(plan(unit("robot")))]


def test_what_nobody_is_known_to_hold_does_not_spoil_the_whole() -> None:
    asked = plan(unit("robot"), unit("lens"), unit("wasbeer", 4.0, known=False))
    whole = next(request for request in requests(asked) if request.kind is Kind.WHOLE)
    assert "wasbeer" not in whole.tokens


def test_no_more_is_asked_than_the_most_telling_things() -> None:
    asked = plan(*(unit(f"word{n}", float(n + 1)) for n in range(20)))
    tokens = {request.tokens for request in requests(asked) if request.kind is Kind.EACH}
    assert tokens == {(f"word{n}",) for n in range(20 - MOST_UNITS, 20)}


def test_nothing_asked_finds_nothing() -> None:
    assert requests(plan()) == ()
    assert rank(plan(), []) == []


def test_a_piece_that_holds_everything_stands_before_one_that_holds_half() -> None:
    asked = plan(unit("robot"), unit("lens"))
    assert ranked(asked, {"robot": [("half", 0.9), ("both", 0.9)], "lens": [("both", 0.5)]}) == ["both", "half"]


def test_the_rarer_thing_counts_for_more() -> None:
    asked = plan(unit("robot", 1.0), unit("lens", 3.0))
    assert ranked(asked, {"robot": [("a", 0.9)], "lens": [("b", 0.9)]})[0] == "b"


def test_a_concept_counts_for_more_than_a_word_that_is_as_rare() -> None:
    asked = plan(unit("robot"), unit("qlens", concept=True))
    assert ranked(asked, {"robot": [("a", 0.9)], "qlens": [("b", 0.9)]})[0] == "b"


def test_a_title_that_reads_like_the_question_comes_first() -> None:
    asked = plan(unit("robot"))
    assert ranked(asked, {"robot": [("a", 0.9), ("b", 0.9)]}, titles=[("b", 1.0)])[0] == "b"


def test_a_piece_that_only_the_whole_finds_is_found() -> None:
    asked = plan(unit("robot"), unit("lens"))
    assert ranked(asked, {"robot": [("a", 0.1)], "lens": [("b", 0.1)]}, together=[("c", 0.9)])[0] == "c"


def test_one_common_concept_beside_two_unknown_words_is_no_answer() -> None:
    unknown = [unit(word, 3.7, known=False) for word in ("koffieautomaat", "assen")]
    asked = plan(unit("qrepair", 1.5, concept=True), *unknown)
    assert ranked(asked, {"qrepair": [("a", 0.9)]}) == []


def test_a_concept_beside_one_unknown_word_is_an_answer() -> None:
    asked = plan(unit("qfalsereject", 2.3, concept=True), unit("verlagn", 3.7, known=False))
    assert ranked(asked, {"qfalsereject": [("a", 0.1)]}) == ["a"]


def test_a_word_that_was_hardly_meant_is_no_answer() -> None:
    asked = plan(unit("vrees", 3.0, trust=0.5), unit("lasagne", 3.7, known=False))
    assert ranked(asked, {"vrees": [("a", 0.9)]}) == []


def test_one_known_word_is_always_an_answer() -> None:
    assert ranked(plan(unit("thermokoppel", 3.0)), {"thermokoppel": [("a", 0.02)]}) == ["a"]


def test_what_the_public_does_not_know_is_found_by_who_may_see_it() -> None:
    asked = plan(unit("geheimwoord", 3.7, known=False))
    assert ranked(asked, {"geheimwoord": [("a", 0.3)]}) == ["a"]


def test_equal_pieces_keep_the_same_order() -> None:
    asked = plan(unit("robot"))
    assert ranked(asked, {"robot": [("b", 0.9), ("a", 0.9)]}) == ranked(asked, {"robot": [("a", 0.9), ("b", 0.9)]})

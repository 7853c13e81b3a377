"""The plan: what a question asks for, and how sure we are."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.mill.plan import MOST_LETTERS, Plan, plan
from search.mill.units import Unit, idf
from tests.search.collection import examples, patient, small


def ask(question: str, language: str = "nl") -> Plan:
    return examples().plan(question, language)


def concepts(question: str) -> list[str]:
    return [unit.ways[0].tokens[0] for unit in ask(question).units if unit.concept]


def words(question: str) -> list[str]:
    return [unit.text for unit in ask(question).units if not unit.concept]


def only(question: str) -> Unit:
    (unit,) = ask(question).units
    return unit


def test_a_term_of_the_glossary_becomes_one_concept() -> None:
    assert concepts("predictive maintenance") == concepts("voorspellend onderhoud") == ["qpredictivemaintenance"]
    assert words("predictive maintenance") == []


def test_the_longest_term_wins_and_terms_do_not_overlap() -> None:
    assert concepts("voorspellend onderhoud aan machines")[0] == "qpredictivemaintenance"
    assert "qmaintenance" not in concepts("voorspellend onderhoud")


def test_everyday_words_are_not_asked_for() -> None:
    assert words("de tafel en het licht") == ["tafel", "licht"]


def test_words_a_question_is_made_of_are_dropped_in_a_question_only() -> None:
    assert "beste" not in words("wat is de beste tafel")
    assert "beste" in words("beste tafel")


def test_when_nothing_but_question_words_is_left_those_are_asked_for() -> None:
    assert ask("hoe moet dat").units
    assert ask("the of and").units


def test_a_glossary_phrase_keeps_its_question_words() -> None:
    assert concepts("wat kost een tafel") == ["qcost"]
    assert concepts("een dure tafel") == []


def test_a_wrong_spelling_asks_for_what_was_meant_and_says_so() -> None:
    asked = ask("trilingsmeting aan pompen")
    assert asked.corrected == ("trilingsmeting aan pompen", "trillingsmeting aan pompen")
    assert asked.units[0].ways[0].tokens == ("qvibration",)
    assert asked.units[0].trust < 1


def test_spelling_is_left_alone_on_request() -> None:
    literal = plan("wiejsvinger", "nl", examples().lexicon, repaired=False)
    assert literal.corrected is None
    assert literal.unknown == ("wiejsvinger",)


def test_a_repaired_word_is_also_looked_for_as_written() -> None:
    asked = ask("strijklichd ")
    assert asked.corrected == ("strijklichd ", "strijklicht ")
    assert ("strijklichd",) in [way.tokens for way in asked.units[0].ways]


def test_the_plan_tells_which_words_were_repaired() -> None:
    assert ask("strijklichd en watkost ").repaired == ("strijklichd", "watkost")
    assert ask("strijklicht ").repaired == ()


def test_a_repaired_word_is_not_taken_for_the_beginning_of_a_term() -> None:
    assert not any(way.prefix for unit in ask("verborgenn").units for way in unit.ways)


def test_a_concept_that_the_public_knows_no_piece_of_is_asked_for_beside_its_words() -> None:
    groups = [{"id": "secret", "type": "two_way", "terms": {"nl": ["geheime proef"], "en": ["secret trial"]}}]
    (first, second) = plan("geheime proef ", "nl", small("Een proef met een robot.", groups=groups)).units
    assert ("qsecret",) in [way.tokens for way in first.ways]
    assert ("qsecret",) in [way.tokens for way in second.ways]
    assert second.known


def test_words_that_stand_in_a_term_are_not_repaired() -> None:
    assert ask("co bot veilig").corrected is None


def test_the_last_word_may_still_be_going_on() -> None:
    going_on = only("belich")
    assert [way.prefix for way in going_on.ways][-1] or going_on.concept
    assert not any(way.prefix for way in only("stroom ").ways)


def test_a_term_that_is_half_written_is_recognised() -> None:
    assert concepts("digitale twee") == ["qdigitaltwin"]
    assert concepts("soldeerpa") == ["qsolderpaste"]


def test_a_known_compound_is_found_by_its_parts_as_well() -> None:
    ways = only("gasmeters ").ways
    assert [way.tokens for way in ways][:2] == [("gasmeter",), ("gas", "meter")]
    assert ways[0].worth > ways[1].worth


def test_an_unknown_compound_is_asked_for_part_by_part() -> None:
    assert words("cameratafel ") == ["camera", "tafel"]


def test_the_rarer_a_thing_the_more_it_tells() -> None:
    assert idf(1, 40) > idf(10, 40) > idf(39, 40) > 0
    assert idf(0, 40) == math.log(41) > idf(1, 40)


def test_what_no_piece_holds_is_unknown_and_weighs_most() -> None:
    asked = ask("tafel wasbeer ")
    assert asked.unknown == ("wasbeer",)
    assert asked.by_weight[0].text == "wasbeer"


def test_an_unknown_verb_at_the_end_says_less_than_an_unknown_thing() -> None:
    (thing,) = (unit for unit in ask("tafel wasbeer ").units if not unit.known)
    (verb,) = (unit for unit in ask("tafel wegmoffelen ").units if not unit.known)
    assert verb.idf < thing.idf


def test_an_unknown_part_of_a_word_says_less_and_is_no_correction() -> None:
    asked = ask("robotwasbeer ")
    assert [unit.text for unit in asked.units] == ["robot", "wasbeer"]
    assert asked.units[1].idf < ask("wasbeer ").units[0].idf
    assert asked.corrected is None


def test_an_abbreviation_that_is_also_a_word_counts_in_capitals_or_alone() -> None:
    assert concepts("AR op de werkvloer")[0] == "qarabbr"
    assert "qarabbr" not in concepts("ar op de werkvloer")
    assert concepts("ar") == ["qarabbr"]
    assert "qworkscouncilabbr" not in concepts("LENS OR LIGHT THINGS")


def test_the_same_thing_twice_is_asked_for_once() -> None:
    assert len(ask("lens lens lens").units) == len(ask("lens").units)


def test_no_words_are_no_plan() -> None:
    assert ask("").units == ask("  ?! ").units == ()


def test_a_long_question_is_read_up_to_a_limit() -> None:
    assert len(ask("robot " * 2000).question) == MOST_LETTERS


def test_repairing_a_repaired_question_changes_nothing() -> None:
    for question in ("trilingsmeting pomp", "watkost een cobot", "werkinstrukcie tablet"):
        corrected = ask(question).corrected
        assert corrected is not None
        assert ask(corrected[1]).corrected is None


STRANGE = [
    "x" * 10_000,
    "las" * 3000,
    "🤖" * 50,
    "\u202eתירבע\u202c العربية robot",
    "\x00\x07\x1b[31m robot \ufffd",
    "((((a*)*)*)*)*" * 50,
    "' OR 1=1; --",
    '"robot" AND NEAR(las, 2) *',
    "a'" * 200,
    "\ud800 robot",
]


@pytest.mark.parametrize("question", STRANGE)
def test_strange_questions_are_read_quickly_and_without_complaint(question: str) -> None:
    ask("lens")
    began = time.perf_counter()
    asked = ask(question)
    assert time.perf_counter() - began < 1
    for unit in asked.units:
        assert all(token.isascii() and token.isalnum() for way in unit.ways for token in way.tokens)


@patient
@given(st.text(max_size=80), st.sampled_from(["nl", "en"]))
def test_every_question_has_a_plan(question: str, language: str) -> None:
    asked = ask(question, language)
    assert all(unit.idf > 0 and 0 < unit.trust <= 1 for unit in asked.units)
    assert all(unit.ways for unit in asked.units)


def test_planning_is_quick() -> None:
    questions = [
        "robotlassen kleine series",
        "is een cobot veilig zonder hek",
        "trilingsmeting pompen",
        "weerstandbij tablets",
    ]
    for question in questions:
        ask(question)
    took = []
    for question in questions * 25:
        began = time.perf_counter()
        ask(question)
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.025

"""The glossary: many ways to say one thing, found in whatever form they are written."""

from collections.abc import Mapping
from typing import Any

import pytest

from search.mill.glossary import Glossary, concept
from search.mill.tokens import marked, tokens
from tests.search.collection import examples, small

GROUPS: list[Mapping[str, Any]] = [
    {
        "id": "robot-welding",
        "type": "two_way",
        "terms": {"nl": ["robotlassen", "lasrobot"], "en": ["welding robot"], "de": ["Schweißroboter"]},
        "misspellings": ["lasrobbot"],
    },
    {
        "id": "cobot",
        "type": "two_way",
        "terms": {"nl": ["cobot", "samenwerkende robot"], "en": ["collaborative robot"]},
    },
    {"id": "cobot-layman", "type": "one_way", "from": ["robot naast mensen", "robot zonder hek"], "to": ["cobot"]},
    {"id": "cost", "type": "two_way", "terms": {"nl": ["kosten", "wat kost", "hoe duur"], "en": ["cost"]}},
    {"id": "council", "type": "one_way", "risk": "high", "from": ["OR"], "to": ["ondernemingsraad"]},
]
LEXICON = small("De robot last. Wij lassen met een robot; de mensen en het hek.", groups=GROUPS)


def about(text: str) -> set[str]:
    return set(marked(text, LEXICON))


@pytest.mark.parametrize(
    "text",
    ["robotlassen", "Robot-lassen", "robot lassen", "lasrobots", "de las robot", "welding robots", "Schweißroboter"],
)
def test_a_term_is_found_inflected_hyphened_joined_split_and_in_the_other_language(text: str) -> None:
    assert "qrobotwelding" in about(text)


def test_everyday_words_may_stand_between_the_words_of_a_term() -> None:
    assert "qcobotlayman" in about("een robot naast al die mensen")
    assert "qcobotlayman" not in about("een robot naast mijn oude en veel te dure kast")


def test_a_term_that_everyday_words_would_shrink_to_one_word_is_taken_to_the_letter() -> None:
    asking = Glossary.from_groups([{"id": "paper", "type": "one_way", "from": ["van papier af"], "to": ["papierloos"]}])
    lexicon = small(
        "papier", groups=[{"id": "paper", "type": "one_way", "from": ["van papier af"], "to": ["papierloos"]}]
    )
    assert len(asking.terms) == 2
    assert marked("wij willen van papier af", lexicon) == ["qpaper"]
    assert marked("papier is geduldig", lexicon) == []


def test_hoe_duur_does_not_become_duur() -> None:
    assert "qcost" in about("hoe duur is dat")
    assert "qcost" not in about("dat is duur")


def test_one_way_leads_from_the_everyday_word_to_the_word_of_the_trade_only() -> None:
    terms = {term.words: term for term in LEXICON.glossary.terms}
    assert "qcobotlayman" in terms["robot", "zonder", "hek"].asks
    assert "qcobotlayman" not in terms[("cobot",)].asks
    assert "qcobotlayman" in terms[("cobot",)].marks


def test_a_text_that_says_the_same_as_the_word_of_the_trade_is_led_to_as_well() -> None:
    assert "qcobotlayman" in about("een samenwerkende robot")
    assert "qcobotlayman" in about("a collaborative robot")


def test_a_word_that_means_one_thing_and_leads_to_another_asks_less_for_the_other() -> None:
    (unit,) = examples().plan("afkeur").units
    assert {way.tokens: way.worth for way in unit.ways} == {("qscrap",): 1.0, ("qscraporrework",): 0.8}
    (led,) = examples().plan("misbaksels").units
    assert [way.worth for way in led.ways] == [1.0]


def test_a_risky_abbreviation_holds_only_in_capitals() -> None:
    assert "qcouncil" in about("de OR wil het weten")
    assert "qcouncil" not in about("one or the other")


def test_a_wrong_spelling_is_understood_but_never_taught() -> None:
    wrong = next(term for term in LEXICON.glossary.terms if term.words == ("lasrobbot",))
    assert wrong.asks
    assert not wrong.marks
    assert "lasrobbot" not in LEXICON.known


def test_german_terms_are_understood_but_never_taught() -> None:
    assert "schweissroboter" not in LEXICON.known


def test_a_concept_is_one_word_that_no_text_holds() -> None:
    assert concept("robot-welding") == "qrobotwelding"


def test_a_field_holds_stems_parts_and_concepts() -> None:
    assert tokens("De lasrobots lassen", "nl", LEXICON) == "lasrobot las robot las qrobotwelding"


def test_the_same_text_gives_the_same_tokens() -> None:
    text = "Een robot naast mensen, en wat kost robotlassen?"
    assert tokens(text, "nl", LEXICON) == tokens(text, "nl", LEXICON)


def test_an_empty_glossary_finds_nothing() -> None:
    assert marked("robotlassen", small("robot")) == []

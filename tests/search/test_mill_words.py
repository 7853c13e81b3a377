"""Folding, everyday words and stems: what makes two words the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.mill.everyday import says_nothing
from search.mill.fold import fold, folded, words
from search.mill.stems import stem
from tests.search.collection import patient, small


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Fryslân", ["fryslan"]),
        ("Maßhaltigkeit", ["masshaltigkeit"]),
        ("OPC-UA en OPC UA", ["opc", "ua", "en", "opc", "ua"]),
        ("3D-metaalprinten", ["3d", "metaalprinten"]),
        ("AGV's", ["agvs"]),
        ("’s nachts", ["s", "nachts"]),
        ("mkb'er", ["mkb", "er"]),
        ("CO₂-uitstoot", ["co2", "uitstoot"]),
        ("voor\u00adspel\u200blend", ["voorspellend"]),
        ("ge\u0301e\u0301n", ["geen"]),
        ("snake_case", ["snake", "case"]),
        ("日本 привет 🤖", []),
    ],
)
def test_words_are_read_without_case_accents_and_signs(written: str, read: list[str]) -> None:
    assert list(folded(written)) == read


def test_a_word_knows_where_it_stands_and_whether_it_is_an_abbreviation() -> None:
    text = "Een AGV of de AGV's, kies er één."
    found = {(text[word.start : word.end], word.capitals) for word in words(text)}
    assert ("AGV", True) in found
    assert ("AGV's", True) in found
    assert ("één", False) in found


@patient
@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@patient
@given(st.text())
def test_every_word_lies_within_its_text(text: str) -> None:
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.text.isascii()
        assert word.text.isalnum()


def test_everyday_words_and_single_letters_say_nothing() -> None:
    assert all(map(says_nothing, ["de", "the", "x"]))
    assert not any(map(says_nothing, ["robot", "5s"]))


@pytest.mark.parametrize(
    "same",
    [
        ["las", "lassen"],
        ["kolom", "kolommen"],
        ["exporteer", "exporteren"],
        ["matrijs", "matrijzen"],
        ["brief", "brieven"],
        ["serie", "series"],
        ["foto", "fotos"],
        ["papierloos", "papierloze"],
        ["sensor", "sensoren"],
    ],
)
def test_dutch_inflections_share_a_stem(same: list[str]) -> None:
    assert len({stem(word, "nl") for word in same}) == 1


@pytest.mark.parametrize(
    ("form", "infinitive"),
    [
        ("voegt", "voegen"),
        ("loopt", "lopen"),
        ("past", "passen"),
        ("schrijft", "schrijven"),
        ("geexporteerd", "exporteren"),
        ("ingevoerd", "invoeren"),
        ("geprinte", "printen"),
        ("gekeurde", "keuren"),
        ("bespaard", "besparen"),
    ],
)
def test_a_verb_form_follows_its_infinitive_when_somebody_writes_that(form: str, infinitive: str) -> None:
    assert stem(form, "nl", {infinitive}) == stem(infinitive, "nl")
    assert stem(form, "nl") != stem(infinitive, "nl")


def test_a_last_s_is_a_plural_only_when_the_word_without_it_is_known() -> None:
    assert stem("machines", "nl", {"machine"}) == stem("machine", "nl")
    assert stem("proces", "nl", {"machine"}) == "proces"


def test_abbreviations_and_words_with_digits_keep_their_form() -> None:
    assert [stem(word, "nl") for word in ("oee", "agv", "iso9001", "3d")] == ["oee", "agv", "iso9001", "3d"]


def test_english_words_have_english_stems() -> None:
    assert stem("maintenances", "en") == stem("maintenance", "en")
    assert stem("welding", "en") == "weld"


def test_the_stems_of_a_collection_hold_in_both_languages() -> None:
    assert {"robot", "robots"} <= small("De robot last.").forms("robots")


@patient
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789"), st.sampled_from(["nl", "en"]))
def test_every_word_has_a_stem(word: str, language: str) -> None:
    assert stem(word, language, {"lassen", "lopen"}) or not word

"""Repair: what a reader probably meant by a word that nobody here writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.mill.repair import repair
from search.mill.speller import sound
from tests.search.collection import patient, small

GROUPS = [
    {"id": "air", "type": "two_way", "terms": {"nl": ["perslucht"], "en": ["compressed air"], "de": ["Fließband"]}}
]
LEXICON = small(
    "Onderhoud aan de robot, de machine en de pomp kost geld. Weerstand meten wij ook.",
    "Een cobot kan lassen; werkinstructie op een tablet, inspectie van kwaliteit. Maak een exporteerbare lijst.",
    "De pomp en de lading, de vragen en de uitleg.",
    groups=GROUPS,
)


def repaired(word: str) -> tuple[str, ...] | None:
    guess = repair(word, LEXICON)
    return guess.words if guess else None


@pytest.mark.parametrize("word", ["robot", "robots", "lassen", "perslucht", "12345", "de", "hoe"])
def test_what_somebody_writes_is_left_alone(word: str) -> None:
    assert repaired(word) is None


def test_an_ending_is_taken_off_when_the_rest_is_known() -> None:
    assert repaired("robotje") == ("robot",)
    assert repaired("machientje") != ("machien",)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("onderhuod", "onderhoud"),
        ("inspecti", "inspectie"),
        ("werkinstructe", "werkinstructie"),
        ("machnie", "machine"),
    ],
)
def test_a_typing_error_is_repaired_and_a_swap_is_one(wrong: str, right: str) -> None:
    assert repaired(wrong) == (right,)


@pytest.mark.parametrize(
    ("heard", "right"), [("onderhout", "onderhoud"), ("inspektie", "inspectie"), ("kwaliteid", "kwaliteit")]
)
def test_a_word_that_sounds_the_same_is_meant(heard: str, right: str) -> None:
    assert sound(heard) == sound(right)
    assert repaired(heard) == (right,)


def test_an_error_in_a_short_word_is_trusted_less_than_in_a_long_one() -> None:
    short, long = repair("romp", small("pomp en werkinstructie")), repair("werkinstrucie", LEXICON)
    assert short is None
    assert long is not None
    assert long.trust > 0.8


def test_short_words_keep_their_first_letter() -> None:
    assert repaired("bobot") is None
    assert repaired("onderhoud") is None
    assert repaired("anderhoud") == ("onderhoud",)


def test_two_errors_are_too_many_for_a_short_word() -> None:
    assert repaired("machjne") == ("machine",)
    assert repaired("mqchjne") is None


def test_a_space_that_is_missing_beside_an_everyday_word_is_put_back() -> None:
    assert repaired("watkost") == ("wat", "kost")
    assert repaired("iseen") == ("is", "een")
    assert repaired("weerstandbij") == ("weerstand", "bij")


def test_a_term_without_its_space_is_that_term() -> None:
    assert repaired("compressedair") == ("compressed", "air")


def test_a_compound_with_one_wrong_half_is_repaired_in_that_half() -> None:
    assert repaired("werkinstrukcietablet") == ("werkinstructie", "tablet")


def test_a_compound_with_one_unknown_half_is_cut_there() -> None:
    assert repaired("robotafdeling") == ("robot", "afdeling")


def test_an_abbreviation_of_the_glossary_is_cut_off_beside_a_known_word() -> None:
    lexicon = small("Software en machine", groups=[{"id": "aps", "type": "two_way", "terms": {"abbr": ["APS"]}}])
    guess = repair("apssoftware", lexicon)
    assert guess is not None
    assert guess.words == ("aps", "software")
    assert not guess.cut
    assert repair("apswasbeer", lexicon) is None


def test_nothing_is_guessed_from_too_far() -> None:
    assert repaired("hypotheekrente") is None
    assert repaired("appeltaart") is None


def test_words_of_another_language_are_no_guess() -> None:
    assert repaired("fliesband") is None


@patient
@given(st.text(max_size=60))
def test_a_guess_is_made_of_words_and_has_some_trust(word: str) -> None:
    guess = repair(word, LEXICON)
    assert guess is None or (all(guess.words) and 0 < guess.trust <= 1)


@patient
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_what_was_repaired_into_one_word_needs_no_more_repair(word: str) -> None:
    guess = repair(word, LEXICON)
    if guess and len(guess.words) == 1:
        assert repair(guess.words[0], LEXICON) is None

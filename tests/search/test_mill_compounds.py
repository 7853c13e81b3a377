"""Compounds: words written as one that are found by their parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.mill.stems import root
from tests.search.collection import patient, small

LEXICON = small(
    "Lassen met een robot: frames van metaal en printen gaat met 3D; het bedrijf heeft een plaat en werk.",
    "Een sensor meet de trilling van de pomp en een meting kost tijd, de kwaliteit en de manager ook.",
    "De frees en de machine, gratis en free. Leven en duur. Wij printen.",
    "Onderhoud, houd, voor, zonder, meten.",
)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("lasrobot", ("las", "robot")),
        ("metaalprinten", ("metaal", "printen")),
        ("kwaliteitsmanager", ("kwaliteit", "manager")),
        ("trillingssensor", ("trilling", "sensor")),
        ("plaatwerkbedrijf", ("plaat", "werk", "bedrijf")),
        ("levensduur", ("leven", "duur")),
        ("3dprinten", ("3d", "printen")),
    ],
)
def test_a_compound_comes_apart_into_words_of_the_collection(word: str, parts: tuple[str, ...]) -> None:
    assert LEXICON.compound(word) == parts


def test_the_last_part_may_be_inflected() -> None:
    assert LEXICON.compound("trillingsmetingen") == ("trilling", "metingen")


def test_a_verb_opens_a_compound_by_its_root() -> None:
    assert LEXICON.compound("meetrobot") == ("meet", "robot")
    assert [root(verb) for verb in ("lassen", "meten", "schrijven", "frezen", "koelen", "teen")] == [
        "las",
        "meet",
        "schrijf",
        "frees",
        "koel",
        None,
    ]


def test_parts_are_preferred_to_letters_that_join_them() -> None:
    assert LEXICON.compound("freesmachine") == ("frees", "machine")


def test_everyday_words_and_endings_are_no_parts() -> None:
    assert LEXICON.compound("onderhoud") == ()
    assert LEXICON.compound("zondermeten") == ()


def test_a_word_with_an_unknown_part_stays_whole() -> None:
    assert LEXICON.compound("robotbromfiets") == ()
    assert LEXICON.compound("robot") == ()


def test_a_short_part_must_be_one_that_we_chose() -> None:
    assert small("De pot en de boot, de uit en de las.").compound("lasboten") == ()


@patient
@given(st.text(alphabet="robtlasem", max_size=60))
def test_parts_never_hold_more_than_their_word(word: str) -> None:
    parts = LEXICON.compound(word)
    assert len("".join(parts)) <= len(word)
    assert not parts or word.startswith(parts[0])


def test_a_hopeless_word_is_given_up_at_once() -> None:
    assert LEXICON.compound("robot" * 200) == ()

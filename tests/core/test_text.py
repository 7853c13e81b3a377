import unicodedata
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import MOST_MARKS, excerpt, one_line, reading_minutes, slug, wash

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Coördinatie van 3D-printen: één € 38.000", "coordinatie-van-3d-printen-een-eur-38-000"),
        ("De ĳzeren les", "de-ijzeren-les"),
        ("Uitval van 4,2 naar 1,1 procent", "uitval-van-4-2-naar-1-1-procent"),
        ("  Straße & Weg  ", "strasse-weg"),
    ],
)
def test_an_address_says_the_title_in_plain_letters(title: str, address: str) -> None:
    assert slug(title) == address


def test_a_long_address_is_cut_between_words() -> None:
    assert slug("een hele lange titel over cobots", limit=20) == "een-hele-lange-titel"
    assert slug("x" * 200) == "x" * 80


def test_texts_without_a_letter_get_addresses_that_differ() -> None:
    assert slug("!!!")
    assert slug("!!!") != slug("???")
    assert slug("!!!") == slug("!!!")


@given(ANY_TEXT)
def test_every_text_has_an_address(text: str) -> None:
    made = slug(text, limit=40)
    assert 0 < len(made) <= 40
    assert all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in made)
    assert slug(made, limit=40) == made


def test_washing_keeps_words_newlines_and_tabs() -> None:
    assert wash("Eén\tregel\nen nog een 😀\u00ad") == "Eén\tregel\nen nog een 😀\u00ad"


@pytest.mark.parametrize(
    "dirt",
    [
        "\x00",
        "\x0e",
        "\x1b",
        "\x7f",
        "\x80",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\U000e0041",
        "\ud800",
        "\uffff",
    ],
)
def test_what_cannot_be_seen_is_washed_away(dirt: str) -> None:
    assert wash(f"las{dirt}robot") == "lasrobot"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_end_becomes_a_newline(end: str) -> None:
    assert wash(f"een{end}twee") == "een\ntwee"


def test_letters_that_look_the_same_are_stored_the_same() -> None:
    assert wash("e\u0301\u0301n") == "\u00e9\u0301n"


@given(ANY_TEXT)
def test_washed_text_fits_every_format_and_stays_the_same(text: str) -> None:
    washed = wash(text)
    assert wash(washed) == washed
    assert unicodedata.is_normalized("NFC", washed)
    washed.encode("utf-8")
    # The Char production of XML 1.0.
    assert all(c in "\t\n" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" for c in washed)


def test_a_tower_of_accents_is_lowered_before_it_is_sorted() -> None:
    washed = wash("a" + "\u0300" * 50_000 + "\u0316" * 50_000)
    longest = max(len(list(run)) for marked, run in groupby(washed, unicodedata.combining) if marked)
    assert longest <= MOST_MARKS


def test_one_line_has_no_gaps() -> None:
    assert one_line("  Van\r\n 42\u00a0naar\t18 ") == "Van 42 naar 18"


@pytest.mark.parametrize(
    ("plain", "limit", "shown"),
    [
        ("Kort genoeg", 11, "Kort genoeg"),
        ("De uitval, die hoog was, daalde", 12, "De uitval…"),
        ("De uitval daalde", 10, "De uitval…"),
        ("Aaaaaaaaaaaa", 6, "Aaaaa…"),
        ("xa\u0316\u0316\u0316\u0316", 4, "x…"),
    ],
)
def test_an_excerpt_ends_between_words(plain: str, limit: int, shown: str) -> None:
    assert excerpt(plain, limit) == shown


@given(ANY_TEXT, st.integers(1, 60))
def test_an_excerpt_is_never_longer_than_asked(text: str, limit: int) -> None:
    shown = excerpt(text, limit)
    assert len(shown) <= limit
    assert "\n" not in shown


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (238, 1), (239, 2), (1_400, 6)])
def test_reading_takes_whole_minutes(words: int, minutes: int) -> None:
    assert reading_minutes("woord " * words) == minutes

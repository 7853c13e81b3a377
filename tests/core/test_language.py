import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import language
from app.core.language import (
    clock_time,
    current_language,
    euros,
    gettext,
    long_date,
    month,
    ngettext,
    number,
    pick,
    speaking,
)

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "What it cost"
msgstr "Wat het kostte"

msgid "Written by %(name)s"
msgstr "Geschreven door %(name)s"

msgid "%(n)s piece"
msgid_plural "%(n)s pieces"
msgstr[0] "%(n)s stuk"
msgstr[1] "%(n)s stukken"

#, fuzzy
msgid "Only guessed"
msgstr "Alleen geraden"
"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small catalogue in the place of ours."""
    path = tmp_path / "nl" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    monkeypatch.setattr(language, "_translations", language._translations.__wrapped__)
    return path


def test_dutch_is_spoken_unless_something_else_is_asked_for() -> None:
    assert current_language() == "nl"
    with speaking("en"):
        assert current_language() == "en"
        with speaking("nl"):
            assert current_language() == "nl"
        assert current_language() == "en"
    assert current_language() == "nl"


@pytest.mark.parametrize("unknown", ["", "de", "NL", "en-GB", "../../etc/passwd"])
def test_a_language_that_we_do_not_speak_counts_as_dutch(unknown: str) -> None:
    with speaking(unknown):
        assert current_language() == "nl"


def test_every_thread_speaks_its_own_language() -> None:
    spoken: list[str] = []
    with speaking("en"):
        thread = threading.Thread(target=lambda: spoken.append(current_language()))
        thread.start()
        thread.join()
    assert spoken == ["nl"]


def test_a_text_is_given_in_the_language_spoken(catalogue: Path) -> None:
    assert gettext("What it cost") == "Wat het kostte"
    with speaking("en"):
        assert gettext("What it cost") == "What it cost"


def test_a_text_takes_values_by_name(catalogue: Path) -> None:
    assert gettext("Written by %(name)s", name="Femke") == "Geschreven door Femke"


def test_a_text_without_values_may_hold_a_percent_sign(catalogue: Path) -> None:
    assert gettext("100% measured") == "100% measured"


def test_a_missing_or_guessed_text_stays_english(catalogue: Path) -> None:
    assert gettext("Nobody translated this") == "Nobody translated this"
    assert gettext("Only guessed") == "Only guessed"


def test_no_text_is_no_text_and_not_the_head_of_the_catalogue(catalogue: Path) -> None:
    assert gettext("") == ""


def test_without_a_catalogue_everything_is_english(catalogue: Path) -> None:
    catalogue.unlink()
    assert gettext("What it cost") == "What it cost"


@pytest.mark.parametrize(
    ("n", "dutch", "english"),
    [(0, "0 stukken", "0 pieces"), (1, "1 stuk", "1 piece"), (1234, "1.234 stukken", "1,234 pieces")],
)
def test_one_and_many_have_their_own_form(catalogue: Path, n: int, dutch: str, english: str) -> None:
    assert ngettext("%(n)s piece", "%(n)s pieces", n) == dutch
    with speaking("en"):
        assert ngettext("%(n)s piece", "%(n)s pieces", n) == english


@pytest.mark.parametrize(("spoken", "expected"), [("nl", "Lassen"), ("en", "Welding")])
def test_of_a_thing_with_both_names_the_one_of_the_language_is_picked(spoken: str, expected: str) -> None:
    with speaking(spoken):
        assert pick("Lassen", "Welding") == expected
        assert pick("Lassen", "") == "Lassen"
        assert pick("", "Welding") == "Welding"


@pytest.mark.parametrize(
    ("value", "digits", "dutch", "english"),
    [
        (0, None, "0", "0"),
        (4.2, None, "4,2", "4.2"),
        (1234567, None, "1.234.567", "1,234,567"),
        (-3.75, None, "-3,75", "-3.75"),
        (-0.0001, None, "0", "0"),
        (0.12345, None, "0,123", "0.123"),
        (5, 1, "5,0", "5.0"),
        (2.25, 0, "2", "2"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float, digits: int | None, dutch: str, english: str) -> None:
    assert number(value, digits) == dutch
    with speaking("en"):
        assert number(value, digits) == english


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (38000, "€\xa038.000", "€38,000"),
        (0, "€\xa00", "€0"),
        (1999.5, "€\xa02.000", "€2,000"),
        (-500, "€\xa0-500", "-€500"),
    ],
)
def test_euros_are_whole_and_never_break_after_the_sign(value: float, dutch: str, english: str) -> None:
    assert euros(value) == dutch
    with speaking("en"):
        assert euros(value) == english


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_every_whole_number_can_be_read_back(value: int) -> None:
    assert int(number(value).replace(".", "")) == value


def test_dates_are_those_of_amsterdam() -> None:
    # Half past midnight in Amsterdam is still the day before in UTC.
    moment = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    assert long_date(moment) == "3 november 2026"
    assert month(moment) == "november 2026"
    with speaking("en"):
        assert long_date(moment) == "3 November 2026"
        assert month(moment) == "November 2026"
    assert long_date(date(2026, 3, 1)) == "1 maart 2026"


@pytest.mark.parametrize(
    ("moment", "dutch", "english"),
    [
        (datetime(2026, 12, 3, 13, 0, tzinfo=UTC), "14.00\xa0uur", "14:00"),
        (datetime(2026, 7, 3, 13, 5, tzinfo=UTC), "15.05\xa0uur", "15:05"),
    ],
)
def test_the_time_is_that_of_amsterdam_in_winter_and_in_summer(moment: datetime, dutch: str, english: str) -> None:
    assert clock_time(moment) == dutch
    with speaking("en"):
        assert clock_time(moment) == english

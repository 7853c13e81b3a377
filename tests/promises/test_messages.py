"""Every text of the interface has its Dutch, and the checks that say so can fail."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tests.promises.messages import faults, findings, repeated, translated, used


def test_every_text_has_its_dutch_and_none_is_left_over() -> None:
    assert list(findings()) == []


def test_texts_are_collected_from_every_room_and_from_the_templates() -> None:
    rooms = {place.partition("/")[0] for place in used().values()}
    assert rooms == {"app", "content", "search", "templates"}
    assert len(used()) > 200


@pytest.mark.parametrize(
    ("english", "dutch", "fault"),
    [
        ("Search", "", "empty"),
        (("%(n)s piece", "%(n)s pieces"), ("%(n)s stuk",), "empty"),
        ("By %(name)s", "Door %(naam)s", "other places for values"),
        ("By %(name)s", "Door iemand", "other places for values"),
        (("%(n)s piece", "%(n)s pieces"), ("%(n)s stuk", "%(m)s stukken"), "other places for values"),
        ("%(n)s of it", "%(n)s van 100%", "a percent sign that is no place"),
        ("Search", "Zoek ", "other space around it"),
        ("Your text is safe.", "Uw tekst is bewaard.", "says u"),
        ("Can you read this?", "Kunt u dit lezen?", "says u"),
        ("Done", "Klaar!", "an exclamation mark, a long dash or a picture"),
        ("Done", "Klaar \N{EM DASH} echt", "an exclamation mark, a long dash or a picture"),
        ("Done", "Klaar \N{PARTY POPPER}", "an exclamation mark, a long dash or a picture"),
        ("Done!", "Klaar", "an exclamation mark, a long dash or a picture"),
    ],
)
def test_a_translation_that_is_not_in_order_is_found(
    english: str | tuple[str, ...], dutch: str | tuple[str, ...], fault: str
) -> None:
    assert fault in list(faults(Message(english, dutch)))


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("By %(name)s", "Door %(name)s"),
        (("One piece", "%(n)s pieces"), ("Eén stuk", "%(n)s stukken")),
        (("%(n)s piece", "%(n)s pieces"), ("Eén stuk", "%(n)s stukken")),
        ("100% measured", "100% gemeten"),
        ("Wait an hour, Unie", "Wacht een uur, Unie"),
    ],
)
def test_a_translation_that_is_in_order_is_left_alone(
    english: str | tuple[str, ...], dutch: str | tuple[str, ...]
) -> None:
    assert list(faults(Message(english, dutch))) == []


def test_a_guessed_translation_is_found() -> None:
    assert list(faults(Message("Search", "Zoek", flags=["fuzzy"]))) == ["guessed"]


def test_a_text_that_stands_twice_in_the_catalogue_is_found(tmp_path: Path) -> None:
    catalogue = tmp_path / "messages.po"
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Search"\nmsgstr "Zoek"\n\nmsgid ""\n"Sea"\n"rch"\nmsgstr "Zoeken"\n'
    )
    assert list(translated(catalogue)) == ["Search"]
    assert repeated(catalogue) == ["Search"]

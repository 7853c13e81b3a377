"""Marks: a reader sees at once why a piece was found."""

import re
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.mill.marks import Marks
from tests.search.collection import examples, patient


def marks(question: str) -> Marks:
    return Marks(examples().plan(question), examples().lexicon)


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("tafel", "De tafels staan er.", ["tafels"]),
        ("predictive maintenance", "Doe aan voorspellend onderhoud.", ["voorspellend", "onderhoud"]),
        ("lascobot", "Zij kunnen cobotlassen, en robot-lassen ook.", ["cobotlassen", "robot", "lassen"]),
        ("pomp", "Een pompdeksel lekt.", ["pompdeksel"]),
        ("werkinstructies tablet", "Op de tablet staat uitleg.", ["tablet"]),
        ("strijkl", "Het strijklicht valt.", ["strijklicht"]),
        ("tafel", "Geen woord ervan.", []),
    ],
)
def test_words_are_marked_by_stem_part_concept_and_beginning(question: str, text: str, marked: list[str]) -> None:
    assert re.findall("<mark>(.*?)</mark>", marks(question).html(text)) == marked


def test_the_words_of_a_concept_are_marked_as_the_reader_wrote_them() -> None:
    html = marks("is een cobot veilig").html("Een cobot is niet vanzelf veilig")
    assert "<mark>cobot</mark>" in html
    assert "<mark>veilig</mark>" in html
    assert "<mark>is</mark>" not in html


def test_everything_else_is_escaped() -> None:
    html = marks("tafel").html('<script>tafel</script> & "tafel"')
    assert html == "&lt;script&gt;<mark>tafel</mark>&lt;/script&gt; &amp; &quot;<mark>tafel</mark>&quot;"


def test_a_snippet_is_the_passage_that_holds_most_of_what_was_asked() -> None:
    text = f"Een camera hangt er. {'Verder niets bijzonders. ' * 40}De camera ziet het licht. {'En zo meer. ' * 40}"
    snippet = marks("camera strijklicht licht").snippet(text, 120)
    assert "<mark>camera</mark> ziet het <mark>licht</mark>" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")


def test_a_snippet_without_marks_is_the_beginning() -> None:
    assert marks("tafel").snippet("Niets hiervan. " * 40, 60).startswith("Niets hiervan.")


def test_a_short_text_is_its_own_snippet() -> None:
    assert marks("tafel").snippet("Een tafel.") == "Een <mark>tafel</mark>."


@patient
@given(st.text(), st.sampled_from(["tafel", "lascobot kleine series", "wat kost een cobot", "strijkl", ""]))
def test_marks_change_nothing_but_the_look(text: str, question: str) -> None:
    assert unescape(re.sub("</?mark>", "", marks(question).html(text))) == unescape(text) or "&" in text
    assert len(unescape(re.sub("</?mark>", "", marks(question).snippet(text, 40)))) <= 40 + 80


@patient
@given(st.text(alphabet="camera licht\n.", max_size=400))
def test_marks_stand_in_order_and_none_over_another(text: str) -> None:
    found = marks("camera licht").places(text)
    assert all(one.end <= other.start for one, other in pairwise(found))

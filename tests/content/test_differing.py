import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blocks import Block, Section, sections_of
from content.differing import MOST_PAIRS, Change, compare_texts, compare_words, words_changed

SAID = ["de", "kantenlijmer", "begon", "4,2", "%", ",", ".", ";", "cobot's", "2.244", "é"]
WORDS = st.lists(st.sampled_from(SAID), max_size=25).map(" ".join)


def told(old: str, new: str) -> str:
    marks = {"same": "{}", "added": "[+{}]", "removed": "[-{}]"}
    return "".join(marks[change.mark].format(change.text) for change in compare_words(old, new))


def letters(changes: list[Change], *marks: str) -> str:
    return "".join("".join(change.text.split()) for change in changes if change.mark in marks)


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("gelijk", "gelijk", "gelijk"),
        ("van 46 naar 19 minuten", "van 46 naar 12 minuten", "van 46 naar [-19] [+12] minuten"),
        ("orders van vandaag;", "orders van vandaag, op volgorde;", "orders van vandaag[+, op volgorde];"),
        ("de cel begon, daarna niets.", "de cel.", "de cel [-begon, daarna niets]."),
        ("Meer niet.", "Meer niet. Echt.", "Meer niet. [+Echt.]"),
        ("alles weg", "", "[-alles weg]"),
        ("", "alles nieuw", "[+alles nieuw]"),
        ("", "", ""),
    ],
)
def test_a_change_is_told_word_by_word(old: str, new: str, wanted: str) -> None:
    assert told(old, new) == wanted


def test_numbers_and_hyphens_stay_whole() -> None:
    assert told("2.244 uur 3D-printen", "2.245 uur 3D-printer") == "[-2.244] [+2.245] uur [-3D-printen] [+3D-printer]"


def test_a_comma_that_stayed_between_two_changes_is_part_of_one() -> None:
    assert told("een, twee, drie", "vier, vijf, drie") == "[-een, twee] [+vier, vijf], drie"


@given(WORDS, WORDS)
def test_what_came_and_what_went_make_both_texts_again(old: str, new: str) -> None:
    changes = compare_words(old, new)
    assert letters(changes, "same", "added") == "".join(new.split())
    assert letters(changes, "same", "removed") == "".join(old.split())


@given(WORDS, WORDS)
def test_spaces_stand_between_what_changed_and_never_two_runs_of_one_kind(old: str, new: str) -> None:
    changes = compare_words(old, new) if old != new else []
    assert all(change.text == change.text.strip() for change in changes if change.mark != "same")
    assert all(one.mark != two.mark for one, two in pairwise(changes))


def test_a_paragraph_of_one_word_over_and_over_is_replaced_whole() -> None:
    old, new = "ja " * (MOST_PAIRS // 100), "ja " * 101 + "nee"
    assert [change.mark for change in compare_words(old, new)] == ["removed", "added"]


def test_the_longest_text_takes_no_second() -> None:
    old = "".join(f"<p>{' '.join(f'woord{(n * m) % 97}' for m in range(80))}</p>" for n in range(149))
    new = "".join(f"<p>{' '.join(f'woord{(n * m) % 89}' for m in range(80))}</p>" for n in range(149))
    started = time.perf_counter()
    compare_texts(old, new)
    assert time.perf_counter() - started < 3


# --- texts ------------------------------------------------------------------------------------------------------


def test_a_text_is_read_as_sections_of_blocks() -> None:
    html = (
        "<p>Vooraf.</p><h2 id='t-een'>Een &amp; twee</h2><ul><li><strong>tablet</strong> per plek;</li></ul>"
        "<h3>Dieper</h3><table><tr><th>Post</th><th>Bedrag</th></tr><tr><td>Wifi</td><td>€&nbsp;2.600</td></tr></table>"
        "<figure><img src='x' alt='niet dit'><figcaption>Figuur 1</figcaption></figure>"
    )
    assert sections_of(html) == [
        Section("", [Block("paragraph", "Vooraf.")]),
        Section(
            "Een & twee",
            [
                Block("item", "tablet per plek;"),
                Block("heading", "Dieper"),
                Block("row", "Post · Bedrag"),
                Block("row", "Wifi · € 2.600"),
                Block("paragraph", "Figuur 1"),
            ],
        ),
    ]


def test_a_list_inside_an_item_is_told_item_by_item() -> None:
    html = "<ul><li>een<ul><li>een a</li><li>een b</li></ul></li><li><p>twee</p><p>meer</p></li></ul>"
    assert [block.text for block in sections_of(html)[0].blocks] == ["een", "een a", "een b", "twee", "meer"]


def test_a_paragraph_that_was_rewritten_and_one_that_is_new_are_told_apart() -> None:
    old = "<h2>Kop</h2><p>De tablet hangt naast de machine.</p><p>Iedereen leest mee.</p>"
    new = "<h2>Kop</h2><p>Nieuw is dit.</p><p>De tablet hangt naast de zaag.</p><p>Iedereen leest mee.</p>"
    (section,) = compare_texts(old, new)
    assert [[change.mark for change in block.changes] for block in section.blocks] == [
        ["added"],
        ["same", "removed", "same", "added", "same"],
        ["same"],
    ]
    assert section.is_changed
    assert words_changed([section]) == (4, 1)


def test_sections_that_came_and_went_are_told_where_they_stood() -> None:
    old = "<h2>Eerst</h2><p>a</p><h2>Weg</h2><p>b</p><h2>Laatst</h2><p>c</p>"
    new = "<h2>Eerst</h2><p>a</p><h2>Laatst</h2><p>c</p><h2>Nieuw</h2><p>d</p>"
    sections = compare_texts(old, new)
    assert [(section.heading, section.mark) for section in sections] == [
        ("Eerst", "same"),
        ("Weg", "removed"),
        ("Laatst", "same"),
        ("Nieuw", "added"),
    ]
    assert [section.is_changed for section in sections] == [False, True, False, True]


def test_items_that_follow_each_other_are_one_run() -> None:
    (section,) = compare_texts("", "<h2>Kop</h2><p>a</p><ul><li>b</li><li>c</li></ul><p>d</p>")
    assert [(kind, len(blocks)) for kind, blocks in section.runs] == [("paragraph", 1), ("item", 2), ("paragraph", 1)]

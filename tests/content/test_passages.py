"""Two texts that began as one: nothing of them is lost, however long they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.passages import MOST_CHOICES, joined, passages, split, stretches

LINES = st.sampled_from(
    ["", " ", "\t", "Een zin.", "- punt", "  vervolg", "```", "~~~~", "    code", "## Kop", "a\u2028b"]
)
TEXTS = st.lists(LINES, max_size=25).map("\n".join) | st.text(alphabet="a`~ \n\t\r-", max_size=60)

LIST = "1. Meet eerst.\n\n   Zes weken lang.\n\n2. Koop daarna."
CODE = "Zo:\n\n```\neen\n\n\ntwee\n```\n\nKlaar."


@given(TEXTS)
def test_the_passages_of_a_text_are_the_text_again(text: str) -> None:
    assert "".join(split(text)) == text


@given(TEXTS, TEXTS)
def test_whoever_keeps_all_of_theirs_has_it_letter_by_letter(mine: str, theirs: str) -> None:
    both = passages(mine, theirs)
    kept = joined(both, dict.fromkeys(range(len(both)), "mine"))
    assert kept == (mine if mine.strip() else "")


@given(TEXTS)
def test_two_equal_texts_have_nothing_to_choose(text: str) -> None:
    both = passages(text, text)
    assert all(each.is_same for each in both)
    assert joined(both, {}) == (text if text.strip() else "")


@pytest.mark.parametrize("text", [LIST, CODE])
def test_lists_and_code_stay_what_they_are(text: str) -> None:
    assert joined(passages(f"{text}\n\nVan mij.", f"Van haar.\n\n{text}"), {}) == f"Van haar.\n\n{text}\n\nVan mij."


def test_code_in_a_fence_is_one_passage() -> None:
    assert stretches(CODE) == ["Zo:", "```\neen\n\n\ntwee\n```", "Klaar."]
    assert stretches(LIST) == ["1. Meet eerst.", "   Zes weken lang.", "2. Koop daarna."]


def test_of_a_very_long_text_only_what_differs_is_to_choose() -> None:
    theirs = [f"Alinea {n} over de mal." for n in range(1000)]
    mine = [*theirs[:500], "Van mij.", *theirs[500:]]
    mine[900] = "Alinea 899 over de nieuwe mal."
    both = passages("\n\n".join(mine), "\n\n".join(theirs))
    assert [(each.mine, each.theirs) for each in both if not each.is_same] == [
        ("Van mij.", ""),
        ("Alinea 899 over de nieuwe mal.", "Alinea 899 over de mal."),
    ]


@pytest.mark.parametrize("number", [250, 1_000, 4_000])
def test_there_are_never_more_choices_than_a_form_may_have(number: int) -> None:
    theirs = "\n\n".join(f"Zin {n}." if n % 2 else f"Gelijk {n}." for n in range(2 * number))
    mine = theirs.replace("Zin", "Woord")
    both = passages(mine, theirs)
    assert 0 < sum(not each.is_same for each in both) <= MOST_CHOICES
    assert joined(both, dict.fromkeys(range(len(both)), "mine")) == mine
    assert joined(both, dict.fromkeys(range(len(both)), "theirs")) == theirs

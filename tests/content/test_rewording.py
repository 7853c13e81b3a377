"""Whether a text tells something else, or the same in better spelling."""

import pytest

from content.rewording import is_mended, tells_else
from tests.cast import content


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("De machnie stond stil.", "De machine stond stil."),
        ("De machine stond stil", "De machine stond  stil."),
        ("de machine", "De machine"),
        ("Wij warne tevreden", "Wij waren tevreden"),
        ("Lascobott en mal", "Lascobot en mal"),
    ],
)
def test_a_slip_of_the_pen_is_mended(before: str, after: str) -> None:
    assert is_mended(before, after)
    assert is_mended(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Er was een storing", "Er was geen storing"),
        ("Het werkt veilig", "Het werkt onveilig"),
        ("In 14 weken", "In 15 weken"),
        ("Het duurde 12345 uur", "Het duurde 12346 uur"),
        ("Het werkt wel", "Het werkt niet"),
        ("De mal paste.", "De mal paste nooit."),
        ("Stap een", ""),
    ],
)
def test_other_words_tell_something_else(before: str, after: str) -> None:
    assert not is_mended(before, after)


def test_another_topic_tells_nothing_else_and_another_figure_does() -> None:
    before = content("case_study")
    assert not tells_else(before, before.model_copy(update={"topics": ("cobots", "vision")}))
    assert not tells_else(before, before.model_copy(update={"sectors": ("25",), "audience": ("owner",)}))
    assert tells_else(before, before.model_copy(update={"told": before.told | {"investment_eur": 1}}))
    assert tells_else(before, before.model_copy(update={"organisations": ()}))

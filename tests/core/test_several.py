"""How many are done together grows as long as that is quick, and shrinks when it is not."""

import pytest

from app.core import several as several_module
from app.core.several import Several


def test_it_grows_up_to_its_most_and_shrinks_after_trouble() -> None:
    several, numbers = Several(6), []
    for well in (True, True, True, True, False, False, False, True):
        numbers.append(several.number)
        several.went(well=well)
    assert numbers == [1, 2, 4, 6, 6, 3, 1, 1]
    assert several.number == 2


def test_what_takes_too_long_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    several, at = Several(100), [0.0]
    monkeypatch.setattr(several_module.time, "monotonic", lambda: at[0])
    for seconds, number in ((1.0, 2), (2.0, 4), (3.0, 2), (1.0, 4)):
        with several.timed(2.0):
            at[0] += seconds
        assert several.number == number

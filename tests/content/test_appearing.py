"""The minute that somebody told is the minute that a clock in Amsterdam shows, over both changes of summer time."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from app.core.clock import local, moment_in_amsterdam

CHANGES = (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC))
"""The moments at which the clock in Amsterdam is put forward and back."""


def test_a_clock_in_amsterdam_shows_the_time_that_was_told() -> None:
    chance = random.Random(1)
    for change in CHANGES:
        for _time in range(500):
            minute = change + timedelta(minutes=chance.randint(-2000, 2000))
            told = local(minute).replace(tzinfo=None, fold=0)
            moment = moment_in_amsterdam(told)
            assert local(moment).replace(tzinfo=None, fold=0) == told
            # Of an hour that comes twice the first is meant.
            assert minute - moment in (timedelta(0), timedelta(hours=1))


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_the_hour_that_is_passed_over_is_no_moment(minute: int) -> None:
    with pytest.raises(ValueError, match="no clock"):
        moment_in_amsterdam(datetime.fromisoformat(f"2027-03-28T02:{minute:02}"))
    assert moment_in_amsterdam(datetime.fromisoformat(f"2027-03-28T03:{minute:02}")) == datetime(
        2027, 3, 28, 1, minute, tzinfo=UTC
    )
    assert moment_in_amsterdam(datetime.fromisoformat(f"2027-10-31T02:{minute:02}")) == datetime(
        2027, 10, 31, 0, minute, tzinfo=UTC
    )

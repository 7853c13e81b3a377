"""The machine of states and acts: every way leads somewhere, and none past a desk."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.review_steps import OPEN, OVER, Act, Desks, NoSuchStep, ReviewState, after

STATES = [None, *ReviewState]
CENTRE = {Act.PLACE, Act.SCHEDULE, Act.APPEAR}


def test_nothing_happens_any_more_to_what_is_over() -> None:
    for state, act, company, centre in product(OVER, Act, (True, False), (True, False)):
        with pytest.raises(NoSuchStep):
            after(state, act, Desks(company, centre))


def test_from_every_open_state_there_is_a_way_back_to_the_author_or_out() -> None:
    for state in OPEN:
        assert after(state, Act.TAKE_BACK) == ReviewState.TAKEN_BACK


@given(
    acts=st.lists(st.tuples(st.sampled_from(Act), st.booleans()), max_size=12),
    company=st.booleans(),
    centre=st.booleans(),
)
def test_nothing_appears_without_the_yes_of_every_desk_since_it_was_sent_in_last(
    acts: list[tuple[Act, bool]], company: bool, centre: bool
) -> None:
    state: ReviewState | None = None
    said: set[Act] = set()
    for act, waits in acts:
        try:
            state = after(state, act, Desks(company, centre), waits=waits)
        except NoSuchStep:
            continue
        said = set() if act == Act.SEND_IN else said | {act}
        if state in (ReviewState.SCHEDULED, ReviewState.PUBLISHED):
            assert Act.AGREE in said or not company
            assert said & {Act.PLACE, Act.SCHEDULE} or not centre


@pytest.mark.parametrize(
    ("desks", "waits", "expected"),
    [
        (Desks(True, True), False, ReviewState.AT_COMPANY),
        (Desks(True, True, is_agreed=True), False, ReviewState.AT_CENTRE),
        (Desks(False, True), True, ReviewState.AT_CENTRE),
        (Desks(False, False), True, ReviewState.SCHEDULED),
        (Desks(False, False), False, ReviewState.PUBLISHED),
    ],
)
def test_what_is_sent_in_goes_to_the_first_desk_that_is_not_passed_over(
    desks: Desks, waits: bool, expected: ReviewState
) -> None:
    assert after(None, Act.SEND_IN, desks, waits=waits) == expected
    assert after(ReviewState.WITH_AUTHOR, Act.SEND_IN, desks, waits=waits) == expected

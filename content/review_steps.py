"""The way of a text to its readers, as a small machine of states and acts. Pure: it knows no database and no people.

A text that is sent in waits at the company ("is anything in this confidential?") and then at the knowledge centre ("is
this good?"); each of the two desks can be passed over. What is sent in anew begins anew.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ReviewState(StrEnum):
    """Where a text is."""

    AT_COMPANY = "at_company"
    AT_CENTRE = "at_centre"
    WITH_AUTHOR = "with_author"
    """Sent back with a reason: the author's turn."""
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"

    @property
    def is_over(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self in OVER


class Act(StrEnum):
    """What somebody, or the clock, does to it."""

    SEND_IN = "send_in"
    AGREE = "agree"
    """The company: nothing in it is confidential."""
    PLACE = "place"
    """The knowledge centre: it may appear now."""
    SCHEDULE = "schedule"
    """The knowledge centre: it may appear at a moment."""
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    APPEAR = "appear"
    """The clock: its moment has come."""
    FAIL = "fail"
    """The clock: its moment has come, and something that it names is gone."""


OVER: Final = frozenset({ReviewState.PUBLISHED, ReviewState.REFUSED, ReviewState.TAKEN_BACK})

WAITING: Final = frozenset({ReviewState.AT_COMPANY, ReviewState.AT_CENTRE})
"""Somebody has to read it."""

OPEN: Final = frozenset(ReviewState) - OVER


class NoSuchStep(Exception):
    """This cannot be done to a text that is there."""


@dataclass(frozen=True)
class Desks:
    """Which desks a text passes. `is_agreed`: the company has said yes to this very text."""

    company: bool = True
    centre: bool = True
    is_agreed: bool = False


def after(state: ReviewState | None, act: Act, desks: Desks = Desks(), *, waits: bool = False) -> ReviewState:
    """Where a text is after this act; None is a text that was never sent in, or whose way is over.

    `waits`: it has a moment of its own, later than now. Raises NoSuchStep for what cannot be done there.
    """
    ready = ReviewState.SCHEDULED if waits else ReviewState.PUBLISHED
    if act is Act.SEND_IN and (state is None or state in OPEN):
        if desks.company and not desks.is_agreed:
            return ReviewState.AT_COMPANY
        return ReviewState.AT_CENTRE if desks.centre else ready
    if act is Act.AGREE and state is ReviewState.AT_COMPANY:
        return ReviewState.AT_CENTRE if desks.centre else ready
    if state is None or (state, act) not in STEPS:
        raise NoSuchStep(f"{act} at {state}")
    return STEPS[state, act]


STEPS: Final = {
    (ReviewState.AT_CENTRE, Act.PLACE): ReviewState.PUBLISHED,
    (ReviewState.SCHEDULED, Act.PLACE): ReviewState.PUBLISHED,
    (ReviewState.AT_CENTRE, Act.SCHEDULE): ReviewState.SCHEDULED,
    (ReviewState.SCHEDULED, Act.SCHEDULE): ReviewState.SCHEDULED,
    (ReviewState.SCHEDULED, Act.APPEAR): ReviewState.PUBLISHED,
    (ReviewState.SCHEDULED, Act.FAIL): ReviewState.WITH_AUTHOR,
    **{
        (state, Act.SEND_BACK): ReviewState.WITH_AUTHOR
        for state in (ReviewState.AT_COMPANY, ReviewState.AT_CENTRE, ReviewState.SCHEDULED)
    },
    **{(state, Act.REFUSE): ReviewState.REFUSED for state in (ReviewState.AT_COMPANY, ReviewState.AT_CENTRE)},
    **{(state, Act.TAKE_BACK): ReviewState.TAKEN_BACK for state in OPEN},
}
"""State and act -> next state, besides sending in and agreeing, which depend on the desks."""

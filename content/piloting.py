"""Piloting: how far a pilot is, read from what is told of its phases and goals."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.language import pick
from content.subjects import Pilot


@dataclass(frozen=True)
class Phase:
    """One stretch of a pilot. `state` is `done`, `now` or `next`."""

    name: str
    starts_on: date
    ends_on: date
    state: str


@dataclass(frozen=True)
class Goal:
    """What a pilot measures: where it began, where it stands, where it wants to be."""

    name: str
    unit: str
    begin: float
    now: float | None
    """None while nothing was measured yet."""
    target: float
    as_of: date | None
    better: str
    """`lower` or `higher`: which way is good."""

    @property
    def progress(self) -> float | None:
        """How much of the way to the target is covered, in percent; more than 100 is beyond it."""
        if self.now is None or self.target == self.begin:
            return None
        return 100 * (self.now - self.begin) / (self.target - self.begin)

    @property
    def is_reached(self) -> bool:
        """Whether the target is met."""
        if self.now is None:
            return False
        return self.now <= self.target if self.better == "lower" else self.now >= self.target


def phases(pilot: Pilot) -> list[Phase]:
    """The phases in order; none of a pilot that is only known from public sources."""
    return [
        Phase(_name(told), date.fromisoformat(told["start"]), date.fromisoformat(told["end"]), told["state"])
        for told in pilot.phases
    ]


def goals(pilot: Pilot) -> list[Goal]:
    """The goals in order."""
    return [
        Goal(
            name=_name(told),
            unit=_name(told["unit"]),
            begin=told["begin"],
            now=told.get("now"),
            target=told["target"],
            as_of=date.fromisoformat(told["as_of"]) if told.get("as_of") else None,
            better=told["better"],
        )
        for told in pilot.goals
    ]


def phase_now(told: list[Phase]) -> int:
    """Number of the phase that a pilot is in, counted from 1; 0 when it is in none."""
    return next((number for number, phase in enumerate(told, 1) if phase.state == "now"), 0)


def _name(told: dict[str, Any]) -> str:
    return pick(told["nl"], told["en"])

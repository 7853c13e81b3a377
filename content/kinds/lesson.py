"""The lesson: one insight that saves somebody else time, money or an accident."""

from enum import StrEnum
from typing import ClassVar

from app.core.language import N_
from content.kinds.kind import Group, Kind, Section, Whole, told


class Outcome(StrEnum):
    """How the project ended that the lesson comes from."""

    SUCCESS = "success"
    MIXED = "mixed"
    FAILURE = "failure"
    STOPPED = "stopped"


class Phase(StrEnum):
    """In which phase one would have wanted to know this."""

    ORIENT = "orient"
    SELECT = "select"
    BUILD = "build"
    LAUNCH = "launch"
    RUN = "run"


OUTCOME_NAMES = {
    Outcome.SUCCESS: N_("Worked"),
    Outcome.MIXED: N_("Worked with changes"),
    Outcome.FAILURE: N_("Did not work"),
    Outcome.STOPPED: N_("Stopped"),
}
PHASE_NAMES = {
    Phase.ORIENT: N_("Explore"),
    Phase.SELECT: N_("Choose"),
    Phase.BUILD: N_("Build"),
    Phase.LAUNCH: N_("Introduce"),
    Phase.RUN: N_("Use"),
}


class Lesson(Kind):
    """What somebody would do differently, and when that holds."""

    slug: ClassVar = "lesson"
    address: ClassVar = "lessen"
    label: ClassVar = N_("Lesson")
    plural: ClassVar = N_("Lessons")
    lead: ClassVar = N_("One insight that saves somebody else time, money or an accident. Failures are welcome.")
    icon: ClassVar = "book"
    sections: ClassVar = (
        Section("happened", "Wat er gebeurde", "What happened", True),
        Section("why", "Waarom", "Why", True),
        Section("advice", "Ons advies", "Our advice", True),
        Section("checklist", "Checklist", "Checklist", False),
    )
    groups: ClassVar = (
        Group("lesson", N_("The lesson"), ("takeaway", "outcome", "phase"), N_("This stands large at the top.")),
        Group("costs", N_("What it cost"), ("cost_of_mistake_eur", "delay_weeks")),
        Group("range", N_("When it holds"), ("applies_when", "not_when")),
    )

    takeaway: str = told(
        N_("The lesson in one sentence"),
        help=N_("Start with a verb: 'Measure first…'."),
        such_as=N_("Measure first where the time goes, then buy."),
        min_length=1,
        max_length=200,
    )
    outcome: Outcome = told(N_("Outcome"), help=N_("How did the project end that this lesson comes from?"))
    phase: Phase = told(N_("Phase"), help=N_("In which phase would you have wanted to know this?"))
    cost_of_mistake_eur: Whole | None = told(
        N_("What the mistake cost"), help=N_("May be an estimate."), such_as=18_000, unit="EUR", default=None
    )
    delay_weeks: Whole | None = told(N_("Delay"), help=N_("Extra lead time."), such_as=10, unit="weeks", default=None)
    applies_when: str = told(
        N_("Applies when"),
        help=N_("In which situation does this lesson hold?"),
        such_as=N_("Nothing has been measured yet and a machine has been quoted."),
        min_length=1,
        max_length=300,
    )
    not_when: str = told(
        N_("Does not apply when"),
        help=N_("Keep readers from applying it too widely."),
        such_as=N_("The bottleneck is known and measured."),
        default="",
        max_length=300,
    )

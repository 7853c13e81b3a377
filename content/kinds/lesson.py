"""The lesson: one insight that saves somebody else time, money or an accident."""

from enum import StrEnum
from typing import ClassVar

from pydantic import NonNegativeInt

from content.kinds.kind import N_, Kind, Section, told


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

    takeaway: str = told(
        N_("The lesson in one sentence"), help=N_("Start with a verb: 'Measure first…'."), min_length=1, max_length=200
    )
    outcome: Outcome = told(N_("Outcome"), help=N_("How did the project end that this lesson comes from?"))
    phase: Phase = told(N_("Phase"), help=N_("In which phase would you have wanted to know this?"))
    cost_of_mistake_eur: NonNegativeInt | None = told(
        N_("What the mistake cost"), help=N_("May be an estimate."), unit="EUR", default=None
    )
    delay_weeks: NonNegativeInt | None = told(N_("Delay"), help=N_("Extra lead time."), unit="weeks", default=None)
    applies_when: str = told(
        N_("Applies when"), help=N_("In which situation does this lesson hold?"), min_length=1, max_length=300
    )
    not_when: str = told(
        N_("Does not apply when"), help=N_("Keep readers from applying it too widely."), default="", max_length=300
    )

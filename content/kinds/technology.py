"""The technology write-up: what it is, when it fits, what it costs and how to start small, whoever sells it."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator

from app.core.language import N_
from app.core.language import gettext as _
from content.kinds.kind import Group, Kind, Section, Whole, told


def _from_low_to_high(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] > value[1]:
        raise ValueError(_("The first number is the lower one."))
    return value


Range = Annotated[tuple[Whole, Whole], AfterValidator(_from_low_to_high)]
"""From and to, both included."""


class Technology(Kind):
    """A technique, neutral of any supplier."""

    slug: ClassVar = "technology"
    address: ClassVar = "techniek"
    label: ClassVar = N_("Technology")
    plural: ClassVar = N_("Technologies")
    lead: ClassVar = N_("What a technique is, when it fits, what it costs and how to start small. Whoever sells it.")
    icon: ClassVar = "chip"
    ages_months: ClassVar = 12
    sections: ClassVar = (
        Section("what", "Wat is het", "What it is", True),
        Section("fits", "Wanneer past het", "When it fits", True),
        Section("not-fits", "Wanneer niet", "When it does not", True),
        Section("cost", "Kosten en tijd", "Cost and time", True),
        Section("start", "Klein beginnen", "Starting small", True),
    )
    groups: ClassVar = (
        Group("costs", N_("Costs and time"), ("cost_range_eur", "lead_time_weeks", "trl")),
        Group("before", N_("Before you begin"), ("prerequisites", "skills", "data_needed")),
        Group("beside", N_("What else there is"), ("alternatives", "standards")),
    )

    trl: int = told(N_("TRL"), help=N_("Maturity for SMEs today."), such_as=8, ge=1, le=9)
    cost_range_eur: Range = told(
        N_("Cost (from–to)"),
        help=N_("Range for a first application, including commissioning."),
        such_as=(6_000, 55_000),
        unit="EUR",
    )
    lead_time_weeks: Range = told(
        N_("Lead time (from–to)"), help=N_("From decision to first use."), such_as=(6, 26), unit="weeks"
    )
    skills: tuple[str, ...] = told(
        N_("Skills needed"),
        help=N_("What must you master or hire?"),
        such_as=N_("Somebody who can set up a camera"),
        min_length=1,
    )
    prerequisites: tuple[str, ...] = told(
        N_("Prerequisites"),
        help=N_("What must be in order first?"),
        such_as=N_("A baseline of six weeks"),
        min_length=1,
    )
    standards: tuple[str, ...] = told(
        N_("Standards and rules"),
        help=N_("Number and title, no explanation."),
        such_as=N_("ISO 10218-1 Robots: safety requirements"),
        default=(),
    )
    alternatives: tuple[str, ...] = told(
        N_("Alternatives"),
        help=N_("'Doing nothing' or 'by hand' also counts."),
        such_as=N_("Measure by hand once an hour"),
        min_length=1,
    )
    data_needed: str = told(
        N_("Data needed"),
        help=N_("Which data and how much?"),
        such_as=N_("Some 500 pictures of good parts, 50 of bad ones"),
        default="",
        max_length=300,
    )

    @property
    def investment(self) -> tuple[float, float]:
        """The range of a first application."""
        return self.cost_range_eur

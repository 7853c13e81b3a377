"""The technology write-up: what it is, when it fits, what it costs and how to start small, whoever sells it."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, NonNegativeInt

from app.core.language import gettext as _
from content.kinds.kind import N_, Kind, Section, told


def _from_low_to_high(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] > value[1]:
        raise ValueError(_("The first number is the lower one."))
    return value


Range = Annotated[tuple[NonNegativeInt, NonNegativeInt], AfterValidator(_from_low_to_high)]
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

    trl: int = told(N_("TRL"), help=N_("Maturity for SMEs today."), ge=1, le=9)
    cost_range_eur: Range = told(
        N_("Cost (from–to)"), help=N_("Range for a first application, including commissioning."), unit="EUR"
    )
    lead_time_weeks: Range = told(N_("Lead time (from–to)"), help=N_("From decision to first use."), unit="weeks")
    skills: tuple[str, ...] = told(N_("Skills needed"), help=N_("What must you master or hire?"), min_length=1)
    prerequisites: tuple[str, ...] = told(N_("Prerequisites"), help=N_("What must be in order first?"), min_length=1)
    standards: tuple[str, ...] = told(
        N_("Standards and rules"), help=N_("Number and title, no explanation."), default=()
    )
    alternatives: tuple[str, ...] = told(
        N_("Alternatives"), help=N_("'Doing nothing' or 'by hand' also counts."), min_length=1
    )
    data_needed: str = told(N_("Data needed"), help=N_("Which data and how much?"), default="", max_length=300)

    @property
    def investment(self) -> tuple[float, float]:
        """The range of a first application."""
        return self.cost_range_eur

"""The case study: how one factory changed, what it cost and what measurably came of it."""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from app.core.language import N_
from content.kinds.kind import Group, Kind, Section, Whole, told


class Better(StrEnum):
    """Which way is good."""

    LOWER = "lower"
    HIGHER = "higher"


class Method(StrEnum):
    """How a figure came about."""

    MEASURED = "measured"
    COUNTED = "counted"
    BOOKED = "booked"
    ESTIMATED = "estimated"


class Verification(StrEnum):
    """Who measured it."""

    SELF_REPORTED = "self_reported"
    MEASURED_BY_PARTNER = "measured_by_partner"
    AUDITED = "audited"


METHOD_NAMES = {
    Method.MEASURED: N_("measured"),
    Method.COUNTED: N_("counted"),
    Method.BOOKED: N_("taken from the books"),
    Method.ESTIMATED: N_("estimated"),
}
VERIFICATION_NAMES = {
    Verification.SELF_REPORTED: N_("the company itself"),
    Verification.MEASURED_BY_PARTNER: N_("a knowledge partner"),
    Verification.AUDITED: N_("an outside auditor"),
}


class Metric(BaseModel):
    """One figure before and after: what was measured, in which unit, over which period and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    searched: ClassVar = ("name",)

    name: str = Field(min_length=1, max_length=80)
    unit: str = Field(max_length=40)
    baseline: FiniteFloat
    result: FiniteFloat
    period: str = Field(max_length=80)
    method: Method
    better: Better
    indicator: str | None = None
    """Slug in the vocabulary that makes this figure comparable with others of the same indicator."""

    @property
    def change(self) -> float | None:
        """The relative change, -0.25 for a quarter less; None when it started at 0, which has no percentage."""
        return None if self.baseline == 0 else (self.result - self.baseline) / abs(self.baseline)

    @property
    def improvement(self) -> float | None:
        """The change in percent in the good direction: 25 for a quarter better, negative for worse."""
        if self.change is None:
            return None
        return 100 * (-self.change if self.better == Better.LOWER else self.change)


class CaseStudy(Kind):
    """How one factory changed, and what came of it."""

    slug: ClassVar = "case_study"
    address: ClassVar = "praktijkcases"
    label: ClassVar = N_("Case")
    plural: ClassVar = N_("Cases")
    lead: ClassVar = N_("What a company did, what it cost and what it measurably brought, also when it disappointed.")
    icon: ClassVar = "caliper"
    sections: ClassVar = (
        Section("situation", "De situatie", "The situation", True),
        Section("approach", "De aanpak", "The approach", True),
        Section("result", "Het resultaat", "The result", True),
        Section("cost", "Wat het kostte", "What it cost", False),
        Section("pitfalls", "Wat misging", "What went wrong", True),
        Section("transfer", "Zelf doen", "Doing it yourself", True),
    )
    groups: ClassVar = (
        Group(
            "result",
            N_("Measured result"),
            ("metrics", "verification"),
            N_("This stands large at the top of the page."),
        ),
        Group(
            "costs",
            N_("Costs and time"),
            (
                "investment_eur",
                "benefit_eur_year",
                "running_cost_eur_year",
                "payback_months",
                "internal_hours",
                "duration_months",
            ),
        ),
        Group("plant", N_("The company and the project"), ("company_size_fte", "trl_start", "trl_end", "contact_role")),
        Group("story", N_("What it was about"), ("challenge", "pitfalls")),
    )

    challenge: str = told(
        N_("Challenge"),
        help=N_("Which problem was there, in one or two sentences? Do not name a solution."),
        such_as=N_("Every order stopped the press brake for half an hour."),
        max_length=300,
    )
    metrics: tuple[Metric, ...] = told(
        N_("Figures"),
        help=N_("Per row: what you measured, unit, value before, value after, over which period and how."),
        min_length=1,
        max_length=12,
    )
    investment_eur: Whole = told(
        N_("Investment"),
        help=N_("One-off costs including own hours, without VAT and before grants."),
        such_as=96_000,
        unit="EUR",
    )
    running_cost_eur_year: Whole | None = told(
        N_("Yearly costs"),
        help=N_("Licences, maintenance, consumables."),
        such_as=4_500,
        unit="EUR/year",
        default=None,
    )
    benefit_eur_year: Whole | None = told(
        N_("Yearly benefit"),
        help=N_("Only what you can substantiate; name estimates as such."),
        such_as=41_000,
        unit="EUR/year",
        default=None,
    )
    payback_months: Whole | None = told(
        N_("Payback"),
        help=N_("Investment divided by (benefit minus yearly costs)."),
        such_as=26,
        unit="months",
        default=None,
    )
    internal_hours: Whole | None = told(
        N_("Own hours"), help=N_("Hours of own people up to going live."), such_as=320, unit="hours", default=None
    )
    duration_months: Whole = told(N_("Duration"), help=N_("From start to daily use."), such_as=8, unit="months")
    company_size_fte: Whole | None = told(
        N_("Company size"),
        help=N_("Full-time jobs on site; readers look for companies of their own size."),
        such_as=46,
        unit="FTE",
        default=None,
    )
    trl_start: int | None = told(N_("TRL at start"), help=N_("See the TRL scale."), such_as=4, default=None, ge=1, le=9)
    trl_end: int = told(N_("TRL now"), help=N_("See the TRL scale."), such_as=8, ge=1, le=9)
    verification: Verification = told(
        N_("Who measured it"), help=N_("Self-reported, measured by a knowledge partner or audited.")
    )
    pitfalls: tuple[str, ...] = told(
        N_("Pitfalls"),
        help=N_("At least one thing that went wrong or cost more than thought."),
        such_as=N_("The first jig bent: after 14 frames there was 3 mm of difference."),
        min_length=1,
        max_length=12,
    )
    contact_role: str = told(
        N_("Contact role"),
        help=N_("Role, not a name, unless the person consented."),
        such_as=N_("Head of production"),
        default="",
        max_length=120,
    )

    @property
    def investment(self) -> tuple[float, float]:
        """One amount: from and to are the same."""
        return self.investment_eur, self.investment_eur

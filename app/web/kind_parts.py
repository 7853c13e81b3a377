"""What only one kind of piece shows, drawn from its fields: measures of a case, planes of a lesson and a technology."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from app.core.language import euros, ngettext, number
from app.core.language import gettext as _
from app.web import showing, telling
from app.web.figures import MeasureView, maturity_names, maturity_step
from app.web.lifting import lift
from app.web.rows import Link
from content.kinds import CaseStudy, Kind, Lesson, Technology
from content.kinds.case_study import Metric
from content.reading import Opened

AMOUNTS: Final = (1_000, 10_000, 50_000, 250_000)
"""Stops of the slide rule, in euros."""

HALF_YEAR: Final = 26
"""Weeks. The ruler of time grows beyond it when a piece needs more."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What every kind says of itself. `text` is the body's HTML as it stands on the page."""

    contents_title: str
    text: Markup
    dropped: frozenset[str] = frozenset()
    """Headings that no longer stand in the text."""
    above: Sequence[Link] = ()
    below: Sequence[Link] = ()
    """Sections that the page adds before and behind the text, for the contents."""


@dataclass(frozen=True, kw_only=True)
class CaseParts(Parts):
    """A case: figures, costs, and how they were measured."""

    measures: Sequence[MeasureView]
    measured_how: str
    measured_by: str
    costs: Sequence[tuple[str, str, str]]
    methods: Sequence[tuple[Metric, str]]
    compare: str
    """Where it stands beside other cases."""


@dataclass(frozen=True, kw_only=True)
class LessonParts(Parts):
    """A lesson: what it cost not to know it, and in which phase it would have helped."""

    phases: Sequence[str]
    phase_at: int
    delay: Markup
    amount_stops: Sequence[tuple[float, str]]
    week_stops: Sequence[tuple[float, str]]
    week_end: int


@dataclass(frozen=True, kw_only=True)
class TechnologyParts(Parts):
    """A technology: where it fits and where not, cost, time, maturity."""

    fits: Sequence[Markup]
    fits_not: Sequence[Markup]
    cost: Markup
    lead_time: Markup
    ripeness: Sequence[str]
    ripe_at: int
    amount_stops: Sequence[tuple[float, str]]
    week_stops: Sequence[tuple[float, str]]
    week_end: int


def parts_of(opened: Opened, told: Kind) -> Parts:
    """The parts of this piece's kind."""
    match told:
        case CaseStudy():
            return _of_case(opened, told)
        case Lesson():
            return _of_lesson(opened, told)
        case Technology():
            return _of_technology(opened, told)
        case other:
            raise LookupError(f"no page is drawn for {type(other).__name__}")


def _of_case(opened: Opened, told: CaseStudy) -> CaseParts:
    return CaseParts(
        contents_title=_("In this case"),
        text=_text(opened.revision.html),
        below=[Link(_("Costs and benefits"), "#kosten"), Link(_("This is how it was measured"), "#meten")],
        measures=[showing.measure(metric) for metric in told.metrics],
        measured_how=telling.measured_how(opened, told) if told.metrics else "",
        measured_by=telling.measured_by(opened, told),
        costs=telling.cost_rows(told),
        methods=[(metric, telling.method(metric)) for metric in told.metrics],
        compare=f"{showing.here('/vergelijk')}?stuk={opened.article.slug}",
    )


def _of_lesson(opened: Opened, told: Lesson) -> LessonParts:
    phases, at = telling.phases(told)
    end = max(HALF_YEAR, told.delay_weeks or 0)
    return LessonParts(
        contents_title=_("In this lesson"),
        text=_text(opened.revision.html),
        phases=phases,
        phase_at=at,
        delay=_small_unit(number(told.delay_weeks or 0), _weeks(told.delay_weeks or 0)),
        amount_stops=_amount_stops(),
        week_stops=_week_stops(end),
        week_end=end,
    )


def _of_technology(opened: Opened, told: Technology) -> TechnologyParts:
    english = opened.article.language == "en"
    named = {section.slug: section.en if english else section.nl for section in Technology.sections}
    html, lifted = lift(opened.revision.html, {named["fits"], named["not-fits"]})
    low, high = told.lead_time_weeks
    end = max(HALF_YEAR, high)
    return TechnologyParts(
        contents_title=_("On this page"),
        text=_text(html),
        dropped=frozenset(lifted),
        above=[Link(_("First in order"), "#vooraf")],
        below=[Link(_("What else could work"), "#anders")],
        fits=lifted.get(named["fits"], []),
        fits_not=lifted.get(named["not-fits"], []),
        cost=_from_to(*(euros(amount) for amount in told.cost_range_eur)),
        lead_time=_small_unit(_from_to(number(low), number(high)), _weeks(high)),
        ripeness=maturity_names(),
        ripe_at=maturity_step(told.trl),
        amount_stops=_amount_stops(),
        week_stops=_week_stops(end),
        week_end=end,
    )


def _text(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - sanitised when the revision was made


def _from_to(low: str, high: str) -> Markup:
    """€ 1.500 tot € 12.000, the little word in small letters."""
    if low == high:
        return escape(low)
    return Markup(_("%(low)s to %(high)s")) % {  # noqa: S704 - a text of our own catalogue
        "low": Markup("{}<small>").format(low),
        "high": Markup("</small>{}").format(high),
    }


def _small_unit(figure: str, unit: str) -> Markup:
    return Markup("{} <small>{}</small>").format(figure, unit)


def _weeks(n: int) -> str:
    return ngettext("week", "weeks", n)


def _amount_stops() -> list[tuple[float, str]]:
    return [(amount, euros(amount) if amount == AMOUNTS[0] else number(amount)) for amount in AMOUNTS]


def _week_stops(end: int) -> list[tuple[float, str]]:
    named = [(0, "0"), (13, _("quarter")), (26, _("half a year")), (52, _("a year"))]
    return [(week, label) for week, label in named if week <= end]

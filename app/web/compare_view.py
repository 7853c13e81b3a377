"""The view of a comparison: one column for each case, one row for each question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.language import current_language, euros, gettext, ngettext, number
from app.core.language import gettext as _
from app.web import showing
from app.web.figures import MeasureView
from content.comparing import Compared, SharedRow
from content.figures import figure_texts
from content.kinds import CaseStudy
from content.kinds.case_study import VERIFICATION_NAMES, Verification


@dataclass(frozen=True, kw_only=True)
class Column:
    """A case, with what stands in its column beside the bars."""

    name: str
    place: str
    title: str
    href: str
    foreign: str
    without: str
    """The address of the comparison without this case."""
    main: MeasureView | None
    staff: str
    verification: str
    measured_by: str
    pitfalls: Sequence[str]


@dataclass(frozen=True)
class SharedFigure:
    """A figure of one case on the common scale, and over how long it was measured."""

    measure: MeasureView
    period: str


@dataclass(frozen=True)
class SharedFigures:
    """An indicator that several cases measured; None where a case did not."""

    label: str
    note: str
    full: float
    cells: Sequence[SharedFigure | None]


@dataclass(frozen=True)
class Bar:
    """A figure in a row of bars."""

    value: float
    text: str
    unit: str


@dataclass(frozen=True)
class Bars:
    """One question as bars on one scale; None where a case does not tell."""

    label: str
    note: str
    cells: Sequence[Bar | None]

    @property
    def full(self) -> float:
        """Where the scale ends: at the largest."""
        return max((bar.value for bar in self.cells if bar is not None), default=0.0)


def column_of(case: Compared, *, without: str) -> Column:
    """The column of a case."""
    row, told = case.listed, case.told
    is_partner = told.verification == Verification.MEASURED_BY_PARTNER
    return Column(
        name=row.lead.title if row.lead else _("Company not named"),
        place=row.municipality.town if row.municipality else "",
        title=row.article.title,
        href=showing.here(f"/kennis/{row.article.slug}"),
        foreign=row.article.language if row.article.language != current_language() else "",
        without=without,
        main=showing.measure(told.metrics[0]) if told.metrics else None,
        staff=_staff(told),
        verification=gettext(VERIFICATION_NAMES[told.verification]),
        measured_by=showing.said([partner.title for partner in case.measured_by]) if is_partner else "",
        pitfalls=told.pitfalls,
    )


def shared_figures(row: SharedRow) -> SharedFigures:
    """A row of figures: on one scale where their units are the same."""
    units = {metric.unit for metric in row.metrics if metric}
    return SharedFigures(
        label=row.indicator.name,
        note=_scale(row.full, units) if row.full else _("units differ, each its own scale"),
        full=row.full,
        cells=[SharedFigure(showing.measure(metric), metric.period) if metric else None for metric in row.metrics],
    )


def bars_of(cases: Sequence[Compared]) -> list[Bars]:
    """Money and time, each on one scale; a question that no case answers is not asked."""

    def row(label: str, note: str, told: Callable[[CaseStudy], float | None], bar: Callable[[float], Bar]) -> Bars:
        values = [told(case.told) for case in cases]
        return Bars(label, note, [None if value is None else bar(value) for value in values])

    def months(value: float) -> Bar:
        return Bar(value, number(value), ngettext("month", "months", int(value)))

    def hours(value: float) -> Bar:
        return Bar(value, number(value), ngettext("hour", "hours", int(value)))

    rows = [
        row(_("Investment"), _("with own hours"), lambda told: told.investment_eur, lambda v: Bar(v, euros(v), "")),
        row(_("Paid back"), "", lambda told: told.payback_months, months),
        row(_("Duration"), "", lambda told: told.duration_months, months),
        row(_("Own hours"), "", lambda told: told.internal_hours, hours),
    ]
    return [row for row in rows if any(row.cells)]


def _scale(full: float, units: set[str]) -> str:
    unit = next(iter(units)) if len(units) == 1 else ""
    end = figure_texts([full], unit)[0]
    return _("scale from 0 to %(end)s", end=f"{end} {unit}" if unit not in ("", "%", "EUR") else end)


def _staff(told: CaseStudy) -> str:
    if told.company_size_fte is None:
        return ""
    return ngettext("%(n)s full-time job", "%(n)s full-time jobs", told.company_size_fte)

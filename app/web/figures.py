"""Figures as people read them: before and after, steps of maturity, numbers of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.language import current_language, gettext, ngettext, number

DECIMALS: Final = 2
"""A figure in a list is shown no finer than this."""


@dataclass(frozen=True, kw_only=True)
class MeasureView:
    """One figure before and after. Better or worse follows the indicator, never the sign (settled: 7)."""

    label: str
    before: float
    after: float
    unit: str = ""
    better: str = "lower"
    """`lower` or `higher`: which way is good."""

    @property
    def before_text(self) -> str:
        """The old value, with as many decimals as the new one."""
        return figure_texts((self.before, self.after), self.unit)[0]

    @property
    def after_text(self) -> str:
        """The new value, with as many decimals as the old one."""
        return figure_texts((self.before, self.after), self.unit)[1]

    @property
    def unit_text(self) -> str:
        """What stands behind the new value; a percent sign and a euro sign stand at the figure itself."""
        return "" if self.unit in ("%", "EUR") else self.unit

    @property
    def delta(self) -> str:
        """The change in percent, `−74%`; empty when it started at zero, which has no percentage."""
        if self.before == 0 or self.before == self.after:
            return ""
        change = 100 * (self.after - self.before) / abs(self.before)
        sign = "−" if change < 0 else "+"
        return f"{sign}{number(abs(change), 0 if abs(change) >= 1 else 1)}%"

    @property
    def is_worse(self) -> bool:
        """Whether it went the wrong way."""
        return self.after > self.before if self.better == "lower" else self.after < self.before


def figure_texts(values: Sequence[float], unit: str) -> list[str]:
    """Figures of one unit, all with as many decimals; a percent sign and a euro sign stand at the figure itself."""
    digits = max(map(_decimals, values))
    return [_figure_text(value, digits if value else 0, unit) for value in values]


def _figure_text(value: float, digits: int, unit: str) -> str:
    figure = number(value, digits)
    if unit == "EUR":
        return f"€\xa0{figure}" if current_language() == "nl" else f"€{figure}"
    return f"{figure}%" if unit == "%" else figure


def maturity_step(trl: int) -> int:
    """The four steps that people understand, from a technology readiness level: 1-3, 4-6, 7-8, 9."""
    return 1 + (trl > 3) + (trl > 6) + (trl > 8)


def maturity_names() -> list[str]:
    """The four steps in words, lowest first."""
    return [gettext("Idea or lab"), gettext("Trial"), gettext("At a few companies"), gettext("Runs every day")]


def staff_text(staff: int | None) -> str:
    """How many people work there; empty when nobody told."""
    return "" if staff is None else ngettext("%(n)s employee", "%(n)s employees", staff)


def _decimals(value: float) -> int:
    _, _, fraction = f"{value:.{DECIMALS}f}".rstrip("0").partition(".")
    return len(fraction)

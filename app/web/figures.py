"""Figures as people read them: before and after, steps of maturity, numbers of people."""

from dataclasses import dataclass

from app.core.language import gettext, ngettext
from content.figures import change_text, figure_texts, unit_text


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
        return unit_text(self.unit)

    @property
    def delta(self) -> str:
        """The change in percent, `−74%`; empty when it started at zero, which has no percentage."""
        return change_text(self.before, self.after)

    @property
    def is_worse(self) -> bool:
        """Whether it went the wrong way."""
        return self.after > self.before if self.better == "lower" else self.after < self.before


def maturity_step(trl: int) -> int:
    """The four steps that people understand, from a technology readiness level: 1-3, 4-6, 7-8, 9."""
    return 1 + (trl > 3) + (trl > 6) + (trl > 8)


def maturity_names() -> list[str]:
    """The four steps in words, lowest first."""
    return [gettext("Idea or lab"), gettext("Trial"), gettext("At a few companies"), gettext("Runs every day")]


def staff_text(staff: int | None) -> str:
    """How many people work there; empty when nobody told."""
    return "" if staff is None else ngettext("%(n)s employee", "%(n)s employees", staff)

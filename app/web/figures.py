"""Figures as people read them: before and after, steps of maturity, numbers of people."""

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
        return self._told(self.before)

    @property
    def after_text(self) -> str:
        """The new value, with as many decimals as the old one."""
        return self._told(self.after)

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

    def _told(self, value: float) -> str:
        digits = max(_decimals(self.before), _decimals(self.after)) if value else 0
        figure = number(value, digits)
        if self.unit == "EUR":
            return f"€\xa0{figure}" if current_language() == "nl" else f"€{figure}"
        return f"{figure}%" if self.unit == "%" else figure


def maturity_step(self) -> int:
        """1 to 4; see `maturity_step`."""
        return maturity_step(self.trl)

    @property
    def maturity(self) -> str:
        """The step in words."""
        return maturity_names()[self.maturity_step - 1]


@dataclass(frozen=True, kw_only=True)
class PilotCard(Card):
    """A pilot: who, where, and how far it is."""

    kind: ClassVar = "pilot"

    number: int | None = None
    lead: str = ""
    place: str = ""
    summary: str = ""
    partners: int = 0
    until: date | None = None
    phase: str = ""
    phase_step: int = 0
    phase_count: int = 4

    @property
    def name(self) -> str:
        """Its number and its name."""
        return self.title if self.number is None else gettext("Pilot %(n)s: %(name)s", n=self.number, name=self.title)

    @property
    def partners_text(self) -> str:
        """6 organisaties."""
        return ngettext("%(n)s organisation", "%(n)s organisations", self.partners)

    @property
    def until_text(self) -> str:
        """Juni 2027."""
        return month(self.until) if self.until else ""


@dataclass(frozen=True, kw_only=True)
class OrganisationCard(Card):
    """An organisation: where, how large, in what, and how much it shares."""

    kind: ClassVar = "organisation"

    place: str = ""
    staff: int | None = None
    sector: str = ""
    pieces: int = 0
    """Pieces of its own that this reader may see."""
    is_mentioned_only: bool = False
    """Named in a public source; no member (settled: 10)."""

    @property
    def monogram(self) -> str:
        """Stands where a logo would."""
        return initials(self.title)

    @property
    def staff_text(self) -> str:
        """46 medewerkers."""
        return staff_text(self.staff)

    @property
    def pieces_text(self) -> str:
        """How much it shares; empty when nothing."""
        return ngettext("%(n)s piece", "%(n)s pieces", self.pieces) if self.pieces else ""


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """A person beside a piece. `href` only for people who want a page of their own."""

    name: str
    role: str = ""
    href: str = ""
    monogram: str = field(default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "monogram", self.monogram or initials(self.name))


AnyCard = CaseCard | LessonCard | TechnologyCard | PilotCard | OrganisationCard
Better = Literal["lower", "higher"]


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

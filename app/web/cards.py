"""What the parts of a page are given: frozen values that know how to say themselves in the reader's language.

A card is one thing in a list. Texts may be Markup where a search marked what it found; anything else is escaped.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from markupsafe import Markup

from app.core.language import current_language, euros, gettext, long_date, month, ngettext
from app.web.drawing.maps import Marker as Marker
from app.web.figures import MeasureView as MeasureView
from app.web.figures import maturity_names, maturity_step, staff_text


@dataclass(frozen=True)
class InFile:
    """A place in a file that belongs to a piece: `in meetrapport.pdf, pagina 12`."""

    name: str
    place: str
    """Page, slide or sheet; empty where the file has none."""
    href: str
    snippet: Markup
    note: str = ""
    """What is to be said of how far a search finds the file."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One thing in a list, with the link it leads to."""

    href: str
    title: str
    language: str = ""
    """The language of title and text, when it may differ from that of the page."""
    reason: str = ""
    """Why it is offered here, in a few words."""
    in_file: InFile | None = None
    """The file in which a search found the words."""

    kind: ClassVar[str]

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.href.rsplit("/", 1)[-1]

    @property
    def foreign(self) -> str:
        """The language of the text, if it is not the page's: for the `lang` attribute."""
        return self.language if self.language != current_language() else ""

    @property
    def language_note(self) -> str:
        """Says in words that the text is in the other language; empty when it is not."""
        return {"nl": gettext("in Dutch"), "en": gettext("in English")}.get(self.foreign, "")


@dataclass(frozen=True, kw_only=True)
class CaseCard(Card):
    """A case: what was measured, what it cost, when it had paid for itself."""

    kind: ClassVar = "case_study"

    organisation: str
    place: str = ""
    staff: int | None = None
    topic: str = ""
    summary: str = ""
    measure: MeasureView | None = None
    investment: float | None = None
    payback_months: int | None = None

    @property
    def staff_text(self) -> str:
        """46 medewerkers."""
        return staff_text(self.staff)

    @property
    def investment_text(self) -> str:
        """€ 38.000."""
        return gettext("not given") if self.investment is None else euros(self.investment)

    @property
    def payback_text(self) -> str:
        """14 maanden."""
        if self.payback_months is None:
            return gettext("not given")
        if self.payback_months == 0:
            return gettext("less than a month")
        return ngettext("%(n)s month", "%(n)s months", self.payback_months)


@dataclass(frozen=True, kw_only=True)
class LessonCard(Card):
    """A lesson: found by its title, read by its takeaway."""

    kind: ClassVar = "lesson"

    takeaway: str
    passage: str = ""
    """Where else in it a search found the words."""
    byline: str
    published: date | None = None
    outcome: str = ""
    """How the project ended: `success`, `mixed`, `failure`, `stopped`."""
    applies_when: str = ""

    @property
    def published_text(self) -> str:
        """3 november 2026."""
        return long_date(self.published) if self.published else ""


@dataclass(frozen=True, kw_only=True)
class TechnologyCard(Card):
    """A technology: what it costs and how ripe it is."""

    kind: ClassVar = "technology"

    summary: str = ""
    cost: tuple[float, float]
    """Euros, from and to."""
    trl: int
    """Technology readiness level, 1 to 9."""
    used_by: int = 0
    """Cases of this reader's shelves that used it; 0 is not said."""

    @property
    def cost_text(self) -> str:
        """€ 14.000 tot € 30.000."""
        low, high = self.cost
        if low == high:
            return euros(low)
        return gettext("%(low)s to %(high)s", low=euros(low), high=euros(high))

    @property
    def used_text(self) -> str:
        """In how many cases it was used."""
        return ngettext("%(n)s case", "%(n)s cases", self.used_by)

    @property
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
    is_finished: bool = False
    phase: str = ""
    phase_step: int = 0
    phase_count: int = 4

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

    @property
    def monogram(self) -> str:
        """Stands where a photo would."""
        return initials(self.name)


AnyCard = CaseCard | LessonCard | TechnologyCard | PilotCard | OrganisationCard


def initials(name: str) -> str:
    """Two capitals: Jelle de Boer is JB, Noorderplaat is NO. Small words between names do not count."""
    words = [word for word in name.split() if word[0].isupper() or word[0].isdigit()] or name.split()
    return (words[0][0] + words[-1][0] if len(words) > 1 else "".join(words)[:2]).upper()

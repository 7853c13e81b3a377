"""What rows of lists show, as plain values: the parts in templates know no database."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class MeasureView:
    """A figure before and after, with its texts in the reader's language."""

    label: str
    before: float
    after: float
    before_text: str
    after_text: str
    unit: str
    """Empty when it stands in the texts already (%)."""
    delta: str
    """−74%; empty when it started at 0."""
    is_better: bool
    period: str = ""
    method: str = ""
    indicator: str = ""


@dataclass(frozen=True)
class CaseCard:
    """A row about a case: result, investment, payback, always in this order."""

    address: str
    title: str
    topic: str
    organisation: str
    """Empty when the company is not named; then `place` holds the province and `staff` the size band."""
    place: str
    staff: str
    measure: MeasureView | None
    investment: str
    payback: str
    language: str
    """Of the text; marked when it is not the page's."""
    title_html: Markup | None = None
    text_html: Markup | None = None
    kind: str = "case_study"
    reason: str = ""


@dataclass(frozen=True)
class LessonCard:
    """A row about a lesson: the title links, the takeaway is the largest line."""

    address: str
    title: str
    takeaway: str
    by: str
    date: str
    outcome: str
    """Slug: success, mixed, failure, stopped."""
    applies_when: str
    language: str
    title_html: Markup | None = None
    text_html: Markup | None = None
    kind: str = "lesson"
    reason: str = ""


@dataclass(frozen=True)
class TechnologyCard:
    """A row about a technology: costs, lead time and how ripe it is."""

    address: str
    title: str
    text: str
    cost: str
    lead_time: str
    ripeness: str
    step: int
    """1 to 4 on the ladder idea, trial, at some companies, runs every day."""
    language: str
    title_html: Markup | None = None
    text_html: Markup | None = None
    kind: str = "technology"
    reason: str = ""


Card = CaseCard | LessonCard | TechnologyCard


@dataclass(frozen=True)
class PilotCard:
    """A row about a pilot."""

    address: str
    number: int
    title: str
    organisation: str
    place: str
    text: str
    until: str
    phase: str
    step: int
    steps: int
    partners: str


@dataclass(frozen=True)
class OrganisationCard:
    """A row about an organisation."""

    address: str
    title: str
    kind: str
    place: str
    staff: str
    sector: str
    pieces: str
    """How many pieces name it, in words; counts what this reader may see."""
    shares: str = ""


@dataclass(frozen=True)
class Marker:
    """A place on the map."""

    n: int
    name: str
    lat: float
    lon: float
    href: str
    open: bool = False
    kind: str = "pilot"
    """`pilot` is drawn as a numbered plot, `organisation` as a dot."""

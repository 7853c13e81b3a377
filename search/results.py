"""Results: what a search gives back, as pages and the API show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from markupsafe import Markup

from app.core.language import gettext as _
from app.core.paging import Page
from app.people.models import Organisation
from content.shelves import Listed
from content.subjects import Pilot
from search.facets import Facet
from search.passages import FilePassage
from search.query import DEEPEST, Query
from search.values import Value

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Hit(Generic[RowT]):
    """A piece that was found. Only <mark> is left in as markup."""

    row: RowT
    """As whoever asked shows pieces."""
    title_html: Markup
    snippet_html: Markup
    distance_km: int | None = None
    """About how far from the place asked for, as the crow flies; None when nothing is known of either."""
    in_file: FilePassage | None = None
    """Where a file of the piece holds what its own text does not."""


@dataclass(frozen=True)
class FacetCount:
    """One value of a facet: how many pieces there would be, and the address that switches it."""

    value: Value
    count: int
    selected: bool
    facet: str
    query: Query
    """The question that was asked."""

    @property
    def toggle(self) -> Query:
        """The question with this value switched."""
        return self.query.toggled(self.facet, self.value)

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return self.value.label

    @property
    def address(self) -> str:
        """The end of the address, from the question mark on, with this value switched."""
        return self.toggle.address

    @property
    def is_empty(self) -> bool:
        """Whether choosing it leads nowhere: shown all the same, greyed."""
        return self.count == 0 and not self.selected


@dataclass(frozen=True)
class FacetGroup:
    """A facet with its counted values, in the order of the page."""

    facet: Facet
    counts: Sequence[FacetCount]

    @property
    def name(self) -> str:
        """Its name in page addresses."""
        return self.facet.address

    @property
    def label(self) -> str:
        """Its heading in the reader's language."""
        return _(self.facet.label)

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(count.selected for count in self.counts)


@dataclass(frozen=True)
class Chip:
    """Something that narrows the results, and the address without it."""

    label: str
    without: Query

    @property
    def address(self) -> str:
        """The end of the address, from the question mark on, without this choice."""
        return self.without.address


@dataclass(frozen=True)
class Corrected:
    """A question of which the spelling was repaired."""

    asked: str
    meant: str
    literally: Query
    """The question as it was written."""


@dataclass(frozen=True)
class AskedWord:
    """A word of a question, and whether it stays."""

    text: str
    is_kept: bool


@dataclass(frozen=True)
class Instead:
    """Another question, and how many pieces it finds."""

    query: Query
    total: int
    words: Sequence[AskedWord] = ()
    """The words of the first question, where this one leaves some out."""


@dataclass(frozen=True)
class NearTopic:
    """A topic of pieces that hold something of what was asked for, with their number."""

    topic: Value
    total: int


@dataclass(frozen=True)
class Otherwise:
    """What to try when nothing was found."""

    meant: Instead | None = None
    unfiltered: Instead | None = None
    """The same words without any choice."""
    shorter: Sequence[Instead] = ()
    topics: Sequence[NearTopic] = ()


@dataclass(frozen=True)
class Found:
    """What an engine, or the database in its place, answers: pieces by number, not yet shown to anybody."""

    pieces: Sequence[int] = ()
    """Of the page asked for, in order."""
    total: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Facet -> value -> number of pieces, as if nothing were chosen of this facet itself."""
    occurring: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The same for the words alone: values that these choices have emptied are shown greyed."""


@dataclass(frozen=True)
class Results(Generic[RowT]):
    """One page of results and everything around it."""

    query: Query
    page: Page[Hit[RowT]]
    facets: Sequence[FacetGroup] = ()
    chips: Sequence[Chip] = ()
    pilots: Sequence[Pilot] = ()
    organisations: Sequence[Organisation] = ()
    picked: Sequence[Listed] = ()
    """What stewards put above the results of this question; outside total, facets and paging."""
    corrected: Corrected | None = None
    degraded: bool = False
    """Whether the database answered because the engine is away."""
    took_ms: int = 0
    notices: Sequence[str] = ()
    otherwise: Otherwise | None = None
    """What to try instead, when words found nothing."""

    @property
    def hits(self) -> Sequence[Hit[RowT]]:
        """The pieces on this page."""
        return self.page.items

    @property
    def total(self) -> int:
        """How many pieces were found in all."""
        return self.page.total

    @property
    def last_page(self) -> int:
        """Number of the last page that is shown."""
        return min(self.page.last, max(1, DEEPEST // self.query.size))

    def __len__(self) -> int:
        return len(self.page.items)

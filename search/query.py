"""The query: all that a reader asks of a search, read from an address and written back into one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from sqlmodel import Session

from app.core.language import gettext as _
from search.facets import FACETS
from search.params import PAGE_WORDS, Parameters, Reader
from search.values import Value

PAGE_SIZE: Final = 20
MOST_ON_A_PAGE: Final = 100
DEEPEST: Final = 1000
"""Hits further down are not shown: a reader who wants them is helped by a narrower question."""
DISTANCES: Final = (10, 25, 50, 100)
"""Kilometres that pages offer; any whole number up to the furthest of the region may be asked."""
FURTHEST: Final = 300
MOST_IMPROVEMENT: Final = 1000
"""Percent."""


class Sort(StrEnum):
    """In which order results stand."""

    BEST = "best"
    NEWEST = "newest"
    EFFECT = "effect"
    INVESTMENT = "investment"


SORT_WORDS: Final = {
    Sort.BEST: "passend",
    Sort.NEWEST: "nieuwste",
    Sort.EFFECT: "effect",
    Sort.INVESTMENT: "investering",
}


def too_deep() -> str:
    """What is told to somebody who pages on for ever."""
    return _("We show the first %(n)s results. Narrow your question to find what lies deeper.", n=DEEPEST)


@dataclass(frozen=True)
class Query:
    """What is asked for. A changed query is a new value."""

    q: str = ""
    chosen: Mapping[str, tuple[Value, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Facet -> what is chosen of it. Several in one facet widen, facets together narrow."""
    improvement: int | None = None
    """At least so many percent better, within the one chosen indicator."""
    near: str | None = None
    """Slug of the municipality that distances are counted from."""
    distance: int | None = None
    """At most so many kilometres from there, as the crow flies."""
    sort: Sort = Sort.BEST
    page: int = 1
    size: int = PAGE_SIZE
    literal: bool = False
    """Take the spelling as it stands."""
    notices: tuple[str, ...] = ()
    """What of the address could not be followed, in sentences for the reader."""

    @classmethod
    def from_params(cls, session: Session, params: Parameters, *, for_api: bool = False) -> "Query":
        """Read an address. Unknown names are ignored; what cannot be followed is dropped with a notice.

        For the API it raises BadRequest instead.
        """
        reader = Reader(session, params, for_api=for_api)
        query = cls(
            q=reader.words(),
            chosen=MappingProxyType({facet.name: chosen for facet in FACETS if (chosen := reader.values(facet))}),
            improvement=reader.number("improvement", 1, MOST_IMPROVEMENT),
            near=reader.place(),
            distance=reader.number("distance", 1, FURTHEST),
            sort=reader.choice("sort", Sort, SORT_WORDS) or Sort.BEST,
            page=reader.number("page", 1, 999_999) or 1,
            size=(reader.number("limit", 1, MOST_ON_A_PAGE) if for_api else None) or PAGE_SIZE,
            literal=reader.number("literal", 1, 1) is not None,
        )
        query._tell_what_lacks(reader)
        return replace(query._fitting(), notices=tuple(reader.notices))

    def _tell_what_lacks(self, reader: Reader) -> None:
        """What needs another choice beside it that was not made cannot be followed either."""
        if self.improvement and self.indicator is None:
            reader.cannot(
                "improvement", _("How much better can be asked of one thing that was measured. Choose which one.")
            )
        if self.distance and self.near is None:
            reader.cannot("distance", _("Choose first from which place the distance is counted."))
        if self.sort is Sort.EFFECT and self.indicator is None:
            reader.cannot(
                "sort", _("The largest effect can be shown of one thing that was measured. Choose which one.")
            )

    def _fitting(self) -> "Query":
        """Without what needs another choice beside it."""
        fits = self if self.near else replace(self, distance=None)
        if self.indicator is None:
            fits = replace(fits, improvement=None, sort=Sort.BEST if self.sort is Sort.EFFECT else self.sort)
        return fits

    def slugs(self, facet: str) -> tuple[str, ...]:
        """What is chosen of a facet, as the index names it."""
        return tuple(value.slug for value in self.chosen.get(facet, ()))

    @property
    def indicator(self) -> str | None:
        """The one chosen indicator: only within one can figures be compared (settled: 7)."""
        chosen = self.slugs("indicator")
        return chosen[0] if len(chosen) == 1 else None

    @property
    def usual_order(self) -> Sort:
        """The order that nobody needs to choose."""
        return Sort.BEST if self.q else Sort.NEWEST

    @property
    def order(self) -> Sort:
        """The order that can be given: the best without words is the newest, an effect needs one indicator."""
        needs_more = self.sort == Sort.BEST or (self.sort == Sort.EFFECT and self.indicator is None)
        return self.usual_order if needs_more else self.sort

    @property
    def offset(self) -> int:
        """How many hits stand on the pages before."""
        return (self.page - 1) * self.size

    @property
    def is_too_deep(self) -> bool:
        """Whether the page lies beyond the last one that is shown."""
        return self.offset + self.size > DEEPEST

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for at all."""
        return not (self.q or self.narrows)

    @property
    def narrows(self) -> bool:
        """Whether anything but words narrows."""
        return bool(self.chosen or (self.distance and self.near))

    def toggled(self, facet: str, value: Value) -> "Query":
        """With this value when it was not chosen, without when it was; from the first page."""
        chosen = self.chosen.get(facet, ())
        kept = tuple(one for one in chosen if one != value) if value in chosen else (*chosen, value)
        others = {name: values for name, values in self.chosen.items() if name != facet}
        chosen_now = MappingProxyType(others | ({facet: kept} if kept else {}))
        return replace(self, chosen=chosen_now, page=1)._fitting()

    def without(self, *names: str) -> "Query":
        """Without these facets; from the first page."""
        kept = {name: values for name, values in self.chosen.items() if name not in names}
        return replace(self, chosen=MappingProxyType(kept), page=1)._fitting()

    def cleared(self) -> "Query":
        """The words alone."""
        return Query(q=self.q, size=self.size, literal=self.literal)

    def on_page(self, number: int) -> "Query":
        """The same on another page."""
        return replace(self, page=number)

    def sorted_by(self, sort: Sort) -> "Query":
        """The same in another order."""
        return replace(self, sort=sort, page=1)

    def asking(self, words: str, *, literal: bool = False) -> "Query":
        """Other words with the same choices."""
        return replace(self, q=words, literal=literal, page=1)

    def from_place(self, near: str | None, distance: int | None) -> "Query":
        """Within so many kilometres of a place, or anywhere."""
        return replace(self, near=near, distance=distance, page=1)

    def to_params(self, *, for_api: bool = False) -> list[tuple[str, str]]:
        """The whole state as names and values of an address; what is as usual is left out."""
        written = [("q", self.q)] if self.q else []
        for facet in FACETS:
            chosen = self.chosen.get(facet.name, ())
            written += [(facet.name, one.slug) if for_api else (facet.address, one.word) for one in chosen]
        others: dict[str, object] = {
            "improvement": self.improvement,
            "near": self.near,
            "distance": self.distance,
            "sort": None if self.sort == Sort.BEST else self.sort.value if for_api else SORT_WORDS[self.sort],
            "page": None if self.page == 1 else self.page,
            "limit": self.size if for_api and self.size != PAGE_SIZE else None,
            "literal": 1 if self.literal else None,
        }
        told = ((name if for_api else PAGE_WORDS[name], value) for name, value in others.items() if value is not None)
        return [*written, *((name, str(value)) for name, value in told)]

    @property
    def address(self) -> str:
        """The whole state as the end of a page address, from the question mark on."""
        return "?" + urlencode(self.to_params())

"""The facets: by what people narrow a search, one line each.

A facet's line gives its document field, its setting in the engine, its word in page addresses and in the API, its
counts and its place on the page. Values are slugs in the index and in the API, Dutch words in page addresses
(settled: 26).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from app.core import remembering
from app.core.clock import local
from app.core.language import N_
from content.kinds import CaseStudy, Lesson
from content.vocabulary import bands_of
from search import values
from search.sources import Source
from search.values import Value, Values


@dataclass(frozen=True)
class Facet:
    """One way to narrow: how it is called, what a piece has of it, which values there are."""

    name: str
    """In the API and in the index."""
    address: str
    """In page addresses."""
    label: str
    of: Callable[[Source], Iterable[str]]
    values: Values
    all_shown: bool = False
    """Whether every value is offered, in its own order; else only those that occur, the most frequent first."""


FACETS: Final = (
    Facet("kind", "soort", N_("Kind"), lambda source: [source.kind], values.kinds, all_shown=True),
    Facet("province", "provincie", N_("Province"), lambda source: _one(source.province), values.provinces, True),
    Facet("investment", "investering", N_("Investment"), lambda source: _investment(source), values.investment, True),
    Facet("payback", "terugverdientijd", N_("Payback"), lambda source: _payback(source), values.payback, True),
    Facet("size", "grootte", N_("Company size"), lambda source: _size(source), values.sizes, True),
    Facet("topic", "onderwerp", N_("Topic"), lambda source: [topic.slug for topic in source.topics], values.topics),
    Facet("sector", "sector", N_("Sector"), lambda source: source.first.content.sectors, values.sectors),
    Facet("indicator", "indicator", N_("What was measured"), lambda source: effects(source), values.indicators),
    Facet("outcome", "uitkomst", N_("Outcome of the lesson"), lambda source: _outcome(source), values.outcomes, True),
    Facet("audience", "voor", N_("Written for"), lambda source: source.first.content.audience, values.audiences),
    Facet("pilot", "proefproject", N_("Pilot"), lambda source: _one(source.first.content.pilot), values.pilots),
    Facet(
        "organisation", "organisatie", N_("Organisation"), lambda source: _organisations(source), values.organisations
    ),
    Facet("municipality", "gemeente", N_("Municipality"), lambda source: _municipality(source), values.municipalities),
    Facet(
        "language", "taal", N_("Language"), lambda source: [v.language for v in source.versions], values.languages, True
    ),
    Facet("year", "jaar", N_("Year"), lambda source: [str(local(source.first.published_at).year)], values.years),
)

BY_NAME: Final = {facet.name: facet for facet in FACETS}


def known_values(session: Session) -> Mapping[str, tuple[Value, ...]]:
    """Facet -> all its values, in order. Read once in an epoch: names and topics seldom change."""
    return remembering.once(session, "facets", lambda: {facet.name: tuple(facet.values(session)) for facet in FACETS})


def effects(source: Source) -> Mapping[str, float]:
    """Indicator -> the best improvement of this piece, in percent; figures that started at 0 have none (settled: 7)."""
    found: dict[str, float] = {}
    telling = source.first.telling
    for metric in telling.metrics if isinstance(telling, CaseStudy) else ():
        if metric.indicator and metric.improvement is not None:
            better = round(metric.improvement, 2)
            found[metric.indicator] = max(better, found.get(metric.indicator, better))
    return found


def _one(value: str | None) -> list[str]:
    return [value] if value else []


def _investment(source: Source) -> list[str]:
    amount = source.first.telling.investment
    return bands_of("investment", *amount) if amount else []


def _payback(source: Source) -> list[str]:
    telling = source.first.telling
    if not isinstance(telling, CaseStudy):
        return []
    return bands_of("payback", telling.payback_months, telling.payback_months)


def _size(source: Source) -> list[str]:
    """Of cases only (settled: 8); of a company that is not named the band alone is told."""
    content, telling = source.first.content, source.first.telling
    if content.anonymous:
        return [content.anonymous.size_band]
    people = telling.company_size_fte if isinstance(telling, CaseStudy) else None
    return bands_of("company_size", people, people)


def _outcome(source: Source) -> list[str]:
    telling = source.first.telling
    return [telling.outcome.value] if isinstance(telling, Lesson) else []


def _organisations(source: Source) -> Iterable[str]:
    """Who owns and publishes it, and who took part as far as readers may know."""
    content = source.first.content
    part = (told.organisation for told in content.named)
    return dict.fromkeys([*_one(source.first.owner), *content.named_publishers, *part])


def _municipality(source: Source) -> list[str]:
    content = source.first.content
    return [] if content.anonymous else _one(content.municipality)

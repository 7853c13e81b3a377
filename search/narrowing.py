"""Narrowing: the counted facets beside the results, and the choices above them that can be taken back."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlmodel import Session, select

from app.core.language import gettext as _
from app.people.region import Municipality
from search.facets import FACETS, Facet, known_values
from search.query import Query
from search.results import Chip, FacetCount, FacetGroup, Found
from search.values import Value


def facet_groups(session: Session, query: Query, found: Found) -> list[FacetGroup]:
    """Every facet that the words leave something of, in the order of the page; what the choices emptied stays."""
    known = known_values(session)
    groups = [FacetGroup(facet, _counts(facet, known[facet.name], query, found)) for facet in FACETS]
    return [group for group in groups if group.chosen or found.occurring.get(group.facet.name)]


def _counts(facet: Facet, known: Iterable[Value], query: Query, found: Found) -> list[FacetCount]:
    counts, occurring = found.counts.get(facet.name, {}), found.occurring.get(facet.name, {})
    chosen = query.chosen.get(facet.name, ())
    if not (counts or occurring or chosen):
        return []
    shown = [
        FacetCount(
            value=value,
            count=counts.get(value.slug, 0),
            selected=value in chosen,
            facet=facet.name,
            query=query,
        )
        for value in known
        if facet.all_shown or value.slug in occurring or value.slug in counts or value in chosen
    ]
    return shown if facet.all_shown else _by_count(shown)


def _by_count(counts: Iterable[FacetCount]) -> list[FacetCount]:
    """The most frequent first, topics below their group; equals in the order they came."""
    shown = list(counts)
    below: dict[str | None, list[FacetCount]] = {}
    present = {count.value.slug for count in shown}
    for count in shown:
        broader = count.value.broader if count.value.broader in present else None
        below.setdefault(broader, []).append(count)

    def walk(broader: str | None) -> Iterator[FacetCount]:
        for count in sorted(below.get(broader, ()), key=lambda one: -one.count):
            yield count
            yield from walk(count.value.slug)

    return list(walk(None))


def chips(session: Session, query: Query) -> list[Chip]:
    """Everything that narrows, each with the question without it."""
    found = [
        Chip(value.label, query.toggled(facet.name, value))
        for facet in FACETS
        for value in query.chosen.get(facet.name, ())
    ]
    if query.improvement and query.indicator:
        label = _("At least %(n)s%% better", n=query.improvement)
        found.append(Chip(label, replace(query, improvement=None, page=1)))
    if query.near and query.distance:
        town = session.exec(select(Municipality.town).where(Municipality.slug == query.near)).first()
        label = _("At most %(km)s km from %(town)s", km=query.distance, town=town)
        found.append(Chip(label, query.from_place(None, None)))
    return found

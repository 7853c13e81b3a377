"""The view of the directory: rows, the map beside them, and what they can be narrowed by."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from app.core.language import gettext as _
from app.core.text import slug
from app.people.access import KIND_NAMES, kind_name
from app.people.directory import Choices, Entry, Wanted
from app.people.models import Organisation
from app.web import showing
from app.web.cards import OrganisationCard
from app.web.drawing.maps import ASPECT, EAST, NORTH, SOUTH, WEST, Marker

KIND_WORDS: Final = {slug(dutch): kind for kind, (dutch, _english) in KIND_NAMES.items()}
"""Word in page addresses -> kind of organisation."""

_RING: Final = 0.02
"""How far from their town several organisations of one town stand, as a share of the map's width."""

_ROOM: Final = 0.028
"""What one of them takes of the ring."""


@dataclass(frozen=True)
class DirectoryRow:
    """An organisation in the list; `visit` says whether it receives visitors, empty when it did not tell."""

    card: OrganisationCard
    kind: str
    visit: str


@dataclass(frozen=True)
class Region:
    """Those who take part in one province."""

    name: str
    title: str
    rows: Sequence[DirectoryRow]


@dataclass(frozen=True)
class Choice:
    """A filter: its name in the address, its label, its options and the one that is chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str


def row_of(entry: Entry, pieces: Mapping[int, int]) -> DirectoryRow:
    """A row. `pieces`: id of an organisation -> how many pieces that the reader sees name it."""
    organisation = entry.organisation
    return DirectoryRow(
        card=OrganisationCard(
            href=showing.here(f"/organisaties/{organisation.slug}"),
            title=organisation.title,
            place=entry.municipality.town if entry.municipality else "",
            staff=organisation.size_fte,
            sector=showing.said([sector.short for sector in entry.sectors[:2]]),
            pieces=pieces.get(organisation.id, 0),
            is_mentioned_only=organisation.is_mentioned_only,
        ),
        kind=kind_name(organisation.kind),
        visit={"welcome": _("Welcome"), "by_appointment": _("By appointment")}.get(organisation.visit, ""),
    )


def visits(organisation: Organisation) -> str:
    """Whether it receives visitors, as it told itself; empty when it does not, or did not tell."""
    return {"welcome": _("Visitors welcome"), "by_appointment": _("Visits by appointment")}.get(organisation.visit, "")


def regions_of(entries: Iterable[Entry], pieces: Mapping[int, int]) -> list[Region]:
    """Those who take part, province by province, in the order of the list."""

    def province(entry: Entry) -> tuple[str, str]:
        if entry.province is None:
            return "elders", _("Without a place")
        return entry.province.slug, entry.province.name

    return [
        Region(name, title, [row_of(entry, pieces) for entry in rows])
        for (name, title), rows in groupby(entries, key=province)
    ]


def markers_of(entries: Iterable[Entry]) -> list[Marker]:
    """A round mark for each that has a place; several of one town stand around it."""
    by_town: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.municipality is not None:
            by_town.setdefault(entry.municipality.id, []).append(entry)
    return [
        _marker(entry, at, len(neighbours)) for neighbours in by_town.values() for at, entry in enumerate(neighbours)
    ]


def _marker(entry: Entry, at: int, count: int) -> Marker:
    assert entry.municipality is not None
    is_mentioned = entry.organisation.is_mentioned_only
    across, down = _beside(at, count)
    return Marker(
        name=f"{entry.organisation.title}, {entry.municipality.town}",
        longitude=entry.municipality.longitude + across * (EAST - WEST),
        latitude=entry.municipality.latitude - down * ASPECT * (NORTH - SOUTH),
        href=showing.here(f"/organisaties/{entry.organisation.slug}"),
        is_full=not is_mentioned,
        note=_("named in a public source") if is_mentioned else _("takes part"),
        shape="round",
    )


def _beside(at: int, count: int) -> tuple[float, float]:
    """Where the mark stands from its town, in shares of the map's width: on a ring that has room for all."""
    if count == 1:
        return 0.0, 0.0
    radius = max(_RING, count * _ROOM / (2 * math.pi))
    angle = 2 * math.pi * at / count
    return radius * math.sin(angle), -radius * math.cos(angle)


def choices_of(offered: Choices, wanted: Wanted) -> list[Choice]:
    """The filters, each with a first option that narrows nothing."""
    words = {kind: word for word, kind in KIND_WORDS.items()}
    kinds = sorted((kind_name(kind), words[kind]) for kind in offered.kinds if kind in words)
    return [
        Choice(
            "provincie",
            _("Province"),
            [("", _("All three")), *((province.slug, province.name) for province in offered.provinces)],
            wanted.province,
        ),
        Choice(
            "soort",
            _("Kind"),
            [("", _("All kinds")), *((word, name) for name, word in kinds)],
            words.get(wanted.kind, ""),
        ),
        Choice(
            "sector",
            _("Sector"),
            [("", _("All sectors")), *((sector.code, sector.short) for sector in offered.sectors)],
            wanted.sector,
        ),
    ]

"""The map of Groningen, Fryslân and Drenthe. It always stands beside a list with the same places."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup, escape

from app.core.language import ngettext, pick
from app.web.drawing.outlines import DRENTHE, FRYSLAN, GRONINGEN, ISLANDS, Outline
from app.web.drawing.svg import svg

WEST, EAST, SOUTH, NORTH = 4.86, 7.26, 52.585, 53.535
"""What the map shows, in degrees."""

ASPECT: Final = (EAST - WEST) * math.cos(math.radians(53.05)) / (NORTH - SOUTH)
"""Width by height in true proportion; `.map-frame` in the style sheet keeps it."""

NAME_CLEARANCE: Final = (9.0, 5.0)
"""How near a marker may come to the name of a province, in percent of width and height."""

NAME_PLACES: Final = (
    ("Fryslân", "Friesland", ((5.82, 53.225), (5.64, 53.12), (5.94, 53.02), (5.75, 52.93))),
    ("Groningen", "Groningen", ((6.61, 53.375), (6.78, 53.31), (6.50, 53.29), (6.97, 53.2))),
    ("Drenthe", "Drenthe", ((6.63, 52.865), (6.58, 52.75), (6.78, 52.95), (6.42, 52.82))),
)
"""Dutch name, English name, and where it may stand, best place first: names make way for markers."""

PLOT: Final = '<path d="M-11 -13h26l-4 26h-26z"/>'
ROUND: Final = '<circle class="hit" r="13"/><circle r="8"/>'


@dataclass(frozen=True, slots=True)
class Marker:
    """One place on the map, with its own link."""

    name: str
    longitude: float
    latitude: float
    href: str
    number: int | None = None
    """Stands in a plot mark, and before the name when it is read out."""
    is_full: bool = False
    """Filled with the colour of action; `note` says in words what that means."""
    note: str = ""
    shape: Literal["plot", "round"] = "plot"

    @property
    def label(self) -> str:
        """What is read out: number, name, note."""
        numbered = f"{self.number} {self.name}" if self.number is not None else self.name
        return f"{numbered}, {self.note}" if self.note else numbered


def province_map(
    markers: Sequence[Marker], *, labels: bool = True, linked: bool = True, active: int | None = None
) -> Markup:
    """The three provinces with these markers. Shapes stretch with the frame; markers and words keep their size."""
    description = ngettext(
        "Map of Groningen, Friesland and Drenthe with %(n)s place",
        "Map of Groningen, Friesland and Drenthe with %(n)s places",
        len(markers),
    )
    parts = [
        f'<svg class="map" width="100%" height="100%" role="{"group" if linked else "img"}" '
        f'aria-label="{escape(description)}">',
        '<svg x="0" y="0" width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none" '
        'aria-hidden="true">',
        *_land(),
        "</svg>",
        *(_province_names(markers) if labels else ()),
        *(_marker(marker, linked=linked, is_active=marker.number == active is not None) for marker in markers),
        "</svg>",
    ]
    return svg(*parts)


def place(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a position lies on the map, in percent from the left and from the top."""
    return 100 * (longitude - WEST) / (EAST - WEST), 100 * (NORTH - latitude) / (NORTH - SOUTH)


def _land() -> Iterable[str]:
    provinces: tuple[tuple[Outline, str], ...] = ((FRYSLAN, "fr"), (GRONINGEN, "gr"), (DRENTHE, "dr"))
    for outline, name in (*provinces, *((island, "fr") for island in ISLANDS)):
        points = "L".join(f"{x:.2f} {y:.2f}" for x, y in (place(*point) for point in outline))
        yield f'<path class="map__land map__land--{name}" d="M{points}Z" vector-effect="non-scaling-stroke"/>'


def _province_names(markers: Sequence[Marker]) -> Iterable[str]:
    taken = [place(marker.longitude, marker.latitude) for marker in markers]
    for dutch, english, positions in NAME_PLACES:
        places = [place(*position) for position in positions]
        x, y = next((each for each in places if not _is_covered(each, taken)), places[0])
        yield (
            f'<text class="map__province" x="{x:.1f}%" y="{y:.1f}%" text-anchor="middle" aria-hidden="true">'
            f"{pick(dutch, english)}</text>"
        )


def _is_covered(name: tuple[float, float], markers: Iterable[tuple[float, float]]) -> bool:
    wide, high = NAME_CLEARANCE
    # The middle of a name lies above its base line.
    return any(abs(x - name[0]) < wide and abs(y - (name[1] - 1)) < high for x, y in markers)


def _marker(marker: Marker, *, linked: bool, is_active: bool) -> str:
    x, y = place(marker.longitude, marker.latitude)
    classes = "map__mark" + (" is-open" if marker.is_full else "") + (" is-active" if is_active else "")
    numbered = marker.shape == "plot" and marker.number is not None
    number = f'<text y="5" text-anchor="middle">{marker.number}</text>' if numbered else ""
    drawn = f'<g class="{classes}">{PLOT if marker.shape == "plot" else ROUND}{number}</g>'
    if linked:
        drawn = f'<a href="{escape(marker.href)}" aria-label="{escape(marker.label)}">{drawn}</a>'
    return f'<svg x="{x:.2f}%" y="{y:.2f}%" overflow="visible">{drawn}</svg>'

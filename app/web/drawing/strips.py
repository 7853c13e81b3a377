"""One dot for each case: where do they lie, and where does the half of them end?"""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from app.core.language import gettext, number
from app.web.drawing.axes import event_line, opening
from app.web.drawing.svg import svg

DOT_LANE: Final = 15
TOP_LANE: Final = 2
"""The highest lane that stays clear of the words at the line of the half."""

DOT_CLEARANCE: Final = 2.6
"""Dots of a strip that come nearer than this, in percent of the width, are stacked."""


def dot_strip(
    name: str,
    title: str,
    description: str,
    values: Sequence[float],
    *,
    start: float,
    end: float,
    ticks: Sequence[float],
    median: float,
    mine: float | None = None,
) -> Markup:
    """One dot for each case on one axis, and a line where half of them lie at or below. Grows with its highest pile."""

    def x(value: float) -> float:
        return 2 + 96 * (value - start) / (end - start)

    placed: list[tuple[float, int]] = []
    for value in sorted(values):
        lane = next(lane for lane in range(len(values)) if not _is_taken(placed, x(value), lane))
        placed.append((x(value), lane))
    axis = 84 + DOT_LANE * max(0, max((lane for _x, lane in placed), default=0) - TOP_LANE)
    parts = [
        opening(name, title, description, axis + 32, "chart"),
        f'<line class="axis" x1="0" x2="100%" y1="{axis}" y2="{axis}"/>',
        *(_tick(tick, x(tick), axis) for tick in ticks),
        event_line(x(median), gettext("half: %(n)s or less", n=number(median)), 10, axis, 20),
    ]
    for value, (place, lane) in zip(sorted(values), placed, strict=True):
        own = " is-mine" if value == mine else ""
        cy = axis - 13 - lane * DOT_LANE
        parts.append(f'<circle class="strip-dot{own}" cx="{place:.2f}%" cy="{cy}" r="6"/>')
    return svg(*parts, "</svg>")


def _tick(value: float, x: float, axis: int) -> str:
    return (
        f'<line class="tickmark" x1="{x:.2f}%" x2="{x:.2f}%" y1="{axis}" y2="{axis + 7}"/>'
        f'<text class="tick" x="{x:.2f}%" y="{axis + 25}" text-anchor="middle">{number(value)}</text>'
    )


def _is_taken(placed: Sequence[tuple[float, int]], x: float, lane: int) -> bool:
    return any(abs(other - x) < DOT_CLEARANCE and other_lane == lane for other, other_lane in placed)

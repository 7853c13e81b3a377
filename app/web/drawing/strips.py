"""One dot for each case: where do they lie, and where does the half of them end?"""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from app.core.language import gettext, number
from app.web.drawing.axes import event_line, opening
from app.web.drawing.svg import svg

DOT_LANE: Final = 15
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
    """One dot for each case on one axis, and a line where half of them lie at or below."""

    def x(value: float) -> float:
        return 2 + 96 * (value - start) / (end - start)

    parts = [opening(name, title, description, 116, "chart"), '<line class="axis" x1="0" x2="100%" y1="84" y2="84"/>']
    parts += [_tick(tick, x(tick)) for tick in ticks]
    parts.append(event_line(x(median), gettext("half: %(n)s or less", n=number(median)), 10, 84, 20))
    placed: list[tuple[float, int]] = []
    for value in sorted(values):
        lane = next(lane for lane in range(len(values)) if not _is_taken(placed, x(value), lane))
        placed.append((x(value), lane))
        own = " is-mine" if value == mine else ""
        parts.append(f'<circle class="strip-dot{own}" cx="{x(value):.2f}%" cy="{71 - lane * DOT_LANE}" r="6"/>')
    return svg(*parts, "</svg>")


def _tick(value: float, x: float) -> str:
    return (
        f'<line class="tickmark" x1="{x:.2f}%" x2="{x:.2f}%" y1="84" y2="91"/>'
        f'<text class="tick" x="{x:.2f}%" y="109" text-anchor="middle">{number(value)}</text>'
    )


def _is_taken(placed: Sequence[tuple[float, int]], x: float, lane: int) -> bool:
    return any(abs(other - x) < DOT_CLEARANCE and other_lane == lane for other, other_lane in placed)

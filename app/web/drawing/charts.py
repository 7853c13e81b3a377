"""Lines over time. Each has a title and a description, and its page prints the same data as a table.

Places are percentages in an SVG without viewBox, shapes lie in a stretched inner one: text keeps its size on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.core.language import number
from app.web.drawing.axes import event_line, opening
from app.web.drawing.svg import svg

TOP, BOTTOM = 26, 30
"""Room above and below the lines, in pixels, for labels."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line. None in `values` is a gap at the end: not measured yet."""

    values: Sequence[float | None]
    label: str = ""
    """Stands at the last value."""
    is_area: bool = False
    label_below: bool = False

    @property
    def last(self) -> tuple[int, float]:
        """Place and value of the newest figure."""
        return max((at, value) for at, value in enumerate(self.values) if value is not None)


@dataclass(frozen=True, slots=True)
class Plane:
    """The room in which a line chart is drawn."""

    height: int
    points: int
    top_value: float

    @property
    def inner_height(self) -> int:
        """Pixels between the axis and the highest value."""
        return self.height - TOP - BOTTOM

    def x(self, at: float) -> float:
        """Percent from the left."""
        return 100 * at / (self.points - 1)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return TOP + self.inner_height * (1 - value / self.top_value)


def line_chart(
    name: str,
    title: str,
    description: str,
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    top_value: float,
    step: float,
    unit: str = "",
    height: int = 260,
    every: int = 3,
    event: tuple[int, str] | None = None,
    target: tuple[float, str] | None = None,
) -> Markup:
    """Lines over time. `name` is unique on the page; `every` says which labels stay on a phone."""
    plane = Plane(height, len(labels), top_value)
    parts = [opening(name, title, description, height, "chart chart--y"), *_grid(plane, step, unit)]
    if target:
        parts.append(_target(plane, *target))
    if event:
        parts.append(event_line(plane.x(event[0]), event[1], TOP - 16, height - BOTTOM, TOP - 6))
    parts.append(
        f'<svg x="0" y="{TOP}" width="100%" height="{plane.inner_height}" viewBox="0 0 100 100" '
        'preserveAspectRatio="none" overflow="visible">'
    )
    parts += [_line(plane, line, index) for index, line in enumerate(series, 1)]
    parts.append("</svg>")
    parts += [_end(plane, line, index) for index, line in enumerate(series, 1)]
    parts += [_label(plane, at, label, every) for at, label in enumerate(labels) if label]
    return svg(*parts, "</svg>")


def _grid(plane: Plane, step: float, unit: str) -> list[str]:
    parts = ['<line class="axis" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>'.format(plane.y(0))]
    for line in range(1, int(plane.top_value / step + 1e-9) + 1):
        y = plane.y(line * step)
        parts.append(
            f'<line class="grid" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="-10" y="{y + 5:.1f}" text-anchor="end">{number(line * step)}{escape(unit)}</text>'
        )
    return parts


def _target(plane: Plane, value: float, label: str) -> str:
    y = plane.y(value)
    return (
        f'<line class="target" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="52%" y="{y - 6:.1f}" text-anchor="end">{escape(label)}</text>'
    )


def _line(plane: Plane, line: Series, index: int) -> str:
    shares = [
        (plane.x(at), 100 * (1 - value / plane.top_value)) for at, value in enumerate(line.values) if value is not None
    ]
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in shares)
    area = f'<polygon class="area a{index}" points="0,100 {points} {shares[-1][0]:.2f},100"/>' if line.is_area else ""
    return f'{area}<polyline class="line l{index}" points="{points}" vector-effect="non-scaling-stroke"/>'


def _end(plane: Plane, line: Series, index: int) -> str:
    at, value = line.last
    x, y = plane.x(at), plane.y(value)
    dot = f'<circle class="dot l{index}" cx="{x:.2f}%" cy="{y:.1f}" r="4.5"/>'
    if not line.label:
        return dot
    shift, offset = (-10 if at == plane.points - 1 else 0), (22 if line.label_below else -12)
    return (
        f'{dot}<text class="value" x="{x:.2f}%" dx="{shift}" y="{y + offset:.1f}" text-anchor="end">'
        f"{escape(line.label)}</text>"
    )


def _label(plane: Plane, at: int, label: str, every: int) -> str:
    anchor = "start" if at == 0 else "end" if at == plane.points - 1 else "middle"
    minor = " minor" if at % every else ""
    return (
        f'<text class="tick{minor}" x="{plane.x(at):.2f}%" y="{plane.height - 8}" text-anchor="{anchor}">'
        f"{escape(label)}</text>"
    )

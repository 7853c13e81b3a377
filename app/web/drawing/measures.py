"""The measure, drawn to scale under a ruler as on a caliper, and the range on a ruler with named stops.

Geometry stands in attributes and colour in classes, so a strict content policy holds. Text never scales with a drawing:
places are percentages in an SVG without viewBox.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup, escape

from app.web.drawing.svg import svg

RULER_HEIGHT: Final = 12
TICKS: Final = 21
"""One at every twentieth of the full width."""


def measure_scale(
    before: float, after: float, *, ruler: bool = True, full: float = 0, ghost: float | None = None
) -> Markup:
    """Two bars from zero: what it was, what it became. The figures stand beside it in words.

    `full` is one common width, so that scales under each other can be compared. `ghost` is where an earlier version
    of the piece stood.
    """
    width = full or max(before, after) or 1
    top, height = (RULER_HEIGHT, 22) if ruler else (0, 8)
    was, became = _share(before, width), _share(after, width)
    parts = [f'<svg class="scale" width="100%" height="{height}" aria-hidden="true" focusable="false">']
    if ruler:
        parts += _ruler()
    parts += [_bar("scale__before", was, top, height), _bar("scale__after", became, top, height)]
    if after > before:  # a rise: a notch where it started
        parts.append(_stroke("scale__notch", was, top, height))
    if ghost is not None:
        parts.append(_stroke("scale__ghost", _share(ghost, width), max(0, top - 4), height))
    return svg(*parts, "</svg>")


def range_scale(
    low: float, high: float, *, start: float, end: float, stops: Sequence[tuple[float, str]], log: bool = False
) -> Markup:
    """From `low` to `high` on a ruler between `start` and `end`; `log` draws a slide rule, for amounts.

    Say the range in words beside it. On a slide rule `start` lies above zero.
    """
    place = _placing(start, end, log=log)
    parts = ['<svg class="scale scale--range" width="100%" height="46" aria-hidden="true" focusable="false">', _beam()]
    parts += [_tick(place(value), 4) for value in (_decades(start, end) if log else _even(start, end))]
    parts += [_stop(place(value), label) for value, label in stops]
    parts.append('<rect class="scale__before" x="0" y="12" width="100%" height="10"/>')
    parts.append(
        f'<rect class="scale__after" x="{place(low):.2f}%" y="12" '
        f'width="{max(1.0, place(high) - place(low)):.2f}%" height="10"/>'
    )
    return svg(*parts, "</svg>")


def _share(value: float, width: float) -> float:
    return min(100.0, max(0.0, 100 * value / width))


def _ruler() -> list[str]:
    ticks = [_beam()]
    for index in range(TICKS):
        length = 8 if index % 10 == 0 else 6 if index % 2 == 0 else 4
        # The outermost lines lie half a pixel inside, or the edge cuts them.
        at = ".5" if index == 0 else "99.85%" if index == TICKS - 1 else f"{index * 5}%"
        ticks.append(f'<line class="scale__tick" x1="{at}" x2="{at}" y1="0" y2="{length}"/>')
    return ticks


def _beam() -> str:
    return '<line class="scale__beam" x1="0" x2="100%" y1=".75" y2=".75"/>'


def _bar(name: str, share: float, top: int, height: int) -> str:
    return f'<rect class="{name}" x="0" y="{top}" width="{share:.1f}%" height="{height - top}"/>'


def _stroke(name: str, share: float, top: int, bottom: int) -> str:
    return f'<line class="{name}" x1="{share:.1f}%" x2="{share:.1f}%" y1="{top}" y2="{bottom}"/>'


def _tick(at: float, length: int) -> str:
    return f'<line class="scale__tick" x1="{at:.2f}%" x2="{at:.2f}%" y1="0" y2="{length}"/>'


def _stop(at: float, label: str) -> str:
    anchor = "start" if at < 4 else "end" if at > 96 else "middle"
    text = f'<text class="scale__label" x="{at:.2f}%" y="43" text-anchor="{anchor}">{escape(label)}</text>'
    return _tick(at, 8) + text


def _placing(start: float, end: float, *, log: bool) -> Callable[[float], float]:
    """Where a value stands, in percent of the width; what lies outside stands at the edge."""
    scale: Callable[[float], float] = math.log10 if log else float
    origin, extent = scale(start), scale(end) - scale(start)
    return lambda value: 100 * (scale(min(max(value, start), end)) - origin) / extent


def _even(start: float, end: float) -> list[float]:
    return [start + (end - start) * index / 26 for index in range(27)]


def _decades(start: float, end: float) -> list[float]:
    """1, 2 ... 9, 10, 20 ... 90 and so on: the lines of a slide rule."""
    first, last = math.floor(math.log10(start)), math.floor(math.log10(end))
    lines = (digit * 10.0**power for power in range(first, last + 1) for digit in range(1, 10))
    return [line for line in lines if start <= line <= end]

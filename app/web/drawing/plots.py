"""Plots of land as seen from the air above the peat colonies. Decoration: hidden from assistive technology."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from markupsafe import Markup

from app.web.drawing.svg import svg

STRIP_WIDTH: Final = 1200
STRIP_HEIGHT: Final = 120
SLANT: Final = 24
"""How far a plot leans to the right over the whole height of the strip."""

FIELD_WIDTH, FIELD_HEIGHT, FIELD_GAP = 108, 104, 8


def plot_pattern(seed: str) -> Markup:
    """A strip of land of its own: the same seed, such as a pilot's slug, always gives the same strip.

    One plot in it is yellow: this one, now.
    """
    dice = sha256(seed.encode()).digest()
    parts = [
        f'<svg class="plots" viewBox="0 0 {STRIP_WIDTH} {STRIP_HEIGHT}" width="100%" height="100%" '
        'preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">'
    ]
    left, index, yellow = -40, 0, 4 + dice[0] % 4
    while left < STRIP_WIDTH + 40:
        width = 46 + dice[index % 32] % 74
        parts += _strip_plot(dice, left, width, index, is_yellow=index == yellow)
        left, index = left + width, index + 1
    return svg(*parts, "</svg>")


def plot_field(columns: int = 5, rows: int = 4, *, empty: tuple[int, int] = (2, 2), seed: str = "404") -> Markup:
    """A field of plots with one left empty (row, column), for pages about something that is not there."""
    dice = sha256(seed.encode()).digest()
    parts = [
        f'<svg class="plots" viewBox="0 0 {columns * FIELD_WIDTH - 40} {rows * FIELD_HEIGHT - FIELD_GAP}" width="100%" '
        'height="100%" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">'
    ]
    width, height = FIELD_WIDTH - FIELD_GAP, FIELD_HEIGHT - FIELD_GAP
    for row in range(rows):
        for column in range(-1, columns + 1):
            x, y = column * FIELD_WIDTH + (rows - row) * 20 - 60, row * FIELD_HEIGHT
            tone = "pe" if (row, column) == empty else f"p{1 + dice[(row * 7 + column * 3) % 32] % 4}"
            parts.append(f'<path class="{tone}" d="M{x + 20} {y}h{width}l-20 {height}h-{width}z"/>')
    return svg(*parts, "</svg>")


def _strip_plot(dice: bytes, left: int, width: int, index: int, *, is_yellow: bool) -> Iterable[str]:
    """One plot of a strip: three in five are cut across by a path, and have two tones."""
    wide = width - 4
    tone = 1 + dice[(index + 7) % 32] % 4
    if dice[(index + 13) % 32] % 5 > 2:
        yield _shape("ps" if is_yellow else f"p{tone}", left, wide, 0, STRIP_HEIGHT)
        return
    cut = 34 + dice[(index + 3) % 32] % 52
    other = 1 + (tone + 1 + dice[(index + 5) % 32] % 2) % 4
    yield _shape(f"p{tone}", left, wide, 0, cut, end=cut - 2)
    yield _shape("ps" if is_yellow else f"p{other}", left, wide, cut, STRIP_HEIGHT, start=cut + 2)


def _shape(
    tone: str, left: int, wide: int, top: int, bottom: int, *, start: int | None = None, end: int | None = None
) -> str:
    """A leaning plot between two heights; `start` and `end` leave room for the path between two halves."""
    first, last = _lean(top), _lean(bottom)
    top, bottom = top if start is None else start, bottom if end is None else end
    return f'<path class="{tone}" d="M{left + first:.0f} {top}h{wide}L{left + wide + last:.0f} {bottom}h-{wide}z"/>'


def _lean(height: int) -> float:
    return SLANT * (1 - height / STRIP_HEIGHT)

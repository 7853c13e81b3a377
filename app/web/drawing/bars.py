"""Figures as small as a line of text: a bar for a share, a spark for a course."""

from collections.abc import Sequence

from markupsafe import Markup

from app.web.drawing.svg import svg


def bar(value: float, full: float, *, extra_class: str = "", height: int = 14) -> Markup:
    """A share of a whole. The figure stands beside it."""
    classes = f"bar {extra_class}".rstrip()
    share = 100 * value / full if full else 0
    return svg(
        f'<svg class="{classes}" width="100%" height="{height}" aria-hidden="true" focusable="false">'
        f'<rect class="bar__track" width="100%" height="{height}"/>'
        f'<rect class="bar__fill" width="{share:.1f}%" height="{height}"/></svg>'
    )


def spark(values: Sequence[float], *, width: int = 112, height: int = 32) -> Markup:
    """The course of a figure, as small as a word."""
    low, extent, last = min(values), (max(values) - min(values)) or 1, max(len(values) - 1, 1)
    points = [
        (4 + (width - 8) * at / last, height - 5 - (height - 10) * (value - low) / extent)
        for at, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return svg(
        f'<svg class="spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true" '
        f'focusable="false"><polyline class="line" points="{line}"/>'
        f'<circle class="dot" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="3.5"/></svg>'
    )

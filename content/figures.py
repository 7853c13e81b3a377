"""Figures in words: as many decimals as they need, with the signs that people write at them."""

from collections.abc import Sequence
from typing import Final

from app.core.language import current_language, number

DECIMALS: Final = 2
"""A figure is shown no finer than this."""


def figure_texts(values: Sequence[float], unit: str) -> list[str]:
    """Figures of one unit, all with as many decimals; a percent sign and a euro sign stand at the figure itself."""
    digits = max(map(_decimals, values))
    return [_figure_text(value, digits if value else 0, unit) for value in values]


def unit_text(unit: str) -> str:
    """What stands behind a figure; empty for a unit that stands at it."""
    return "" if unit in ("%", "EUR") else unit


def change_text(before: float, after: float) -> str:
    """The change in percent, `−74%`; empty when it started at zero, which has no percentage."""
    if before in (0, after):
        return ""
    change = 100 * (after - before) / abs(before)
    sign = "−" if change < 0 else "+"
    return f"{sign}{number(abs(change), 0 if abs(change) >= 1 else 1)}%"


def _figure_text(value: float, digits: int, unit: str) -> str:
    figure = number(value, digits)
    if unit == "EUR":
        return f"€\xa0{figure}" if current_language() == "nl" else f"€{figure}"
    return f"{figure}%" if unit == "%" else figure


def _decimals(value: float) -> int:
    _, _, fraction = f"{value:.{DECIMALS}f}".rstrip("0").partition(".")
    return len(fraction)

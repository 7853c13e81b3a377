"""Every pair of colours that is used together can be told apart, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from app.web.assets import STATIC

TEXT, GRAPHIC = 4.5, 3.0

COLOUR = r"(#[0-9a-f]{6})"
TOKENS = (STATIC / "css" / "tokens.css").read_text()
ROLES: dict[str, tuple[str, str]] = {
    **{name: (colour, colour) for name, colour in re.findall(rf"--([\w-]+): {COLOUR};", TOKENS)},
    **{
        name: (light, dark)
        for name, light, dark in re.findall(rf"--([\w-]+): light-dark\({COLOUR}, {COLOUR}\)", TOKENS)
    },
}

PAIRS: list[tuple[str, str, float]] = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in ("bg", "surface", "sunken", "plane")),
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in ("raised", "tint")),
    *(("ink", ground, TEXT) for ground in ("plane-2", "hit", "tint-2", "ok-bg")),
    ("ink-2", "error-bg", TEXT),
    *(("link", ground, TEXT) for ground in ("bg", "surface", "sunken", "plane", "tint", "warn-bg")),
    *(("map-label", ground, TEXT) for ground in ("plane", "plane-2", "plane-3")),
    *(("on-action", ground, TEXT) for ground in ("action", "action-hover")),
    *((ink, "plane-deep", TEXT) for ink in ("on-deep", "on-deep-2")),
    *((state, f"{state}-bg", TEXT) for state in ("ok", "warn", "error")),
    *((state, ground, TEXT) for state in ("ok", "warn", "error") for ground in ("bg", "surface")),
    *((state, "plane", TEXT) for state in ("ok", "warn")),
    ("error", "sunken", TEXT),
    *(("line-strong", ground, GRAPHIC) for ground in ("bg", "surface", "plane")),
    *(("focus", ground, GRAPHIC) for ground in ("bg", "surface", "plane", "sunken", "raised")),
    ("signal", "plane-deep", GRAPHIC),
    *(("measure-after", ground, GRAPHIC) for ground in ("bg", "surface", "plane")),
    *((line, "surface", GRAPHIC) for line in ("chart-1", "chart-2", "chart-3")),
    ("chart-2", "bg", GRAPHIC),
    ("measure-tick", "plane", GRAPHIC),
]


def luminance(colour: str) -> float:
    """Relative luminance of a hexadecimal colour (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 for the same colour, 21 for black on white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("ink", "ground", "needed"), PAIRS)
def test_a_pair_that_is_used_together_can_be_told_apart(ink: str, ground: str, needed: float) -> None:
    light, dark = zip(ROLES[ink], ROLES[ground], strict=True)
    assert min(contrast(*light), contrast(*dark)) >= needed

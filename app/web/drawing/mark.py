"""The mark in pixels, for browsers and phones that take no SVG. `python -m app.web.drawing.mark` writes the files.

The outcome is committed, so that nobody needs to run this; a test compares the two.
"""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

ICONS: Final = Path(__file__).parents[3] / "static" / "icons"
GRID: Final = 32
"""Units of the mark, in width and height; the same grid as `static/icons/mark.svg`."""
FINENESS: Final = 8
"""Drawn this many times larger and then made smaller: edges come out smooth."""

PLOTS: Final = (
    ("#3f5133", ((6.5, 2), (13.7, 2), (9.2, 30), (2, 30))),
    ("#70825a", ((16.2, 2), (22.4, 2), (19.7, 19), (13.5, 19))),
    ("#f7c323", ((25, 2), (31, 2), (28.3, 19), (22.3, 19))),
)
"""Three plots of land that make a P; colours of the light theme."""

PAPER: Final = "#f7f8f5"
TOUCH_SIZE, TOUCH_MARGIN = 180, 34
FAVICON_SIZES: Final = (16, 32, 48)
ICON_SIZES: Final = (192, 512)
"""Of the manifest. Phones cut them round: four fifths across, in the middle, are safe."""


def mark(size: int, *, margin: int = 0, paper: str | None = None) -> Image.Image:
    """The mark as a square of `size` pixels; without paper its ground is transparent."""
    large = Image.new("RGBA", (size * FINENESS, size * FINENESS), paper or (0, 0, 0, 0))
    scale = (size - 2 * margin) * FINENESS / GRID
    pen = ImageDraw.Draw(large)
    for colour, corners in PLOTS:
        pen.polygon([(margin * FINENESS + x * scale, margin * FINENESS + y * scale) for x, y in corners], fill=colour)
    return large.resize((size, size), Image.Resampling.LANCZOS)


def touch_icon() -> Image.Image:
    """For the home screen of a phone, which rounds the corners itself and wants no transparency."""
    return mark(TOUCH_SIZE, margin=TOUCH_MARGIN, paper=PAPER).convert("RGB")


def write(folder: Path) -> None:
    """Write `favicon.ico`, `touch.png` and the icons of the manifest into this folder."""
    images = [mark(size) for size in FAVICON_SIZES]
    images[-1].save(folder / "favicon.ico", append_images=images[:-1], sizes=[(size, size) for size in FAVICON_SIZES])
    for size in ICON_SIZES:
        mark(size, margin=round(size * 0.24), paper=PAPER).convert("RGB").save(
            folder / f"icon-{size}.png", optimize=True
        )
    touch_icon().save(folder / "touch.png", optimize=True)


if __name__ == "__main__":
    write(ICONS)

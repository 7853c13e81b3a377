"""The fonts of the site cut for paper: one weight and width each. `python -m app.web.paper.cuts` writes the files.

WeasyPrint knows no weights in between, and cutting takes a second for each. The outcome is committed, so that nobody
needs to run this; a test compares the two. OFL 1.1, as the fonts they are cut from.
"""

from io import BytesIO
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FONTS: Final = Path(__file__).parents[3] / "static" / "fonts"

CUTS: Final[dict[str, tuple[str, dict[str, float]]]] = {
    "text": ("archivo-var", {"wght": 420, "wdth": 100}),
    "bold": ("archivo-var", {"wght": 660, "wdth": 100}),
    "wide": ("archivo-var", {"wght": 660, "wdth": 112}),
    "read": ("literata-var", {"wght": 420, "opsz": 12}),
}
"""Name of a cut in sheet.css: the font of the site, and where on its axes."""


def cut(name: str) -> bytes:
    """One of them as WOFF2; the same font gives the same bytes."""
    file, axes = CUTS[name]
    with TTFont(FONTS / f"{file}.woff2", recalcTimestamp=False) as font:
        made = instantiateVariableFont(font, axes, inplace=True)
        made.flavor = "woff2"
        written = BytesIO()
        made.save(written)
    return written.getvalue()


def path_of(name: str) -> Path:
    """Where the file of a cut lies."""
    return FONTS / f"paper-{name}.woff2"


def write() -> None:
    """Write all of them."""
    for name in CUTS:
        path_of(name).write_bytes(cut(name))


if __name__ == "__main__":
    write()

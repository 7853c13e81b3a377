"""Contact sheets for looking: the design left, ours right, wide and narrow, light and dark.

    python -m tests.journeys.sheets OUT [--mocks FOLDER] [PAGE ...]

Not a test: starts the product, takes a picture of every page that has a mock, and lays each beside the design's picture
where FOLDER holds one (`home-1280.png`, `home-390.png`, `home-1280-donker.png`).
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.house import House
from tests.journeys.pages import BY_NAME
from tests.journeys.site import NARROW, WIDE, Site, browser_options, open_page

MOCKS: Final = {
    "home": "home",
    "search": "zoeken",
    "search-empty": "zoeken-leeg",
    "case": "artikel",
    "lesson": "les",
    "technology": "techniek",
    "topics": "onderwerpen",
    "topic": "onderwerp",
    "pilot": "proefproject",
    "map": "kaart",
    "organisations": "organisaties",
    "organisation": "organisatie",
    "person": "mensen",
    "compare": "vergelijk",
    "versions": "versies",
    "sign-in": "inloggen",
    "not-found": "404",
    "gone": "410",
}
"""Our page and the name of its picture in the design."""

VIEWS: Final = ((WIDE, "light", ""), (NARROW, "light", ""), (WIDE, "dark", "-donker"), (NARROW, "dark", "-donker"))

GAP: Final = 24
GROUND: Final = "#888888"


def pictures(site: Site, names: list[str], folder: Path) -> Iterator[tuple[Path, str]]:
    """A picture of each of these pages in each view, and what the design calls it."""
    for size, theme, ending in VIEWS:
        with site.page(viewport=size, color_scheme=theme) as page:
            for name in names:
                open_page(page, BY_NAME[name], "nl")
                page.evaluate("document.fonts.ready")
                target = folder / f"{name}-{size['width']}{ending}.png"
                page.screenshot(path=target, full_page=True)
                yield target, f"{MOCKS[name]}-{size['width']}{ending}.png"


def lay_beside(mock: Path, ours: Path) -> None:
    """Put the design's picture to the left of ours, in the file of ours."""
    left, right = Image.open(mock).convert("RGB"), Image.open(ours).convert("RGB")
    scale = right.width / left.width
    left = left.resize((right.width, round(left.height * scale)))
    sheet = Image.new("RGB", (left.width + GAP + right.width, max(left.height, right.height)), GROUND)
    sheet.paste(left, (0, 0))
    sheet.paste(right, (left.width + GAP, 0))
    sheet.save(ours)


def take(browser: Browser, base: str, out: Path, mocks: Path | None, names: list[str]) -> None:
    """Every sheet of these pages."""
    site = Site(browser, base)
    for ours, called in pictures(site, names, out):
        if mocks is not None and (mocks / called).exists():
            lay_beside(mocks / called, ours)
        print(ours)


def main() -> None:
    """See the head of this file."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("out", type=Path)
    reader.add_argument("--mocks", type=Path)
    reader.add_argument("pages", nargs="*", choices=[[], *MOCKS], default=[])
    told = reader.parse_intermixed_args()
    told.out.mkdir(parents=True, exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        house = House(Path(folder), "--examples").become_ready()
        try:
            browser = playwright.chromium.launch(executable_path=program, **browser_options())
            take(browser, f"http://127.0.0.1:{house.port}", told.out, told.mocks, told.pages or list(MOCKS))
            browser.close()
        finally:
            house.stop()


if __name__ == "__main__":
    main()

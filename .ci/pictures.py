"""Make the pictures of the front page of the repository from the running product: docs/pictures/*.png.

Starts a house of its own on a free port with the example content, looks at it with Chromium, and ends it.
"""

import io
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "pictures"
PAGES = {"home": "/en", "case": "/en/kennis/inline-vision-injection-moulding-terp"}
SIZE = (1200, 800)
COLOURS = 128
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Serve, look, end."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit("pictures: Chromium is missing: .ci/prepare test")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-u", "-m", "app", "serve", "--examples", "--port", "0"]
        environment = {"PROEFTUIN_DATA_DIR": folder, "PATH": "/usr/bin:/bin"}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as house:
            try:
                look(address_of(house), browser)
            finally:
                house.send_signal(signal.SIGINT)


def address_of(house: "subprocess.Popen[str]") -> str:
    """Where it answers, as it says itself once it does."""
    for line in house.stdout or ():
        if found := re.search(r"ready: (\S+)", line):
            return found[1]
    sys.exit("pictures: the house did not start; the reason stands above")


def look(address: str, browser: str) -> None:
    """Take each picture and keep it small."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
        for name, path in PAGES.items():
            answer = page.goto(address + path, wait_until="networkidle")
            if answer is None or not answer.ok:
                sys.exit(f"pictures: {path} is not there")
            with Image.open(io.BytesIO(page.screenshot())) as taken:
                taken.convert("RGB").quantize(COLOURS).save(TARGET / f"{name}.png", optimize=True)
        chromium.close()


if __name__ == "__main__":
    main()

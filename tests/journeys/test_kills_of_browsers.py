"""A browser that is killed while somebody types: what was called saved is there, and no more than seconds are lost."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response

from tests.counts import full
from tests.house import House, processes_of, until
from tests.journeys.site import Site, becomes, browser_options
from tests.journeys.test_writing import begin
from tests.web.filling import fields_of

pytestmark = pytest.mark.timeout(full(7200, 600))

KILLS: Final = full(200, 2)

MOST_LOST: Final = 5.0
"""Seconds of typing."""

TEXT: Final = "Tekst in Markdown"


class Typist:
    """Somebody who types words into a piece, each of them once, and notes when; and what the server said it kept."""

    def __init__(self) -> None:
        self.typed: list[tuple[str, float]] = []
        self.kept = ""

    def heard(self, answer: Response) -> None:
        """An answer to the editor: what was sent is kept once it is 200."""
        if answer.url.endswith("/bewaren") and answer.status == 200:
            self.kept = parse_qs(answer.request.post_data or "").get("body", [""])[0]

    def type_for(self, page: Page, seconds: float) -> None:
        """Type until so much time went by."""
        end = time.monotonic() + seconds
        page.get_by_label(TEXT).press("Control+End")
        while time.monotonic() < end:
            word = f"w{len(self.typed)}"
            page.keyboard.insert_text(f" {word}")
            self.typed.append((word, time.monotonic()))
            page.wait_for_timeout(40)

    def lost(self, texts: list[str], killed_at: float) -> float:
        """Seconds between the first word that stands in none of these texts and the end."""
        there = {word for text in texts for word in text.split()}
        return next((killed_at - at for word, at in self.typed if word not in there), 0.0)


@contextmanager
def browser_of_its_own(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """One with a profile that outlives it."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    context = browser.browser_type.launch_persistent_context(folder, executable_path=program, **browser_options())
    try:
        yield context
    finally:
        with suppress(Error):
            context.close()


def kill(folder: Path) -> None:
    """SIGKILL to every process of the browser with this profile."""
    while left := processes_of(folder):
        for number in left:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        time.sleep(0.01)


def opened(context: BrowserContext, at: str, cookies: Any) -> Page:
    """The editor, ready to be typed in."""
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(at)
    assert becomes(page, "!!document.querySelector('[data-editor]') && document.readyState === 'complete'")
    page.wait_for_timeout(200)
    return page


def test_a_browser_and_a_web_process_may_be_killed_while_somebody_types(
    site: Site, house: House, browser: Browser, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    chance, folder = random.Random(17), tmp_path / "profile"
    most, both, webs, words = 0.0, 0, 0, 0
    with site.page("femke") as page:
        cookies = page.context.cookies()
    at, typist = "", Typist()
    for turn in range(KILLS):
        if not at:
            with site.page("femke") as page:
                at, typist = begin(page), Typist()
        with browser_of_its_own(browser, folder) as context:
            page = opened(context, at, cookies)
            page.on("response", typist.heard)
            typist.type_for(page, chance.uniform(0.2, 6))
            if turn % 3 == 1:
                os.kill(house.children[0], signal.SIGKILL)
                webs += 1
            kill(folder)
            killed_at = time.monotonic()
        assert until(house.answers, 40)
        with browser_of_its_own(browser, folder) as context:
            page = opened(context, at, cookies)
            shown = page.get_by_label(TEXT).input_value()
            there = fields_of(context.request.get(at).text(), "stuk")["body"][0]
            is_asked = page.locator("#let-op").is_visible() and "Iemand anders" in page.locator("#let-op").inner_text()
        lost = typist.lost([shown, there], killed_at)
        most, both, words = max(most, lost), both + is_asked, words + len(typist.typed)
        assert set(typist.kept.split()) <= set(there.split()), "acknowledged"
        assert lost <= MOST_LOST, (turn, lost)
        # What got lost is typed again, as somebody would; and now and then another piece is begun.
        typist.typed = [(word, when) for word, when in typist.typed if word in shown.split()]
        at = "" if turn % 10 == 9 or is_asked else at
    record_property("kills", f"{KILLS} of browsers, {webs} of the web process beside them")
    record_property("most seconds of typing lost", round(most, 1))
    record_property("both texts shown afterwards", both)
    record_property("words typed", words)


def test_whoever_counts_what_is_lost_finds_it() -> None:
    """The control."""
    typist = Typist()
    typist.typed = [("w0", 10.0), ("w1", 11.0), ("w2", 12.5)]
    assert typist.lost(["w0 w1", "w2"], 13.0) == 0
    assert typist.lost(["w0", "w2"], 13.0) == 2.0

"""The product as a browser sees it: visits under chosen circumstances, by somebody, with an ear on what goes wrong."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.journeys.pages import PageType

WIDE: Final = {"width": 1280, "height": 900}
NARROW: Final = {"width": 390, "height": 844}
NARROWEST: Final = {"width": 360, "height": 740}

SECONDS: Final = 30
"""For one step of a page, on a machine that does more than this."""

Theme = Literal["light", "dark"]

AXE: Final = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

RUN_AXE: Final = """async (rules) => {
  await document.fonts.ready;
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const found = await axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
  return found.violations.map((rule) => [rule.id, ...rule.nodes.slice(0, 4).map(
    (node) => node.target.join(" ") + ": " + node.failureSummary.split("\\n").slice(1, 3).join(" ").trim())]);
}"""


def browser_options() -> dict[str, Any]:
    """How Chromium starts: without a window, without anything that it would do of its own accord."""
    quiet = ("gpu", "quic", "background-networking", "component-update", "sync")
    options = [*(f"--disable-{what}" for what in quiet), "--no-first-run"]
    return {"args": [*options, "--no-sandbox"] if os.geteuid() == 0 else options}


@dataclass
class Trouble:
    """What a page complained about, asked of others or did not get."""

    base: str
    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Hear everything from now on."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        # That the address itself answers 404 or 410 is what was asked for, and no fault of the page.
        if message.type in ("error", "warning") and not self._is_of_the_document(message):
            self.console.append(f"{message.type}: {message.text}")

    def _is_of_the_document(self, message: ConsoleMessage) -> bool:
        told = message.location.get("url", "") if message.location else ""
        return message.text.startswith("Failed to load resource") and told == self._document

    _document = ""

    def _asked(self, request: Request) -> None:
        if request.is_navigation_request():
            self._document = request.url
        if not request.url.startswith((self.base + "/", "data:", "blob:")):
            self.elsewhere.append(request.url)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # one that another took the place of
            self.refused.append(f"{request.failure} {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.refused.append(f"{response.status} {response.url}")

    @property
    def all(self) -> list[str]:
        """Everything heard."""
        return [*self.console, *self.elsewhere, *self.refused]


class Site:
    """The product at `base`."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser = browser
        self.base = base
        self._sessions: dict[str, Any] = {}
        self._shared: dict[str, BrowserContext] = {}

    @contextmanager
    def page(self, person: str = "", **circumstances: Any) -> Iterator[Page]:
        """A browser of its own for somebody; `circumstances` as Playwright names them."""
        context = self._context(person, **circumstances)
        try:
            yield context.new_page()
        finally:
            context.close()

    @contextmanager
    def tab(self, person: str = "") -> Iterator[Page]:
        """A tab beside others in one browser, for what leaves no trace in it: a new browser takes its time."""
        if person not in self._shared:
            self._shared[person] = self._context(person)
        page = self._shared[person].new_page()
        try:
            yield page
        finally:
            page.close()

    def _context(self, person: str, **circumstances: Any) -> BrowserContext:
        if person:
            circumstances["storage_state"] = self._session_of(person)
        chosen = {"viewport": WIDE, "reduced_motion": "reduce", "locale": "nl-NL"} | circumstances
        context = self.browser.new_context(base_url=self.base, **chosen)
        context.set_default_timeout(SECONDS * 1000)
        return context

    def _session_of(self, person: str) -> Any:
        if person not in self._sessions:
            with self.page() as page:
                sign_in(page, person)
                self._sessions[person] = page.context.storage_state()
        return self._sessions[person]

    def close(self) -> None:
        """Close what is shared."""
        for context in self._shared.values():
            context.close()


def becomes(page: Page, expression: str, seconds: float = SECONDS) -> bool:
    """Whether this becomes true in the page. Playwright's own way evaluates words there, which our policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > end:
            return False
        page.wait_for_timeout(50)
    return True


def sign_in(page: Page, person: str, language: str = "nl") -> None:
    """Sign in as an example person, through the page for it."""
    page.goto("/inloggen" if language == "nl" else "/en/inloggen")
    page.locator(f"form:has(input[name=person][value={person}]) button").click()
    page.wait_for_url(lambda url: "inloggen" not in url)


def open_page(page: Page, wanted: PageType, language: str) -> None:
    """Go there, and be sure that it is that page."""
    answer = page.goto(wanted.address(language))
    assert answer is not None
    assert answer.status == wanted.status, (wanted.name, language, answer.status)


def violations(page: Page) -> list[list[str]]:
    """What axe finds on the page as it stands now: each rule with the first places that break it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)  # evaluated by the debugger, so the page keeps its policy
    found: list[list[str]] = page.evaluate(RUN_AXE, list(RULES))
    return found

"""Watching: a browser that notes what ran of what others wrote, and what was asked of anybody else."""

from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.journeys.site import SECONDS

HANDLES: Final = """() => [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes]
  .filter(({ name, value }) => /^(on|hx-on|data-hx-on|@|v-|ng-|x-)/i.test(name) || name === "srcdoc"
    || (/^(href|src|action|formaction|xlink:href|data)$/i.test(name)
      && /^\\s*(javascript|vbscript|data):/i.test(value)))
  .map(({ name, value }) => `${one.tagName} ${name}=${value}`))"""
"""What would run on a click, or as soon as somebody else's library looks at it."""

SETTLED: Final = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))"


class Watch:
    """A browser that notes what ran, and what was asked of others."""

    def __init__(self, browser: Browser, base: str, *, bypass_csp: bool, **circumstances: Any) -> None:
        self.base = base
        self.ran: list[str] = []
        self.asked: list[str] = []
        self.said: list[str] = []
        self.shown = 0
        self.context: BrowserContext = browser.new_context(base_url=base, bypass_csp=bypass_csp, **circumstances)
        self.context.set_default_timeout(SECONDS * 1000)
        self.context.expose_binding("xss", lambda source, *_: self.ran.append(source["page"].url))
        self.context.route(lambda address: not address.startswith(f"{base}/"), self._refuse)
        self.page: Page = self.context.new_page()
        self.page.on("dialog", lambda dialog: dialog.dismiss())
        self.page.on("console", lambda message: self.said.append(message.text))

    def _refuse(self, route: Route) -> None:
        self.asked.append(route.request.url)
        route.abort()

    def open(self, address: str) -> list[str]:
        """Go there; what on the page would run on a click."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status < 500, address
        self.shown += answer.status in (200, 410)
        return self.settled()

    def settled(self) -> list[str]:
        """What on the page would run on a click, once what runs by itself has run."""
        self.page.evaluate(SETTLED)
        found: list[str] = self.page.evaluate(HANDLES)
        return found

    @property
    def forbidden(self) -> list[str]:
        """What the policy of a page kept from happening."""
        return [said for said in self.said if "Content Security Policy" in said]

"""Every page of the application is visited, and asks for nothing that it should not."""

from playwright.sync_api import Page

from app.web import pages
from tests.journeys.pages import TYPES, PageType, every_page, is_page
from tests.journeys.site import NARROWEST, WIDE, Site, Trouble, open_page

GONE_IN_PRINT = (".site-nav", ".site-tools", ".site-head__search", ".searchbox", ".skip", ".site-foot nav", ".pager")

WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1)
    .slice(-5).map((one) => `${one.tagName}.${one.getAttribute("class")}`);
}"""
"""What sticks out, when the page can be moved sideways."""


def routes() -> set[str]:
    """What a GET is answered at."""
    every = [route for router in pages.ROUTERS for route in router.routes]
    return {route.path for route in every if "GET" in (getattr(route, "methods", None) or ())}


def shown(page: Page, selectors: tuple[str, ...]) -> list[str]:
    return [each for each in selectors if page.locator(f"{each}:visible").count()]


def test_every_page_of_the_application_is_in_the_list() -> None:
    assert {route for route in routes() if is_page(route)} == {page.route for page in TYPES if page.route}


@every_page()
def test_a_page_is_quiet_and_fits_the_narrowest_phone_a_desk_and_paper(
    site: Site, wanted: PageType, language: str
) -> None:
    with site.tab(wanted.person) as page:
        trouble = Trouble(site.base)
        trouble.listen(page)
        page.set_viewport_size(NARROWEST)
        open_page(page, wanted, language)
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate(WIDER) == []
        page.set_viewport_size(WIDE)
        assert page.evaluate(WIDER) == []
        page.emulate_media(media="print")
        assert page.locator("main h1").first.is_visible()
        assert shown(page, GONE_IN_PRINT) == []
        assert trouble.all == []


def test_trouble_is_heard(site: Site) -> None:
    with site.page() as page:
        trouble = Trouble(site.base)
        trouble.listen(page)
        page.goto("/inloggen")
        page.evaluate(
            """async () => {
              console.error("a fault");
              const image = new Image();
              image.src = "http://elsewhere.example/x.png";
              await fetch("/static/none/none.css");
              document.body.append(Object.assign(document.createElement("p"), { className: "wide" }));
            }"""
        )
        page.wait_for_timeout(200)
        assert any("a fault" in said for said in trouble.console)
        assert any("Content Security Policy" in said for said in trouble.console)
        assert trouble.elsewhere == ["http://elsewhere.example/x.png"]
        assert f"404 {site.base}/static/none/none.css" in trouble.refused


def test_what_sticks_out_is_found(site: Site) -> None:
    with site.page() as page:
        page.goto("/inloggen")
        page.evaluate("document.querySelector('h1').textContent = 'a'.repeat(400)")
        page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
        assert page.evaluate(WIDER) != []

"""A passkey on a device that Chromium plays: made in the settings, shown on the way in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.house import House, until
from tests.journeys.site import SECONDS, Trouble

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAIL = "femke.hoekstra@kennislab-slim-maken.example"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with a name: browsers make no passkeys for a number."""
    # Nothing is searched for here, so no engine is started: nobody listens on the port of discarding (RFC 863).
    told = {"PROEFTUIN_HOST": "localhost", "PROEFTUIN_SEARCH_URL": "http://127.0.0.1:9"}
    house = House(tmp_path_factory.mktemp("named"), "--examples", **told)
    try:
        yield house.become_ready()
    finally:
        house.stop()


def address(house: House) -> str:
    found = re.search(r"is ready: (http://localhost:\d+)", house.said.read_text())
    assert found
    return found[1]


@pytest.fixture
def page(named: House, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=address(named), locale="nl-NL")
    context.set_default_timeout(SECONDS * 1000)
    yield context.new_page()
    context.close()


def device(page: Page) -> Any:
    """A device with a finger that always fits; what speaks to it."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return client


def first_step(page: Page, house: House) -> None:
    """Ask for a code, read it in the letter, type it."""
    before = set(mails(house))
    page.goto("/inloggen")
    page.get_by_label("Je e-mailadres op het werk").fill(MAIL)
    page.get_by_role("button", name="Stuur mij een code").click()
    page.wait_for_url("**/inloggen/code")
    until(lambda: bool(set(mails(house)) - before), 30)
    (path,) = set(mails(house)) - before
    code = re.search(r"^    (\d{3} \d{3})\r?$", path.read_text("utf-8"), re.MULTILINE)
    assert code
    page.get_by_label("Code uit de mail").fill(code[1])
    page.get_by_role("button", name="Inloggen", exact=True).click()


def mails(house: House) -> list[Path]:
    return sorted((house.data_dir / "mail").glob("*-sign_in_code.eml"))


def test_a_passkey_is_made_and_from_then_on_asked_for(page: Page, named: House) -> None:
    trouble = Trouble(address(named))
    trouble.listen(page)
    device(page)
    first_step(page, named)
    page.wait_for_url("**/")
    page.goto("/instellingen/tweede-stap")
    page.get_by_label("Naam, om hem te herkennen").fill("Mijn telefoon")
    page.get_by_role("button", name="Voeg een passkey toe").click()
    page.get_by_role("heading", name="Bewaar je herstelcodes").wait_for()
    recovery = page.locator(".recovery code").all_inner_texts()
    assert len(recovery) == 10
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    assert page.get_by_role("heading", name="Mijn telefoon").is_visible()

    page.get_by_role("button", name="Mijn account").click()
    page.get_by_role("button", name="Uitloggen").first.click()
    first_step(page, named)
    page.wait_for_url("**/inloggen/tweede-stap")
    page.get_by_role("button", name="Toon je passkey").click()
    page.wait_for_url(lambda url: "inloggen" not in url)
    page.goto("/instellingen/tweede-stap")
    assert page.get_by_text("Laatst gebruikt op").is_visible()
    assert trouble.all == []

    # Another device, which has no such key.
    with_other = page.context.browser
    assert with_other is not None
    context = with_other.new_context(base_url=address(named), locale="nl-NL")
    other = context.new_page()
    device(other)
    first_step(other, named)
    other.wait_for_url("**/inloggen/tweede-stap")
    other.get_by_role("button", name="Toon je passkey").click()
    other.get_by_role("alert").get_by_text("Er is geen passkey getoond.").wait_for()
    other.goto("/instellingen/sessies")
    assert "/inloggen" in other.url
    other.goto("/inloggen/tweede-stap")
    other.get_by_label("Een herstelcode").fill(recovery[0])
    other.get_by_role("button", name="Inloggen", exact=True).click()
    other.wait_for_url(lambda url: "inloggen" not in url)
    context.close()

"""A company like ours: three questions lead to cases of comparable companies, widened with a word about it."""

import re
from collections.abc import Iterator

import pytest
from sqlmodel import select

from app.core.database import Database
from app.core.language import speaking
from app.web.company import company_form
from content.models import Piece
from search.keeping import file
from tests.web.client import Client
from tests.web.looking import look

pytestmark = pytest.mark.whole

ASKED = "/zoeken?ons=1&soort=praktijkcase"


@pytest.fixture
def client(seeded: Database) -> Iterator[Client]:
    """Someone passing by where the search has read everything; there is no engine."""
    with seeded.reading() as session:
        pieces = session.exec(select(Piece.id)).all()
    file(pieces)
    with Client() as client:
        yield client


def titles(client: Client, path: str) -> set[str]:
    return {link for link in look(client, path).links if re.fullmatch(r"(/en)?/kennis/[a-z0-9-]+", link)}


def facts(client: Client) -> list[tuple[str, str, str]]:
    """Size, sector and province of cases, as their facets count them: triples that one case has."""
    found = []
    cases = client.get("/api/v1/search?kind=case_study&limit=1").json()["facets"]
    for size in (each["value"] for each in cases["size"] if each["count"]):
        for province in (each["value"] for each in cases["province"] if each["count"]):
            told = client.get(f"/api/v1/search?kind=case_study&size={size}&province={province}&limit=1").json()
            found += [(size, one["value"], province) for one in told["facets"]["sector"] if one["count"]]
    return found


def test_home_and_search_ask_for_size_sector_and_province(client: Client) -> None:
    for path in ("/", "/zoeken?q=cobot", "/en", "/en/zoeken"):
        text = client.get(path).text
        for name in ("grootte", "sector", "provincie"):
            assert f'id="ons-{name}" name="{name}"' in text, path
        assert 'name="soort" value="praktijkcase"' in text
        assert ("A company like ours" if path.startswith("/en") else "Een bedrijf als het onze") in text


def test_what_fits_is_what_the_search_finds_for_it_and_nothing_is_said(client: Client) -> None:
    size, sector, province = facts(client)[0]
    chosen = f"grootte={size}&sector={sector}&provincie={province}"
    assert titles(client, f"{ASKED}&{chosen}") == titles(client, f"/zoeken?soort=praktijkcase&{chosen}") != set()
    assert "als we niet letten op" not in client.get(f"{ASKED}&{chosen}").text


def test_when_nothing_fits_the_place_goes_first_and_the_page_says_so(client: Client) -> None:
    known = facts(client)
    pairs = {(size, sector) for size, sector, _province in known}
    size, sector, province = next(
        (size, sector, province)
        for size, sector in sorted(pairs)
        for province in ("drenthe", "fryslan", "groningen")
        if (size, sector, province) not in known
    )
    path = f"{ASKED}&grootte={size}&sector={sector}&provincie={province}"
    text = look(client, path).text
    assert "Deze passen als we niet letten op: provincie." in text
    assert titles(client, path) == titles(client, f"/zoeken?soort=praktijkcase&grootte={size}&sector={sector}")
    assert f'<option value="{province}" selected>' in client.get(path).text  # the form keeps what was asked
    english = look(client, "/en" + path).text
    assert "These fit when we do not look at the province." in english


def test_a_sector_that_nobody_shares_leads_to_the_rest(client: Client, seeded: Database) -> None:
    used = {sector for _size, sector, _province in facts(client)}
    with seeded.reading() as session, speaking("nl"):
        sectors = next(each for each in company_form(session).selects if each.name == "sector").options
    unused = next(value for value, _label, _chosen in sectors if value not in used)
    size, _sector, province = facts(client)[0]
    text = look(client, f"{ASKED}&grootte={size}&sector={unused}&provincie={province}").text
    assert "Deze passen als we niet letten op: sector." in text
    alone = look(client, f"{ASKED}&sector={unused}").text
    assert "als we niet letten op" not in alone  # with nothing left of the question there is nothing to say
    assert "Niets gevonden" in alone


def test_nothing_is_widened_unless_it_was_asked_for(client: Client) -> None:
    text = look(client, "/zoeken?soort=praktijkcase&grootte=1-9&sector=99&provincie=drenthe&onderwerp=cobots").text
    assert "als we niet letten op" not in text


def test_nothing_chosen_is_every_case(client: Client) -> None:
    empty = f"{ASKED}&grootte=&sector=&provincie="
    assert titles(client, empty) == titles(client, "/zoeken?soort=praktijkcase")


def test_the_words_of_a_search_go_along(client: Client) -> None:
    text = client.get("/zoeken?q=cobot").text
    form = text[text.index("data-company") : text.index("</form>", text.index("data-company"))]
    assert '<input type="hidden" name="q" value="cobot">' in form

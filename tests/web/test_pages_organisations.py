import re

import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.models import Admission, Organisation
from tests.web.client import Client
from tests.web.looking import Page, look


def listed(page: Page) -> set[str]:
    return {link.rpartition("/")[2] for link in page.links if re.fullmatch(r"/organisaties/[\w-]+", link)}


def test_members_and_those_named_in_a_source_stand_apart(client: Client, seeded: Database) -> None:
    page = look(client, "/organisaties")
    with seeded.reading() as session:
        shown = {one.slug for one in session.exec(select(Organisation))}
    assert listed(page) == shown
    assert "18 organisaties doen mee." in page.text
    assert page.headings.index("Terp Kunststoffen") < page.headings.index("Genoemd in openbare bron")
    assert page.headings.index("TNO") > page.headings.index("Genoemd in openbare bron")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("provincie=drenthe&soort=mbo-instelling-of-skillslab", {"skillslab-het-werkplein"}),
        ("sector=27", {"philips-drachten"}),
        ("provincie=groningen&soort=universiteit", {"rug"}),
    ],
)
def test_a_native_form_narrows_them(client: Client, query: str, found: set[str]) -> None:
    assert listed(look(client, f"/organisaties?{query}")) == found


def test_what_is_chosen_stays_chosen(client: Client) -> None:
    html = client.get("/organisaties?provincie=drenthe").text
    assert '<option value="drenthe" selected>Drenthe</option>' in html


def test_an_unknown_choice_is_left_out_and_said(client: Client) -> None:
    page = look(client, "/organisaties?provincie=limburg&sector=%22%3E")
    assert "Een van de keuzes kennen we niet; die hebben we weggelaten." in page.text
    assert "terp-kunststoffen" in listed(page)


def test_nobody_is_said_with_a_way_back(client: Client) -> None:
    page = look(client, "/organisaties?provincie=drenthe&soort=universiteit")
    assert "Niemand past bij deze keuzes" in page.text
    assert "/organisaties" in page.links


def test_who_applied_is_not_there(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        one = session.exec(select(Organisation).where(Organisation.slug == "terp-kunststoffen")).one()
        one.admission = Admission.APPLIED
    page = look(client, "/organisaties")
    assert "terp-kunststoffen" not in listed(page)
    assert "17 organisaties doen mee." in page.text


def test_every_mark_on_the_map_stands_in_the_list_too(client: Client) -> None:
    html = client.get("/organisaties").text
    drawing = html[html.index('<svg class="map"') : html.index('class="map-list"')]
    marked = re.findall(
        r'<svg x="([\d.]+%)" y="([\d.]+%)" overflow="visible"><a href="/organisaties/([\w-]+)"', drawing
    )
    assert {slug for _x, _y, slug in marked} <= listed(look(client, "/organisaties"))
    assert len({(x, y) for x, y, _slug in marked}) == len(marked) > 30


def test_an_organisation_says_what_it_shares_and_where_it_belongs(client: Client) -> None:
    page = look(client, "/organisaties/terp-kunststoffen")
    assert "2 praktijkcases, 1 les" in page.text
    assert "Bezoek welkom" in page.text
    assert "/organisaties?provincie=fryslan" in page.links
    assert {"/proefprojecten/nul-fouten", "/mensen/baukje", "/onderwerpen/machine-vision"} <= set(page.links)


def test_english_words_stand_on_the_english_page(client: Client) -> None:
    page = look(client, "/en/organisaties")
    assert "18 organisations take part." in page.text
    assert "/en/organisaties/terp-kunststoffen" in page.links

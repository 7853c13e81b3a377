import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.models import User
from content.subjects import Pilot
from tests.web.client import Client
from tests.web.looking import look

REAL = ("simulatie-scheerhoofd", "personalized-vision", "smart-sailing", "iris-medicijnscanner")


def test_all_ten_are_in_the_list_and_on_the_map(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        wanted = {f"/proefprojecten/{slug}" for slug in session.exec(select(Pilot.slug))}
    assert len(wanted) == 10
    assert wanted <= set(look(client, "/proefprojecten").links)
    assert wanted <= set(look(client, "/kaart").links)


def test_they_stand_by_how_far_they_are(client: Client) -> None:
    headings = look(client, "/proefprojecten").headings
    places = [headings.index(title) for title in ("Loopt nu", "Afgerond", "Bekend uit openbare bronnen")]
    assert places == sorted(places)


def test_the_map_has_a_list_with_the_same_places(client: Client) -> None:
    html = client.get("/kaart").text
    drawing = html[html.index('<svg class="map"') : html.index('class="map-list"')]
    marked = {part.split('"')[0] for part in drawing.split('<a href="')[1:]}
    assert len(marked) == 6
    assert marked <= set(look(client, "/kaart").links)
    assert "Plaats niet genoemd" in look(client, "/kaart").headings


def test_a_pilot_shows_its_goals_against_their_targets(client: Client) -> None:
    page = look(client, "/proefprojecten/casco-digitaal")
    assert "Herstelwerk per sectie 118 uur 64 uur 50 uur 79 procent van de weg" in page.text.replace("\xa0", " ")
    assert "Loopt, fase 3 van 4" in page.text
    assert "Fase 3: testen op de vloer" in page.headings
    assert "Sinds mei 2025, nu bezig" in page.text
    assert "€ 720.000" in page.text.replace("\xa0", " ")
    assert "Nummer 9" in page.text


def test_a_goal_that_was_passed_says_so(client: Client) -> None:
    assert "doel gehaald" in look(client, "/proefprojecten/lascel-kleine-series").text


@pytest.mark.parametrize("slug", REAL)
def test_a_real_one_says_no_more_than_its_sources_and_links_them(client: Client, seeded: Database, slug: str) -> None:
    with seeded.reading() as session:
        pilot = session.exec(select(Pilot).where(Pilot.slug == slug)).one()
        sources, summary = list(pilot.sources), pilot.summary
    page = look(client, f"/proefprojecten/{slug}")
    assert set(sources) <= set(page.links)
    assert summary in page.text
    absent = {
        "Doel en stand",
        "Verloop",
        "Waar",
        "Budget",
        "Contact",
        "De les tot nu toe",
        "Wat het tot nu toe opleverde",
    }
    assert not absent & set(page.headings)


def test_feeds_are_announced(client: Client) -> None:
    html = client.get("/proefprojecten/casco-digitaal").text
    assert 'type="application/atom+xml" href="/feeds/proefproject/casco-digitaal.atom"' in html


def test_a_contact_who_wants_no_page_is_named_to_signed_in_people_only(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        eppo = session.exec(select(User).where(User.handle == "eppo")).one()
        eppo.has_profile = False
        femke = session.exec(select(User).where(User.handle == "femke")).one()
    assert "Eppo" not in look(client, "/proefprojecten/casco-digitaal").text
    client.sign_in(femke)
    page = look(client, "/proefprojecten/casco-digitaal")
    assert "Eppo Bolhuis" in page.text
    assert "/mensen/eppo" not in page.links


def test_what_it_brought_is_what_this_reader_may_see(client: Client, seeded: Database) -> None:
    assert "Alle 7 stukken" in look(client, "/proefprojecten/papierloze-werkvloer").text
    with seeded.reading() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
    client.sign_in(sjoerd)
    assert "Alle 9 stukken" in look(client, "/proefprojecten/papierloze-werkvloer").text


def test_a_site_without_pilots_says_so(database: Database) -> None:
    with Client() as client:
        assert "Hier staat nog niets" in look(client, "/proefprojecten").text
        assert "Hier staat nog niets" in look(client, "/kaart").text
        look(client, "/proefprojecten/casco-digitaal", status=404)

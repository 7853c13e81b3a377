import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.models import User
from content.models import Article
from content.publishing import publish
from content.writing import revise, save_draft
from tests.cast import Cast, content, published
from tests.web.client import Client
from tests.web.looking import look

ESDOORN = "/kennis/papierloze-werkorder-esdoorn/versies"


def test_what_changed_is_told_in_figures_fields_and_words(client: Client) -> None:
    html = client.get(ESDOORN).text
    page = look(client, ESDOORN)
    assert "Cijfers bijgewerkt na een halfjaar en de kosten per post toegevoegd." in page.text
    assert '<del>19</del> <ins><strong class="measure__after">12</strong></ins>' in html
    assert html.count('class="scale__ghost"') == 3
    assert "<del>€\xa049.000</del>" in html
    assert "<ins>€\xa058.000</ins>" in html
    assert "Een derde van de bewerkingstijden" in html
    assert "<p>Wifi viel weg tussen de plaatzaag en de kantenlijmer.</p>" in html
    assert "orders van vandaag<ins>, in de volgorde van de planning</ins>;" in html
    assert "<h3><ins>Wat het kostte</ins></h3>" in html
    assert "De situatie niet gewijzigd" in page.text
    assert "Jaarlijkse kosten (€\xa011.400)" in html


def test_every_version_has_its_address(client: Client) -> None:
    page = look(client, ESDOORN)
    base = "/kennis/papierloze-werkorder-esdoorn/v/"
    assert {f"{base}1", f"{base}2", f"http://proeftuin.example{base}1"} <= set(page.links)


@pytest.mark.parametrize("query", ["?van=1&naar=2", "?van=2&naar=1", "?van=1", "?naar=2", "?naar=1"])
def test_the_older_one_stands_first_whatever_was_chosen(client: Client, query: str) -> None:
    html = client.get(ESDOORN + query).text
    assert '<option value="1" selected>Versie 1, 19 november 2024</option>' in html
    assert '<option value="2" selected>Versie 2, 17 juni 2025</option>' in html


@pytest.mark.parametrize("query", ["?van=7", "?van=abc&naar=-1", "?naar=%27%3E"])
def test_a_version_that_is_not_there_is_left_out_and_said(client: Client, query: str) -> None:
    page = look(client, ESDOORN + query)
    assert "Een van deze versies kennen we niet" in page.text
    assert "Meetwaarden" in page.headings


def test_the_same_twice_is_no_comparison(client: Client) -> None:
    assert "Kies twee verschillende versies." in look(client, f"{ESDOORN}?van=2&naar=2").text


def test_a_piece_with_one_version_says_so(client: Client) -> None:
    page = look(client, "/kennis/begin-met-een-nulmeting/versies")
    assert "Er is één versie" in page.text
    assert "/kennis/begin-met-een-nulmeting/v/1" in page.links


def test_a_text_in_another_language_is_marked_as_such(client: Client) -> None:
    html = client.get(f"/en{ESDOORN}").text
    assert "What changed" in html
    assert '<div class="prose prose--small" lang="nl">' in html


def test_a_piece_leads_to_what_changed_when_something_did(client: Client) -> None:
    assert ESDOORN in look(client, "/kennis/papierloze-werkorder-esdoorn").links
    assert "/kennis/begin-met-een-nulmeting/versies" not in look(client, "/kennis/begin-met-een-nulmeting").links


def test_words_of_others_are_words(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = published(session, cast, body="## Kop\n\nGewoon een zin.")
        hostile = content(body="## Kop <script>\n\nGewoon `<img src=x onerror=alert(1)>` een zin.", title="<b>Titel")
        save_draft(session, article, hostile, by=cast.femke)
        revise(session, article, by=cast.femke, note="<i>Aanpassing")
        publish(session, article, by=cast.femke)
        slug = article.slug
    with Client() as client:
        html = client.get(f"/kennis/{slug}/versies").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "<i>Aanpassing" not in html


def test_only_published_versions_are_told(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = published(session, cast, body="## Kop\n\nEen.")
        save_draft(session, article, content(body="## Kop\n\nEen geheim."), by=cast.femke)
        revise(session, article, by=cast.femke, note="Nog niet klaar")
        slug = article.slug
        femke = session.exec(select(User).where(User.handle == "femke")).one()
    with Client() as client:
        client.sign_in(femke)
        answer = client.get(f"/kennis/{slug}/versies?van=1&naar=2")
    assert "geheim" not in answer.text
    assert "Nog niet klaar" not in answer.text


def test_a_hidden_piece_has_no_versions(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        hidden = session.exec(select(Article.slug).where(Article.visibility == "members")).first()
    look(client, f"/kennis/{hidden}/versies", status=404)
    look(client, "/kennis/is-er-niet/versies", status=404)
    assert client.get("/kennis/rfid-op-elk-product/versies").status_code == 410

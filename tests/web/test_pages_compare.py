from urllib.parse import urlencode

import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.models import User
from content.models import Article
from tests.web.client import Client
from tests.web.looking import Page, look

TERP, TURFSCHIP = "inline-vision-spuitgieten-terp", "thermoplastic-press-forming-window-turfschip"
WOLDZICHT, ESDOORN, REITDIEP = (
    "oee-meten-verspaning-woldzicht",
    "papierloze-werkorder-esdoorn",
    "trillingsmeting-pompen-reitdiep",
)
MEMBERS_ONLY = "unattended-machine-tending-woldzicht"


def address(*slugs: str) -> str:
    return f"/vergelijk?{urlencode([('stuk', slug) for slug in slugs])}"


def compared(client: Client, *slugs: str) -> Page:
    return look(client, address(*slugs))


@pytest.mark.parametrize(
    ("slugs", "title"),
    [
        ((TERP, WOLDZICHT), "Twee cases naast elkaar"),
        ((TERP, TURFSCHIP, WOLDZICHT), "Drie cases naast elkaar"),
        ((TERP, TURFSCHIP, WOLDZICHT, ESDOORN), "Vier cases naast elkaar"),
    ],
)
def test_two_to_four_cases_stand_side_by_side(client: Client, slugs: tuple[str, ...], title: str) -> None:
    page = compared(client, *slugs)
    assert page.headings[0] == title
    assert {f"/kennis/{slug}" for slug in slugs} <= set(page.links)
    assert "weggelaten" not in page.text


def test_a_row_has_one_scale_and_says_what_was_not_measured(client: Client) -> None:
    page = compared(client, TERP, TURFSCHIP, WOLDZICHT)
    assert "Uitval schaal 0 tot 10%" in page.text
    assert "Niet gemeten" in page.text
    assert "Keurtijd eenheden verschillen, eigen schaal" in page.text
    assert "Noordelijk Instituut voor Productietechniek" in page.text


def test_a_case_can_be_taken_away_and_another_put_beside(client: Client) -> None:
    page = compared(client, TERP, TURFSCHIP, WOLDZICHT)
    assert address(TERP, WOLDZICHT) in page.links
    assert any(link.startswith(address(TERP, TURFSCHIP, WOLDZICHT) + "&stuk=") for link in page.links)
    assert "Zet er nog een naast" not in compared(client, TERP, TURFSCHIP, WOLDZICHT, ESDOORN).headings


def test_more_than_four_are_cut_and_said(client: Client) -> None:
    page = compared(client, TERP, TURFSCHIP, WOLDZICHT, ESDOORN, REITDIEP)
    assert "Er passen hoogstens 4 cases naast elkaar." in page.text
    assert f"/kennis/{REITDIEP}" not in page.links


@pytest.mark.parametrize("wrong", [MEMBERS_ONLY, "is-er-niet", "begin-met-een-nulmeting", "rfid-op-elk-product", "'>"])
def test_what_cannot_be_read_here_is_left_out_and_told_alike(client: Client, wrong: str) -> None:
    text = compared(client, TERP, WOLDZICHT, wrong).text
    assert text == compared(client, TERP, WOLDZICHT, "bestaat-niet").text
    assert "Eén adres is geen praktijkcase die je hier kunt lezen." in text


def test_a_member_compares_what_is_for_members(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        hidden = session.exec(select(Article.title).where(Article.slug == MEMBERS_ONLY)).one()
    assert hidden not in client.get(address(TERP, MEMBERS_ONLY)).text
    client.sign_in(sjoerd)
    assert hidden in client.get(address(TERP, MEMBERS_ONLY)).text


def test_one_case_asks_for_another(client: Client) -> None:
    page = compared(client, TERP)
    assert "Kies er nog minstens één." in page.text
    assert any(link.startswith(address(TERP) + "&stuk=") for link in page.links)


def test_none_explains_and_offers_search(client: Client) -> None:
    page = look(client, "/vergelijk")
    assert "Zet twee, drie of vier praktijkcases naast elkaar" in page.text
    assert "/zoeken?soort=praktijkcase" in page.links
    assert address(TERP) in page.links or any(link.startswith("/vergelijk?stuk=") for link in page.links)


def test_a_site_without_cases_says_so(database: Database) -> None:
    with Client() as client:
        assert "Er is nog niets om te vergelijken" in look(client, "/vergelijk").text


def test_a_case_leads_to_its_comparison(client: Client) -> None:
    assert address(TERP) in look(client, f"/kennis/{TERP}").links


def test_a_company_that_is_not_named_stays_unnamed(client: Client) -> None:
    assert "Bedrijf niet genoemd" in compared(client, "nesten-met-reststukken", TERP).text


def test_comparisons_are_not_for_search_engines(client: Client) -> None:
    assert '<meta name="robots" content="noindex">' in client.get(address(TERP, WOLDZICHT)).text

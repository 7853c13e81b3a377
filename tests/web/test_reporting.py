"""Reporting in a browser: by a stranger and by a member, what a steward decides, and the appeal."""

import re

import pytest
from sqlmodel import select

from app.contact.models import Report
from app.core.database import Database
from tests.web.client import Client
from tests.web.joining import person
from tests.web.letters import letters, text
from tests.web.looking import look
from tests.web.test_pages_inviting import post

pytestmark = pytest.mark.whole

CASE = "inline-vision-spuitgieten-terp"
HIDDEN = "ot-netwerk-scheiden"


def reported(client: Client, **told: str) -> str:
    """The address at which the reporter sees how it stands."""
    answer = client.post("/melden", data={"stuk": CASE, "reden": "wrong", "uitleg": "Het was dertig."} | told)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def decided(database: Database, besluit: str, bericht: str = "Het cijfer klopt niet.") -> None:
    with Client() as noor:
        noor.sign_in(person(database, "noor"))
        with database.reading() as session:
            number = session.exec(select(Report.id)).one()
        page = f"/beheer/meldingen/{number}"
        assert "Het was dertig." in look(noor, page).text
        assert post(noor, page, page=page, besluit=besluit, bericht=bericht) == 303


def test_the_way_to_a_report_stands_on_the_pages(client: Client) -> None:
    for path, link in (
        (f"/kennis/{CASE}", f"/melden?stuk={CASE}"),
        ("/organisaties/terp-kunststoffen", "/melden?organisatie=terp-kunststoffen"),
        ("/mensen/femke", "/melden?persoon=femke"),
    ):
        assert link in look(client, path).links
        assert "Wat is er mis mee" in look(client, link).text


def test_what_somebody_does_not_see_cannot_be_reported(client: Client, seeded: Database) -> None:
    for query in (f"stuk={HIDDEN}", "stuk=x", "organisatie=x", "persoon=x", "vraag=1", "vraag=x", ""):
        assert client.get(f"/melden?{query}").status_code == 404, query
    assert client.post("/melden", data={"stuk": HIDDEN, "reden": "wrong", "uitleg": "x"}).status_code == 404
    client.sign_in(person(seeded, "sjoerd"))
    assert client.get(f"/melden?stuk={HIDDEN}").status_code == 200


def test_a_stranger_reports_and_hears_what_was_decided(client: Client, seeded: Database) -> None:
    path = reported(client, mail="lezer@elders.example")
    assert "Nog niets" in look(client, path).text
    (arrived,) = letters(person(seeded, "noor").mail)
    assert "Het klopt niet" in text(arrived) or "het klopt niet" in text(arrived)
    decided(seeded, "taken_away")
    assert client.get(f"/kennis/{CASE}").status_code == 410
    (told,) = letters("lezer@elders.example")
    found = re.search(r"/melding/\S+", text(told))
    assert found
    assert "Het cijfer klopt niet." in look(client, found[0]).text
    assert "bezwaar" not in client.get(found[0]).text.partition("<main")[2].partition("</main>")[0]


def test_the_author_reads_why_and_appeals_and_gets_it_back(client: Client, seeded: Database) -> None:
    reported(client, uitleg="Het was dertig. Groet, de buurman.")
    with Client() as noor:
        noor.sign_in(person(seeded, "noor"))
        page = "/beheer/meldingen/1"
        assert post(noor, page, page=page, besluit="taken_away", bericht="Het cijfer klopt niet.") == 303
        told = next(letter for letter in letters() if "weggehaald" in letter["Subject"])
        found = re.search(r"/melding/\S+", text(told))
        assert found
        shown = look(client, found[0]).text
        assert "Het cijfer klopt niet." in shown
        assert "buurman" not in shown
        assert client.post(found[0], data={"bezwaar": ""}).status_code == 422
        assert client.post(found[0], data={"bezwaar": "Zie bijlage 2."}).status_code == 303
        assert client.post(found[0], data={"bezwaar": "En nog eens."}).status_code == 409
        assert "Zie bijlage 2." in look(noor, page).text
        assert post(noor, page, page=page, besluit="left", bericht="Toch goed.") == 303
    assert client.get(f"/kennis/{CASE}").status_code == 200


def test_what_is_missing_is_said_and_nothing_is_lost(client: Client) -> None:
    told = {"stuk": CASE, "reden": "", "uitleg": "De <i>tabel</i>", "mail": "geen adres"}
    answer = client.post("/melden", data=told)
    assert answer.status_code == 422
    assert "De &lt;i&gt;tabel&lt;/i&gt;" in answer.text
    answer = client.post("/melden", data=told | {"reden": "wrong"})
    assert answer.status_code == 422
    assert "Vul een mailadres in" in answer.text


def test_a_wrong_key_shows_nothing(client: Client) -> None:
    key = reported(client).partition("?")[0].rpartition("/")[2]
    for wrong in (key[:-1], f"2-{key[2:]}", "x", "1-", "%00"):
        assert client.get(f"/melding/{wrong}").status_code in (400, 404), wrong


def test_a_conversation_is_shown_to_stewards_once_a_side_reports_it(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "sjoerd"))
    lab = "/organisaties/kennislab-slim-maken/vraag"
    assert post(client, lab, page=lab, onderwerp="De mal", vraag="Een geheim?") == 303
    reported(client, stuk="", vraag="1", reden="rude", uitleg="Kijk zelf.")
    with Client() as noor:
        noor.sign_in(person(seeded, "noor"))
        assert noor.get("/vragen/1").status_code == 404
        assert "Een geheim?" in look(noor, "/beheer/meldingen/1").text
        assert "Gesprek" in look(noor, "/beheer/meldingen").text
        page = "/beheer/meldingen/1"
        assert post(noor, page, page=page, besluit="taken_away", bericht="Niet zo.") == 303
    shown = look(client, "/vragen/1").text
    assert "weggehaald" in shown
    assert "Een geheim?" not in shown

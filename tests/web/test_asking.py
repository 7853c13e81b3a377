"""Asking an organisation, in a browser: from its page to an answer, without an address on either side."""

import pytest
from sqlmodel import select

from app.contact.models import Question
from app.core.database import Database
from app.people.models import Membership
from tests.web.client import Client
from tests.web.joining import organisation, person
from tests.web.letters import letters, text
from tests.web.looking import look
from tests.web.test_pages_inviting import post

pytestmark = pytest.mark.whole

LAB = "/organisaties/kennislab-slim-maken"
CASE = "/kennis/inline-vision-spuitgieten-terp"


@pytest.fixture
def sjoerd(client: Client, seeded: Database) -> Client:
    client.sign_in(person(seeded, "sjoerd"))
    return client


def asked(client: Client, **told: str) -> str:
    """The path of a question that this reader asks the lab."""
    told = {"onderwerp": "De mal", "vraag": "Welke mal?\n\nEn hoe dik?"} | told
    assert post(client, f"{LAB}/vraag", page=f"{LAB}/vraag", **told) == 303
    return next(link for link in look(client, "/vragen").links if link.startswith("/vragen/"))


def test_the_way_to_a_question_stands_on_the_pages(client: Client, seeded: Database) -> None:
    assert f"{LAB}/vraag" in look(client, LAB).links
    assert any(link.endswith("/vraag?stuk=inline-vision-spuitgieten-terp") for link in look(client, CASE).links)
    assert any("/vraag?proefproject=nul-fouten" in link for link in look(client, "/proefprojecten/nul-fouten").links)
    assert not any("/vraag" in link for link in look(client, "/organisaties/tno").links)
    assert client.get("/organisaties/tno/vraag").status_code == 303
    assert client.get(f"{LAB}/vraag").headers["location"].startswith("/inloggen?naar=")


def test_a_question_and_its_answer_go_through_us(sjoerd: Client, seeded: Database) -> None:
    path = asked(sjoerd)
    with Client() as tjitske:
        tjitske.sign_in(person(seeded, "tjitske"))
        page = look(tjitske, path)
        assert "Sjoerd Postma" in page.text
        assert "Woldzicht" in page.text
        assert "Wacht op jullie antwoord" in look(tjitske, "/vragen").text
        assert post(tjitske, path, page=path, antwoord="Een van staal.") == 303
    shown = sjoerd.get(path).text
    assert "Een van staal." in shown
    for handle in ("sjoerd", "tjitske"):
        assert person(seeded, handle).mail not in shown
    (question,) = [letter for letter in letters(person(seeded, "tjitske").mail) if "vraag" in letter["Subject"]]
    (answer,) = letters(person(seeded, "sjoerd").mail)
    for letter, own in ((question, "tjitske"), (answer, "sjoerd")):
        assert letter["Reply-To"] is None
        others = {"sjoerd", "tjitske"} - {own}
        assert not any(person(seeded, other).mail in letter.as_string() for other in others)
    assert "Welke mal?" in text(question)
    assert path in text(question)


def test_what_is_missing_is_said_and_nothing_is_lost(sjoerd: Client) -> None:
    page = f"{LAB}/vraag"
    token = sjoerd.get(page).text.partition('name="token" value="')[2].partition('"')[0]
    answer = sjoerd.post(page, data={"token": token, "onderwerp": "De <b>mal</b>", "vraag": " "})
    assert answer.status_code == 422
    assert "Schrijf wat je wilt weten" in answer.text
    assert "De &lt;b&gt;mal&lt;/b&gt;" in answer.text
    long = sjoerd.post(page, data={"token": token, "onderwerp": "x" * 200, "vraag": "y" * 5000})
    assert long.status_code == 422
    assert "y" * 5000 in long.text


def test_a_question_about_a_piece_leads_to_it_only_for_those_who_see_it(sjoerd: Client, seeded: Database) -> None:
    page = f"{LAB}/vraag?stuk=ot-netwerk-scheiden"
    slug = "ot-netwerk-scheiden"
    is_theirs = "Over" in look(sjoerd, page).text and f"/kennis/{slug}" in look(sjoerd, page).links
    path = asked(sjoerd, stuk=slug)
    assert (f"/kennis/{slug}" in look(sjoerd, path).links) == is_theirs
    with seeded.writing() as session:
        session.exec(
            select(Membership).where(Membership.user_id == person(seeded, "sjoerd").id)
        ).one().ended_at = person(seeded, "sjoerd").created_at
    assert f"/kennis/{slug}" not in look(sjoerd, path).links
    assert "antwoord" not in sjoerd.get(path).text.partition("<main")[2].partition("</main>")[0]


def test_a_stranger_to_the_conversation_finds_nothing(sjoerd: Client, seeded: Database) -> None:
    path = asked(sjoerd)
    for handle in ("aafke", "noor", "okke"):
        with Client() as other:
            other.sign_in(person(seeded, handle))
            assert other.get(path).status_code == 404, handle
            assert other.get("/vragen/999999").status_code == 404


def test_an_owner_turns_questions_off(sjoerd: Client, seeded: Database) -> None:
    with Client() as tjitske:
        tjitske.sign_in(person(seeded, "tjitske"))
        told = {"van": "kennislab-slim-maken", "doe": "uit"}
        path = "/instellingen/organisatie"
        assert post(tjitske, f"{path}/vragen", page=path, **told) == 303
        assert "Weer vragen ontvangen" in look(tjitske, path).text
    assert not organisation(seeded, "kennislab-slim-maken").takes_questions
    assert f"{LAB}/vraag" not in look(sjoerd, LAB).links
    assert sjoerd.get(f"{LAB}/vraag").status_code == 404


def test_an_applicant_reads_why_they_cannot_ask(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "tjitske"))
    assert "Je hoort zelf bij deze organisatie" in look(client, f"{LAB}/vraag").text
    assert f"{LAB}/vraag" not in look(client, LAB).links


def test_a_hostile_title_stays_a_title(sjoerd: Client, seeded: Database) -> None:
    asked(sjoerd, onderwerp="Mal\r\nBcc: x@y.example", vraag="<script>alert(1)</script>")
    with seeded.reading() as session:
        assert session.exec(select(Question)).one().title == "Mal Bcc: x@y.example"
    letter = next(one for one in letters() if "Mal" in one["Subject"])
    assert letter["Bcc"] is None

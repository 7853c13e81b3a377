import re

import pytest
from pydantic import SecretStr
from sqlmodel import func, select

from app.core import settings
from app.core.clock import now
from app.core.database import Database
from app.people.joining import apply
from app.people.models import Admission, Organisation, SignInSession, User
from app.people.signing_in import actor_for
from app.people.ways_in import Application, Joins, MailDomain
from tests.people.joining import WISH, company
from tests.web.client import Client
from tests.web.joining import COMPANY, MAIL, PERSON, TOPICS, fill_in, last_code, letters, organisation, person
from tests.web.looking import look

pytestmark = pytest.mark.whole

STEPS = (("", COMPANY), ("/jij", PERSON), ("/onderwerpen", TOPICS))


def values(html: str) -> dict[str, str]:
    """What stands in the fields of a page."""
    found = dict(re.findall(r'<input class="input[^"]*" id="(\w+)"[^>]* value="([^"]*)"', html))
    chosen = r'<input type="(?:radio|checkbox)" name="(\w+)" value="([^"]*)"[^>]* checked'
    options = r'<select[^>]* name="(\w+)"[^>]*>(?:(?!</select>).)*?<option value="([^"]*)" selected'
    return found | dict(re.findall(chosen, html)) | dict(re.findall(options, html, re.DOTALL))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_somebody_is_in_after_four_pages_and_the_code(client: Client, seeded: Database, prefix: str) -> None:
    fill_in(client, prefix)
    look(client, f"{prefix}/aanmelden/controleren")
    answer = client.post(f"{prefix}/aanmelden/controleren", data={"code": last_code(seeded)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{prefix}/instellingen/organisatie")
    fenna, applied = person(seeded, "fenna-dijk"), organisation(seeded, "fries-plaatwerk")
    assert (fenna.mail, fenna.name, fenna.language) == (MAIL, "Fenna Dijk", prefix.strip("/") or "nl")
    assert (applied.admission, applied.kvk_number, applied.size_band) == (Admission.APPLIED, "12345678", "10-49")
    with seeded.reading() as session:
        me = actor_for(session, fenna)
        application = session.exec(select(Application)).one()
    assert me.is_signed_in
    assert not me.is_member
    assert application.wishes["topics"] == ["robotics"]
    assert application.looking_for == "Sneller omstellen."
    assert "Fenna" in client.get(prefix or "/").text


def test_the_steps_ask_for_no_more_than_twelve_things_on_four_pages(client: Client) -> None:
    asked = []
    for path, told in STEPS:
        asked += set(re.findall(r'<(?:input|select|textarea) [^>]*name="(\w+)"', client.get(f"/aanmelden{path}").text))
        client.post(f"/aanmelden{path}", data=told)
    asked += set(re.findall(r'<(?:input|select|textarea) [^>]*name="(\w+)"', client.get("/aanmelden/controleren").text))
    assert {"als", "code", "kvk", "mail"} <= set(asked)
    assert len(set(asked) - {"als"}) <= 12


def test_where_the_register_may_be_asked_the_page_says_that_a_number_is_enough(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough, away = "Vul alleen deze in en ga verder", "Het handelsregister noemde de naam niet"
    assert enough not in client.get("/aanmelden").text
    asked = {"kvk_api_key": SecretStr("a-key"), "kvk_api_url": "http://127.0.0.1:9/v1"}
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update=asked))
    assert enough in client.get("/aanmelden").text
    answer = client.post("/aanmelden", data={"als": "bedrijf", "kvk": "12345678"})
    assert (answer.status_code, away in answer.text) == (422, True)
    assert away not in client.post("/aanmelden", data={"als": "bedrijf", "kvk": "1234"}).text


def test_every_error_names_its_field_and_nothing_typed_is_lost(client: Client) -> None:
    typed = COMPANY | {"kvk": "123 456", "organisatie": "Fries <b>Plaatwerk", "sector": ""}
    answer = client.post("/aanmelden", data=typed)
    assert answer.status_code == 422
    assert "<title>Fout: " in answer.text
    assert re.findall(r'<li><a href="#(\w+)">', answer.text) == ["kvk", "sector"]
    assert 'aria-invalid="true"' in answer.text
    kept = values(client.get("/aanmelden").text)
    assert kept["kvk"] == "123 456"
    assert kept["organisatie"] == "Fries &lt;b&gt;Plaatwerk"
    assert kept["grootte"] == "10-49"


@pytest.mark.parametrize(("back", "where"), [("terug", "/aanmelden"), ("bedrijf", "/aanmelden")])
def test_going_back_keeps_what_was_typed_and_looks_at_nothing(client: Client, back: str, where: str) -> None:
    client.post("/aanmelden", data=COMPANY)
    answer = client.post("/aanmelden/jij", data={"naam": "Fen", "functie": "", "mail": "nog niet", "naar": back})
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    assert values(client.get("/aanmelden").text)["organisatie"] == "Fries Plaatwerk"
    client.post("/aanmelden", data=COMPANY)
    kept = values(client.get("/aanmelden/jij").text)
    assert (kept["naam"], kept["mail"]) == ("Fen", "nog niet")


def test_a_step_is_not_reached_before_those_before_it(client: Client) -> None:
    for path in ("/jij", "/onderwerpen", "/controleren"):
        assert client.get(f"/aanmelden{path}").headers["location"] == "/aanmelden"
    client.post("/aanmelden", data=COMPANY)
    assert client.get("/aanmelden/controleren").headers["location"] == "/aanmelden/jij"
    assert client.post("/aanmelden/controleren", data={"code": "1"}).headers["location"] == "/aanmelden/jij"


@pytest.mark.parametrize(
    ("mail", "says"),
    [
        ("fenna@gmail.com", "mailadres van je bedrijf"),
        ("fenna", "zoals naam@bedrijf.nl"),
        ("", "zoals naam@bedrijf.nl"),
    ],
)
def test_an_address_of_everybody_is_refused_with_a_way_on(client: Client, mail: str, says: str) -> None:
    client.post("/aanmelden", data=COMPANY)
    answer = client.post("/aanmelden/jij", data=PERSON | {"mail": mail})
    assert answer.status_code == 422
    assert says in answer.text


def test_a_wrong_code_lets_nobody_in_and_a_right_one_works_once(client: Client, seeded: Database) -> None:
    fill_in(client)
    right = last_code(seeded)
    wrong = client.post("/aanmelden/controleren", data={"code": f"{(int(right) + 1) % 1_000_000:06}"})
    assert wrong.status_code == 422
    assert "nog 4 keer" in wrong.text
    assert client.post("/aanmelden/controleren", data={"code": right}).status_code == 303
    with Client() as other:
        fill_in(other)
        assert other.post("/aanmelden/controleren", data={"code": right}).status_code == 422


def test_five_wrong_tries_end_the_code(client: Client, seeded: Database) -> None:
    fill_in(client)
    right = last_code(seeded)
    for _try in range(5):
        client.post("/aanmelden/controleren", data={"code": "x"})
    answer = client.post("/aanmelden/controleren", data={"code": right})
    assert answer.status_code == 422
    assert "werkt niet meer" in answer.text
    assert client.post("/aanmelden/nieuwe-code").status_code == 303
    assert client.post("/aanmelden/controleren", data={"code": last_code(seeded)}).status_code == 303


def test_a_code_is_sent_once_however_often_somebody_walks_through(client: Client, seeded: Database) -> None:
    for _walk in range(3):
        fill_in(client)
    assert letters(seeded, "join_code") == [MAIL]
    fill_in(client, mail="ander@plaatwerk.example")
    assert letters(seeded, "join_code") == [MAIL, "ander@plaatwerk.example"]


def test_nobody_fills_a_mailbox_through_this_door(seeded: Database) -> None:
    for _browser in range(10):
        with Client() as client:
            for path, told in STEPS:
                client.post(f"/aanmelden{path}", data=told)
    assert len(letters(seeded, "join_code")) == 5


def test_a_code_for_one_browser_opens_no_other(seeded: Database) -> None:
    with Client() as one, Client() as other:
        fill_in(one)
        for path, told in STEPS[:2]:
            other.post(f"/aanmelden{path}", data=told | {"mail": "dief@elders.example"} if "mail" in told else told)
        other.post("/aanmelden/onderwerpen", data=TOPICS)
        assert other.post("/aanmelden/controleren", data={"code": last_code(seeded)}).status_code == 422


def test_a_code_proves_the_address_it_was_sent_to_and_no_other(client: Client, seeded: Database) -> None:
    noor = person(seeded, "noor")
    fill_in(client)
    code = last_code(seeded)
    assert client.post("/aanmelden/jij", data={**PERSON, "mail": noor.mail}).status_code == 303
    answer = client.post("/aanmelden/controleren", data={"code": code})
    assert answer.status_code == 422
    with seeded.reading() as session:
        assert session.exec(select(SignInSession)).all() == []
        assert session.exec(select(Application).where(Application.user_id == noor.id)).all() == []
        assert session.exec(select(User).where(User.mail == MAIL)).first() is None


def test_whom_we_know_is_told_nothing_before_the_code(client: Client, seeded: Database) -> None:
    femke = person(seeded, "femke")
    fill_in(client, mail=femke.mail)
    unknown = client.get("/aanmelden/controleren").text
    with Client() as other:
        fill_in(other)
        known = other.get("/aanmelden/controleren").text
    assert unknown.replace(femke.mail, PERSON["mail"]) == known
    client.post("/aanmelden/controleren", data={"code": last_code(seeded, femke.mail)})
    assert person(seeded, "femke").name == "Femke Hoekstra"
    assert "Femke Hoekstra" in client.get("/").text


def test_who_is_signed_in_is_asked_for_no_code_and_needs_the_token(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "femke"))
    assert client.post("/aanmelden", data=COMPANY).headers["location"] == "/aanmelden/onderwerpen"
    assert client.get("/aanmelden/jij").headers["location"] == "/aanmelden/onderwerpen"
    assert client.post("/aanmelden/jij", data=PERSON).headers["location"] == "/aanmelden/onderwerpen"
    client.post("/aanmelden/onderwerpen", data=TOPICS)
    page = client.get("/aanmelden/controleren").text
    assert client.post("/aanmelden/controleren", data={}).status_code == 403
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token
    assert client.post("/aanmelden/controleren", data={"token": token[1]}).status_code == 303
    assert organisation(seeded, "fries-plaatwerk").admission == Admission.APPLIED


def test_a_company_that_takes_part_already_is_asked_for_a_place(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        session.add(
            Organisation(
                slug="echt", name="Echt Plaatwerk", kind="sme", kvk_number="12345678", admission=Admission.ADMITTED
            )
        )
    client.post("/aanmelden", data={"als": "bedrijf", "kvk": "12345678"})
    assert "Echt Plaatwerk doet al mee" in look(client, "/aanmelden/jij").text
    client.post("/aanmelden/jij", data=PERSON)
    client.post("/aanmelden/onderwerpen", data=TOPICS)
    client.post("/aanmelden/controleren", data={"code": last_code(seeded)})
    with seeded.reading() as session:
        assert session.exec(select(Application.asks)).one() == "place"
        assert session.exec(select(func.count()).select_from(Organisation).where(Organisation.name == "x")).one() == 0


def test_an_institution_says_what_it_is(client: Client, seeded: Database) -> None:
    assert "Wat zijn jullie" in client.get("/aanmelden?als=instelling").text
    told = {"als": "instelling", "kvk": "12345678", "organisatie": "Lab", "gemeente": "elders", "soort": "university"}
    assert client.post("/aanmelden", data=told | {"soort": "sme"}).status_code == 422
    client.post("/aanmelden", data=told)
    client.post("/aanmelden/jij", data=PERSON)
    client.post("/aanmelden/onderwerpen", data=TOPICS)
    client.post("/aanmelden/controleren", data={"code": last_code(seeded)})
    assert organisation(seeded, "lab").kind == "university"


def test_what_somebody_fills_in_is_nobody_elses(client: Client) -> None:
    fill_in(client)
    for path in ("", "/jij", "/onderwerpen", "/controleren"):
        answer = client.get(f"/aanmelden{path}")
        assert answer.headers["cache-control"] == "private, no-store"
        with Client() as other:
            assert "Fries Plaatwerk" not in other.get(f"/aanmelden{path}").text


@pytest.mark.parametrize("extra", ["is_steward", "role", "admission", "example", "kind", "slug", "user_id", "handle"])
def test_nothing_more_can_be_filled_in_than_is_asked(client: Client, seeded: Database, extra: str) -> None:
    for path, told in STEPS:
        client.post(f"/aanmelden{path}", data=told | {extra: "true"})
    client.post("/aanmelden/controleren", data={"code": last_code(seeded), extra: "true"})
    fenna, applied = person(seeded, "fenna-dijk"), organisation(seeded, "fries-plaatwerk")
    assert (fenna.is_steward, fenna.example, fenna.has_profile) == (False, False, False)
    assert (applied.admission, applied.example, applied.kind) == (Admission.APPLIED, False, "sme")


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "A\r\nBcc: x@x.nl", "%(name)s {{ 7*7 }}", "\u202eevil\u200b", "ÿ" * 900]
)
def test_a_hostile_name_stays_a_name(client: Client, seeded: Database, hostile: str) -> None:
    for path, told in STEPS:
        changed = told | {name: hostile for name in ("naam", "organisatie") if name in told}
        answer = client.post(f"/aanmelden{path}", data=changed)
        assert answer.status_code in (303, 422)
        assert "<script>alert" not in answer.text
    assert "<script>alert" not in client.get("/aanmelden/controleren").text


def test_the_session_is_a_new_one(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "femke"))
    client.sign_out()
    client.carry("proeftuin", "prepared-by-somebody-else")
    fill_in(client)
    client.post("/aanmelden/controleren", data={"code": last_code(seeded)})
    with seeded.reading() as session:
        fenna = session.exec(select(User.id).where(User.mail == MAIL)).one()
        assert len(session.exec(select(SignInSession).where(SignInSession.user_id == fenna)).all()) == 1


def test_whose_address_is_let_in_at_once_is_not_told_that_an_owner_answers(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        lab = session.exec(select(Organisation).where(Organisation.slug == "kennislab-slim-maken")).one()
        lab.kvk_number, lab.example = "87654321", False
        session.add(MailDomain(organisation_id=lab.id, domain="lab.example", joins=Joins.AT_ONCE, proven_at=now()))
    answers = "een van de eigenaren antwoordt"
    client.post("/aanmelden", data=COMPANY | {"kvk": "87654321"})
    asked = client.get("/aanmelden/jij").text
    assert "Met een adres dat daar binnen mag" in asked
    assert answers not in asked
    client.post("/aanmelden/jij", data=PERSON | {"mail": "Nieuw@lab.example"})
    client.post("/aanmelden/onderwerpen", data=TOPICS)
    for step in ("jij", "controleren"):
        shown = client.get(f"/aanmelden/{step}").text
        assert "laat wie een adres bij lab.example heeft meteen binnen" in shown
        assert answers not in shown
    assert "met een plek bij Kennislab Slim Maken" in client.get("/aanmelden/controleren").text
    client.post("/aanmelden/jij", data=PERSON)
    assert answers in client.get("/aanmelden/controleren").text


def test_a_member_who_applies_for_another_is_told_nothing_wrong(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        user = session.exec(select(User).where(User.handle == "tjitske")).one()
        apply(session, company(), WISH, by=user)
    client.sign_in(user)
    shown = client.get("/instellingen/organisatie").text
    assert "Je vroeg ook om Fries Plaatwerk." in shown
    assert "Je leest alles wat openbaar is" not in shown

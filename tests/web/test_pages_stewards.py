import csv
import io
from collections.abc import Iterator

import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.auditing import AuditEntry
from app.people.models import Admission, Membership, Role, User
from app.web.pages import stewards_log
from app.web.tables import inactive
from tests.web.client import Client
from tests.web.joining import fill_in, last_code, letters, organisation, person
from tests.web.looking import look
from tests.web.test_pages_inviting import post, token_in

pytestmark = pytest.mark.whole

READ = ("/beheer", "/beheer/aanvragen", "/beheer/leden", "/beheer/leden/1", "/beheer/logboek")
CHANGED = ("/beheer/aanvragen/1", "/beheer/leden/1", "/beheer/logboek/tabel")


@pytest.fixture
def noor(seeded: Database) -> Iterator[Client]:
    """A steward."""
    with Client() as client:
        client.sign_in(person(seeded, "noor"))
        yield client


@pytest.fixture
def fenna(client: Client, seeded: Database) -> Client:
    """Has applied with Fries Plaatwerk."""
    fill_in(client)
    client.post("/aanmelden/controleren", data={"code": last_code(seeded)})
    return client


def test_these_pages_are_not_there_for_anybody_but_stewards(client: Client, seeded: Database, noor: Client) -> None:
    missing = client.get("/beheer/dat-is-er-niet").status_code
    for handle in ("", "femke", "sjoerd", "tjitske"):
        if handle:
            client.sign_in(person(seeded, handle))
        for path in READ:
            assert client.get(path).status_code == missing == 404, (handle, path)
        for path in CHANGED:
            assert client.post(path, data={}).status_code == 404, (handle, path)
    for path in READ:
        assert noor.get(path).status_code in (200, 303), path


def test_nothing_is_changed_without_the_token_of_the_session(noor: Client) -> None:
    for path in CHANGED:
        assert noor.post(path, data={"doe": "toelaten"}).status_code == 403


def test_a_steward_lets_an_organisation_in_and_its_owner_reads_at_the_next_request(
    fenna: Client, noor: Client, seeded: Database
) -> None:
    members = "/kennis/ot-netwerk-scheiden"
    shown = look(noor, "/beheer/aanvragen").text
    assert "Fries Plaatwerk" in shown
    assert "Nog 7 dagen" in shown or "Nog 5 dagen" in shown or "dagen" in shown
    assert "KvK-nummer 12345678" in shown
    assert fenna.get(members).status_code == 404
    assert fenna.get("/organisaties/fries-plaatwerk").status_code == 404
    assert post(noor, "/beheer/aanvragen/1", page="/instellingen/profiel", doe="toelaten", soort="sme") == 303
    assert fenna.get(members).status_code == 200
    assert fenna.get("/organisaties/fries-plaatwerk").status_code == 200
    assert "Nodig collega" in fenna.get("/instellingen/collegas").text
    assert letters(seeded, "admitted") == ["fenna@plaatwerk.example"]
    assert "Niemand wacht" in look(noor, "/beheer/aanvragen").text


def test_a_refusal_reaches_the_applicant_by_mail_and_on_the_site(fenna: Client, noor: Client, seeded: Database) -> None:
    page = "/instellingen/profiel"
    assert post(noor, "/beheer/aanvragen/1", page=page, doe="afwijzen", reden="", bericht="Kom terug") == 422
    assert organisation(seeded, "fries-plaatwerk").admission == Admission.APPLIED
    assert post(noor, "/beheer/aanvragen/1", page=page, doe="afwijzen", reden="region", bericht="Helaas.") == 303
    shown = look(fenna, "/instellingen/organisatie").text
    assert "Niet in Groningen, Fryslân of Drenthe" in shown
    assert "Helaas." in shown
    assert letters(seeded, "refused") == ["fenna@plaatwerk.example"]
    assert post(noor, "/beheer/aanvragen/1", page=page, doe="toelaten") == 409


def test_a_steward_finds_a_member_and_changes_a_role(noor: Client, seeded: Database) -> None:
    assert "Femke Hoekstra" in look(noor, "/beheer/leden?q=femke").text
    assert "Femke Hoekstra" not in look(noor, "/beheer/leden?q=femke&rol=eigenaar").text
    assert "Niemand past" in look(noor, "/beheer/leden?q=%25&staat=gestopt").text
    femke = person(seeded, "femke")
    with seeded.reading() as session:
        mine = session.exec(select(Membership).where(Membership.user_id == femke.id)).one()
    path = f"/beheer/leden/{femke.id}"
    assert post(noor, path, page=path, doe="rol", plek=mine.id, rol="owner") == 303
    with seeded.reading() as session:
        assert session.exec(select(Membership.role).where(Membership.id == mine.id)).one() == Role.OWNER
    assert post(noor, path, page=path, doe="einde", plek=mine.id) == 303
    assert post(noor, path, page=path, doe="einde", plek=mine.id) == 404
    assert post(noor, path, page=path, doe="beheerder") == 303
    assert person(seeded, "femke").is_steward
    me = f"/beheer/leden/{person(seeded, 'noor').id}"
    assert post(noor, me, page=me, doe="geen-beheerder") == 303
    assert noor.get("/beheer/leden").status_code == 404


def test_a_steward_finds_who_has_no_place_and_takes_them_out_and_in_again(
    fenna: Client, noor: Client, seeded: Database
) -> None:
    there, nowhere = person(seeded, "fenna-dijk"), "/beheer/leden?staat=zonder-plek"
    assert "Fenna" not in look(noor, "/beheer/leden?q=fenna").text
    shown = look(noor, f"{nowhere}&q=fenna")
    assert "1 persoon" in shown.text
    assert "Gevraagd: Fries Plaatwerk" in shown.text
    path = f"/beheer/leden/{there.id}"
    assert path in shown.links
    assert "Femke" not in look(noor, nowhere).text
    assert post(noor, path, page=path, doe="schorsen") == 303
    assert fenna.get("/instellingen/profiel").status_code == 303
    assert "Geschorst" in look(noor, f"{nowhere}&q={there.mail}").text.partition("Fenna")[2]
    assert post(noor, path, page=path, doe="toelaten") == 303
    with seeded.writing() as session:
        session.exec(select(User).where(User.handle == "fenna-dijk")).one().is_steward = True
    assert "Beheerder" in look(noor, nowhere).text.partition("Fenna")[2]
    assert "Niemand past" in look(noor, f"{nowhere}&q=%25").text


def test_the_last_steward_stays(noor: Client, seeded: Database) -> None:
    me = f"/beheer/leden/{person(seeded, 'noor').id}"
    assert post(noor, me, page=me, doe="geen-beheerder") == 409
    assert person(seeded, "noor").is_steward


def test_everything_a_steward_does_stands_in_the_log(fenna: Client, noor: Client, seeded: Database) -> None:
    post(noor, "/beheer/aanvragen/1", page="/instellingen/profiel", doe="toelaten")
    femke = person(seeded, "femke")
    post(noor, f"/beheer/leden/{femke.id}", page="/instellingen/profiel", doe="beheerder")
    shown = look(noor, "/beheer/logboek").text
    for words in ("liet toe", "maakte beheerder", "Noor Wiersma", "Femke Hoekstra", "fries-plaatwerk"):
        assert words in shown
    assert "gevraagd om: meedoen, rol: eigenaar" in shown
    assert "asked for: taking part, role: owner" in look(noor, "/en/beheer/logboek").text
    assert "fries-plaatwerk" not in look(noor, "/beheer/logboek?q=femke").text
    assert "liet toe" in look(noor, "/beheer/logboek?wat=admit").text
    assert "Niets past" in look(noor, "/beheer/logboek?vanaf=2100-01-01&tot=x").text


def test_the_log_is_given_out_as_a_table_that_no_spreadsheet_calculates(
    fenna: Client, noor: Client, seeded: Database
) -> None:
    with seeded.writing() as session:
        session.exec(select(User).where(User.handle == "noor")).one().name = "=HYPERLINK(1)"
    post(noor, "/beheer/aanvragen/1", page="/instellingen/profiel", doe="toelaten")
    token = token_in(noor.get("/beheer/logboek").text)
    answer = noor.post("/beheer/logboek/tabel", data={"token": token})
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["at", "by", "action", "subject", "told"]
    assert {len(row) for row in rows} == {5}
    assert ["'=HYPERLINK(1)", "admit"] in [row[1:3] for row in rows]
    with seeded.reading() as session:
        assert "export_log" in session.exec(select(AuditEntry.action)).all()


def test_who_takes_a_part_of_the_log_is_told_that_it_is_one(
    fenna: Client, noor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Een tabel bevat" not in look(noor, "/beheer/logboek").text
    monkeypatch.setattr(stewards_log, "MOST_EXPORTED", 1)
    assert "Een tabel bevat de nieuwste 1 regels." in look(noor, "/beheer/logboek").text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_only_text(cell: str) -> None:
    assert inactive(cell) == f"'{cell}"
    assert inactive(f"x{cell}") == f"x{cell}"

import re
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.core.clock import now
from app.core.database import Database
from app.core.mail import PostedLetter
from app.people.actor import the_operator
from app.people.inviting import invite_steward, withdraw
from app.people.models import Organisation, User
from app.people.signing_in import actor_for
from app.people.ways_in import Invitation
from tests.web.client import Client
from tests.web.joining import last_code, letters, organisation, person
from tests.web.looking import look

pytestmark = pytest.mark.whole

MAIL = "nieuw@kennislab.example"


def token_in(html: str) -> str:
    """The token of the first form of a personal page."""
    found = re.search(r'name="token" value="(\w+)"', html)
    assert found
    return found[1]


def post(client: Client, path: str, page: str = "/instellingen/collegas", **told: object) -> int:
    """Send a form of a personal page."""
    token = token_in(client.get(page).text)
    return client.post(path, data={"token": token, **told}).status_code


def invited(seeded: Database, mail: str = MAIL, role: str = "editor") -> str:
    """The path of an invitation that Tjitske sends."""
    with Client() as client:
        client.sign_in(person(seeded, "tjitske"))
        told = {"van": "kennislab-slim-maken", "adressen": mail, "rol": role, "bericht": "Kom je ook?"}
        assert post(client, "/instellingen/collegas/uitnodigen", **told) == 303
    with seeded.reading() as session:
        link = session.exec(select(PostedLetter.told).where(PostedLetter.to == mail)).one()["link"]
    return f"/uitnodiging/{link.rpartition('/')[2]}"


def reads(seeded: Database, mail: str) -> set[int]:
    with seeded.reading() as session:
        user = session.exec(select(User).where(User.mail == mail)).first()
        return set(actor_for(session, user).edits_for) if user else set()


def test_a_newcomer_takes_the_place_with_a_name_and_a_code(client: Client, seeded: Database) -> None:
    path = invited(seeded)
    shown = look(client, path)
    assert "Tjitske Bouma biedt je een plek als redacteur" in shown.text
    assert "Kom je ook?" in shown.text
    assert MAIL not in client.get(path).text
    assert client.post(path, data={"naam": ""}).status_code == 422
    assert client.post(path, data={"naam": "Nieuw Persoon"}).headers["location"] == f"{path}/code"
    assert client.post(f"{path}/code", data={"code": "0"}).status_code == 422
    answer = client.post(f"{path}/code", data={"code": last_code(seeded, MAIL)})
    assert answer.headers["location"] == "/instellingen/collegas"
    assert reads(seeded, MAIL) == {organisation(seeded, "kennislab-slim-maken").id}
    assert "Nieuw Persoon" in client.get("/instellingen/collegas").text
    assert "al aangenomen" in look(client, path).text


def test_looking_changes_nothing_however_often_a_scanner_looks(client: Client, seeded: Database) -> None:
    path = invited(seeded)
    for _look in range(5):
        client.get(path)
        client.head(path)
        client.get(f"{path}/code")
    assert letters(seeded, "join_code") == []
    assert reads(seeded, MAIL) == set()
    with seeded.reading() as session:
        assert session.exec(select(Invitation.accepted_at)).one() is None


def test_a_link_that_was_passed_on_opens_nothing_without_the_mailbox(client: Client, seeded: Database) -> None:
    path = invited(seeded)
    client.sign_in(person(seeded, "sjoerd"))
    page = client.get(path)
    assert "Log eerst uit" in page.text
    assert 'action="' + path not in page.text.replace(f'action="{path}" method="post" novalidate', "")
    status = client.post(path, data={"token": token_in(client.get("/instellingen/profiel").text)}).status_code
    assert status == 403
    assert reads(seeded, "sjoerd.postma@woldzicht-verspaning.example") == set()


def test_who_is_signed_in_with_the_address_takes_it_at_once_and_by_the_token(client: Client, seeded: Database) -> None:
    sjoerd = person(seeded, "sjoerd")
    path = invited(seeded, sjoerd.mail)
    client.sign_in(sjoerd)
    assert client.post(path, data={}).status_code == 403
    assert client.post(path, data={"token": token_in(client.get(path).text)}).status_code == 303
    assert organisation(seeded, "kennislab-slim-maken").id in reads(seeded, sjoerd.mail)


def test_the_code_belongs_to_the_browser_that_asked(seeded: Database) -> None:
    path = invited(seeded)
    with Client() as one, Client() as other:
        one.post(path, data={"naam": "Nieuw Persoon"})
        assert other.post(f"{path}/code", data={"code": last_code(seeded, MAIL)}).headers["location"] == path
    assert reads(seeded, MAIL) == set()


def test_a_code_of_another_purpose_takes_no_place(client: Client, seeded: Database) -> None:
    path = invited(seeded)
    client.post("/inloggen", data={"mail": MAIL})
    assert client.post(f"{path}/code", data={"code": "123456"}).headers["location"] == path


@pytest.mark.parametrize("ending", ["withdrawn", "expired"])
def test_an_invitation_that_is_over_says_whom_to_ask(client: Client, seeded: Database, ending: str) -> None:
    path = invited(seeded)
    if ending == "withdrawn":
        with seeded.writing() as session:
            _withdraw(session)
    with time_machine.travel(now() + timedelta(days=20 if ending == "expired" else 0)):
        assert "Vraag Tjitske Bouma om een nieuwe" in look(client, path).text
        answer = client.post(path, data={"naam": "Nieuw Persoon"})
        assert answer.status_code == 200
    assert letters(seeded, "join_code") == []


def _withdraw(session: Session) -> None:
    tjitske = session.exec(select(User).where(User.handle == "tjitske")).one()
    lab = session.exec(select(Organisation).where(Organisation.slug == "kennislab-slim-maken")).one()
    withdraw(session, lab, session.exec(select(Invitation.id)).one(), by=actor_for(session, tjitske))


@pytest.mark.parametrize("token", ["x", "a" * 100, "%00", "..%2F..", "' OR 1=1"])
def test_any_other_link_is_nothing_here(client: Client, token: str) -> None:
    assert client.get(f"/uitnodiging/{token}").status_code in (400, 404)
    assert client.post(f"/uitnodiging/{token}", data={"naam": "x"}).status_code in (400, 404)


def test_the_first_steward_comes_by_the_link_of_the_operator(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        link = invite_steward(session, MAIL, by=the_operator)
    path = f"/uitnodiging/{link.rpartition('/')[2]}"
    client.post(path, data={"naam": "Nieuw Persoon"})
    answer = client.post(f"{path}/code", data={"code": last_code(seeded, MAIL)})
    assert answer.headers["location"] == "/beheer"
    assert client.get("/beheer/leden").status_code == 200


@pytest.mark.parametrize("field", ["rol", "role", "is_steward", "organisation_id", "mail"])
def test_who_accepts_chooses_nothing_but_a_name(client: Client, seeded: Database, field: str) -> None:
    path = invited(seeded, role="reader")
    told = {"naam": "Nieuw Persoon", field: "owner"}
    client.post(path, data=told)
    client.post(f"{path}/code", data={"code": last_code(seeded, MAIL)} | {field: "owner"})
    assert reads(seeded, MAIL) == set()
    assert not person(seeded, "nieuw-persoon").is_steward

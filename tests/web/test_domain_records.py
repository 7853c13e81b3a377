"""Proving a mail domain by a record in the name system, as an owner does it on the pages."""

import re
from collections.abc import Iterator

import pytest
from sqlmodel import select

from app.core import settings
from app.core.database import Database
from app.people.mail_domains import LOOKS
from app.people.ways_in import MailDomain
from tests.name_server import NameServer, name_server
from tests.web.client import Client
from tests.web.joining import person
from tests.web.looking import look
from tests.web.test_pages_inviting import post

pytestmark = pytest.mark.whole

LAB = "kennislab-slim-maken"
RECORD = "/instellingen/collegas/domein/record"
TOLD = {"van": LAB, "domeinnaam": "lab.example"}
PAGE = f"{RECORD}?van={LAB}&domeinnaam=lab.example"

WORDS = {
    "": ("Nu kijken", "We zien het record nog niet.", "Het domein is nog niet bewezen"),
    "/en": ("Check now", "We do not see the record yet.", "The domain is not proven yet"),
}


@pytest.fixture
def server(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    with name_server() as server:
        chosen = settings.settings().model_copy(update={"dns_server": server.address})
        monkeypatch.setattr(settings, "_configured", chosen)
        yield server


@pytest.fixture
def tjitske(seeded: Database, server: NameServer) -> Iterator[Client]:
    """Decides for the Kennislab."""
    with Client() as client:
        client.sign_in(person(seeded, "tjitske"))
        yield client


def proven(seeded: Database) -> list[str]:
    with seeded.reading() as session:
        return list(session.exec(select(MailDomain.domain)).all())


def token_of(client: Client, page: str) -> str:
    return str(re.findall(r'name="token" value="(\w+)"', client.get(page).text)[0])


@pytest.mark.parametrize("prefix", WORDS)
def test_an_owner_copies_the_record_and_looks_until_it_is_there(
    tjitske: Client, seeded: Database, server: NameServer, prefix: str
) -> None:
    button, not_yet, heading = WORDS[prefix]
    token = token_of(tjitske, f"{prefix}/instellingen/collegas")
    answer = tjitske.post(f"{prefix}{RECORD}", data={**TOLD, "domeinnaam": "ons@Lab.Example", "token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{prefix}{PAGE}")
    assert button in look(tjitske, answer.headers["location"]).text
    text = tjitske.get(answer.headers["location"]).text
    name, value = re.findall(r'<code id="record-\w+">(.+?)</code>', text)
    assert name == "_proeftuin.lab.example"
    assert text.count("data-copy=") == 2
    answer = tjitske.post(f"{prefix}{RECORD}", data={**TOLD, "doe": "kijk", "token": token})
    assert answer.status_code == 422
    assert not_yet in answer.text
    assert heading in answer.text
    assert value in answer.text
    assert proven(seeded) == []
    server.texts[name] = [value]
    answer = tjitske.post(f"{prefix}{RECORD}", data={**TOLD, "doe": "kijk", "token": token})
    assert answer.status_code == 303
    assert "lab.example" in look(tjitske, answer.headers["location"]).text
    assert proven(seeded) == ["lab.example"]


def test_another_text_and_a_silent_name_system_are_told_as_such(
    tjitske: Client, seeded: Database, server: NameServer
) -> None:
    sent = {**TOLD, "doe": "kijk", "token": token_of(tjitske, PAGE)}
    server.texts["_proeftuin.lab.example"] = ["proeftuin-domein=iets-anders"]
    assert "staat een andere tekst" in tjitske.post(RECORD, data=sent).text
    server.refuses = True
    assert "de DNS geeft geen antwoord" in tjitske.post(RECORD, data=sent).text
    for _time in range(LOOKS - 2):
        tjitske.post(RECORD, data=sent)
    server.refuses = False
    asked = len(server.asked)
    assert tjitske.post(RECORD, data=sent).status_code == 429
    assert len(server.asked) == asked
    assert proven(seeded) == []


@pytest.mark.parametrize("typed", ["gmail.com", "co.uk", "niets", ""])
def test_what_nobody_can_own_is_said_at_the_field(tjitske: Client, server: NameServer, typed: str) -> None:
    assert post(tjitske, RECORD, van=LAB, domeinnaam=typed, doe="kijk", page="/instellingen/collegas") == 422
    answer = tjitske.get(RECORD, params={"van": LAB, "domeinnaam": typed})
    assert answer.status_code == 422
    assert '<a href="#domeinnaam">' in answer.text
    assert server.asked == []


@pytest.mark.parametrize("handle", ["femke", "sjoerd", "baukje", "noor"])
def test_to_everybody_else_the_door_is_not_there(
    client: Client, server: NameServer, seeded: Database, handle: str
) -> None:
    client.sign_in(person(seeded, handle))
    assert client.get(PAGE).status_code == 404
    assert post(client, RECORD, **TOLD, doe="kijk", page="/instellingen/profiel") == 404
    assert server.asked == []

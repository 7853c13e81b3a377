"""Stewards suspend and correct, and it holds from the next request on."""

from collections.abc import Iterator

import pytest

from app.core.database import Database
from tests.web.client import Client
from tests.web.joining import organisation, person
from tests.web.looking import look
from tests.web.test_pages_inviting import post

pytestmark = pytest.mark.whole

MEMBERS_ONLY = "/kennis/ot-netwerk-scheiden"
LAB = "kennislab-slim-maken"


@pytest.fixture
def noor(seeded: Database) -> Iterator[Client]:
    with Client() as client:
        client.sign_in(person(seeded, "noor"))
        yield client


def test_a_suspended_organisation_is_gone_with_its_peoples_rights_and_comes_back(
    client: Client, noor: Client, seeded: Database
) -> None:
    client.sign_in(person(seeded, "femke"))
    page = f"/beheer/organisaties/{LAB}"
    assert client.get(MEMBERS_ONLY).status_code == 200
    assert page in look(noor, "/beheer/organisaties?q=kennislab").links
    assert post(noor, page, page=page, doe="schorsen") == 303
    assert client.get(MEMBERS_ONLY).status_code == 404
    assert client.get(f"/organisaties/{LAB}").status_code == 404
    assert client.get(f"/organisaties/{LAB}/vraag").status_code == 404
    assert "Geschorst" in look(noor, page).text
    assert post(noor, page, page=page, doe="toelaten") == 303
    assert client.get(MEMBERS_ONLY).status_code == 200
    assert client.get(f"/organisaties/{LAB}").status_code == 200


def test_a_suspended_person_is_out_in_an_open_tab_and_found_to_be_let_in_again(
    client: Client, noor: Client, seeded: Database
) -> None:
    femke = person(seeded, "femke")
    client.sign_in(femke)
    page = f"/beheer/leden/{femke.id}"
    assert post(noor, page, page="/instellingen/profiel", doe="schorsen") == 303
    assert client.get("/vragen").status_code == 303
    assert client.get("/mensen/femke").status_code == 404
    assert page in look(noor, "/beheer/leden?staat=geschorst").links
    assert page not in look(noor, "/beheer/leden").links
    assert post(noor, page, page="/instellingen/profiel", doe="toelaten") == 303
    client.sign_in(femke)
    assert client.get("/vragen").status_code == 200


def test_nobody_suspends_themselves(noor: Client, seeded: Database) -> None:
    page = f"/beheer/leden/{person(seeded, 'noor').id}"
    assert post(noor, page, page="/instellingen/profiel", doe="schorsen") == 409
    assert noor.get("/beheer/leden").status_code == 200


def test_stewards_correct_what_an_organisation_is(noor: Client, seeded: Database) -> None:
    page = f"/beheer/organisaties/{LAB}"
    assert post(noor, page, page=page, soort="cluster", kvk="1234") == 422
    assert post(noor, page, page=page, soort="koning", kvk="") == 422
    assert post(noor, page, page=page, soort="cluster", kvk="1234 5678") == 303
    changed = organisation(seeded, LAB)
    assert (changed.kind, changed.kvk_number) == ("cluster", "12345678")
    assert noor.get("/beheer/organisaties/tno").status_code == 404

"""Stewards look after topics: names, addresses, and one made of two, as readers and programs then find them."""

from collections.abc import Iterator

import pytest

from app.core.database import Database
from tests.web.client import Client
from tests.web.joining import person
from tests.web.looking import look
from tests.web.test_pages_inviting import post

pytestmark = pytest.mark.whole

HERE = "/beheer/onderwerpen"
COBOTS = {"naam_nl": "Cobots", "naam_en": "Cobots", "groep": "robotics", "adres": "cobots"}


@pytest.fixture
def noor(seeded: Database) -> Iterator[Client]:
    with Client() as client:
        client.sign_in(person(seeded, "noor"))
        yield client


def test_a_renamed_topic_is_found_at_both_addresses_feeds_and_search_too(client: Client, noor: Client) -> None:
    group = look(noor, f"{HERE}/cobots").text
    assert "Woord in het adres" in group
    found = noor.get(f"{HERE}/cobots").text
    value = found.partition('name="groep"')[2].partition("selected")[0].rpartition('value="')[2].partition('"')[0]
    told = COBOTS | {"groep": value, "naam_nl": "Meewerkende robots", "adres": "meewerkers"}
    assert post(noor, f"{HERE}/cobots", page=f"{HERE}/cobots", **told) == 303
    for old, new in (
        ("/onderwerpen/cobots", "/onderwerpen/meewerkers"),
        ("/en/onderwerpen/cobots", "/en/onderwerpen/meewerkers"),
        ("/feeds/onderwerp/cobots.atom", "/feeds/onderwerp/meewerkers.atom"),
    ):
        answer = client.get(old)
        assert (answer.status_code, answer.headers["location"]) == (301, new)
        assert client.get(new).status_code == 200
    assert "Meewerkende robots" in look(client, "/onderwerpen/meewerkers").headings[0]
    by_old, by_new = (look(client, f"/zoeken?onderwerp={word}").text for word in ("cobots", "meewerkers"))
    assert "kennen we niet" not in by_old
    assert by_old == by_new


def test_two_topics_become_one_on_the_site_and_for_programs(client: Client, noor: Client) -> None:
    page = f"{HERE}/cobots"
    other = "small-batches"
    assert post(noor, f"{page}/samenvoegen", page=page, met=other, naam="iets anders") == 422
    assert client.get("/onderwerpen/cobots").status_code == 200
    name = look(noor, page).headings[0]
    assert post(noor, f"{page}/samenvoegen", page=page, met=other, naam=name) == 303
    into = client.get("/api/v1/topics/small-batches").json()
    moved = client.get("/api/v1/topics/cobots")
    assert (moved.status_code, moved.headers["location"]) == (301, "/api/v1/topics/small-batches")
    assert client.get("/onderwerpen/cobots").status_code == 301
    assert into["slug"] == other
    assert client.get("/kennis/cobotlassen-kleine-series-kwelderstaal").status_code == 200


def test_what_is_missing_is_said_and_nothing_is_lost(noor: Client) -> None:
    token = noor.get(HERE).text.partition('name="token" value="')[2].partition('"')[0]
    answer = noor.post(HERE, data={"token": token, "naam_nl": "Grijpers <plaat>", "naam_en": ""})
    assert answer.status_code == 422
    assert "Vul de Engelse naam in" in answer.text
    assert "Grijpers &lt;plaat&gt;" in answer.text
    told = {"naam_nl": "Grijpers", "naam_en": "Cobots"}
    assert post(noor, HERE, page=HERE, **told) == 409
    assert post(noor, HERE, page=HERE, **(told | {"naam_en": "Grippers and more"})) == 303
    assert "Grijpers" in look(noor, f"{HERE}/grippers-and-more").text
    assert noor.get(f"{HERE}/bestaat-niet").status_code == 404

"""A request is followed by its id through web, job and engine; and no log holds what is a person's own.

On a real house, with everything that it says: what its processes write and what its engine writes.
"""

import json
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlmodel import select

from app.core.log import following
from app.people.actor import Actor
from app.web.counting import path_told
from content.models import Article
from content.publishing import withdraw
from search.line import agent
from tests.databases import in_use
from tests.house import House, until
from tests.web.client import Client

pytestmark = [pytest.mark.slow, pytest.mark.engine]

WORD: Final = "zqxzoekwoord"
MAIL: Final = "zqxmail@kennislab.example"
TOKEN: Final = "ZqxTokenZqxTokenZqxTokenZqxTokenZqxToken123"
OWN: Final = (WORD, MAIL, MAIL.replace("@", "%40"), TOKEN)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, engine_binary: Path) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("followed"), "--examples", PROEFTUIN_LOG_FORMAT="json")
    try:
        house.become_ready()
        assert until(house.finds_by_engine, 60)
        yield house
    finally:
        house.stop()


def lines(house: House) -> list[dict[str, Any]]:
    """Every line of JSON that the house wrote."""
    return [json.loads(line) for line in house.said.read_text("utf-8").splitlines() if line.startswith("{")]


def of(house: House, request: str, message: str) -> list[dict[str, Any]]:
    return [line for line in lines(house) if line.get("request") == request and line["message"] == message]


def test_a_search_is_followed_from_the_door_to_the_engine(house: House) -> None:
    answer = house.ask("/api/v1/search?q=lasrobot&moment=1")
    request = answer.headers.get("x-request-id") or _id_of_the_newest(house, "/api/v1/search")
    assert until(lambda: of(house, request, "request"), 5)
    (door,), asked = of(house, request, "request"), of(house, request, "engine asked")
    assert (door["path"], door["status"]) == ("/api/v1/search", 200)
    assert not json.loads(answer.body)["degraded"]
    assert asked
    assert asked[0]["queries"] >= 1


def _id_of_the_newest(house: House, path: str) -> str:
    assert until(lambda: any(line.get("path") == path for line in lines(house)), 5)
    return str([line for line in lines(house) if line.get("path") == path][-1]["request"])


def test_the_engine_is_told_the_id() -> None:
    with following("0123456789abcdef"):
        assert agent() == "proeftuin (request 0123456789abcdef)"
    assert agent() == "proeftuin"


def test_a_change_is_followed_into_its_jobs(house: House) -> None:
    folder: Path = house.data_dir
    request = "feedfacefeedface"
    with (
        following(request),
        in_use(f"sqlite:///{folder / 'proeftuin.db'}", folder) as database,
        database.writing() as session,
    ):
        article = session.exec(select(Article).where(Article.slug == "begin-met-een-nulmeting")).one()
        withdraw(session, article, by=Actor(is_steward=True), reason_nl="Niet meer waar.")
    assert until(lambda: of(house, request, "job done"), 20), lines(house)[-5:]
    until(lambda: len(of(house, request, "job done")) > 1, 5)
    done = {line["reaction"] for line in of(house, request, "job done")}
    assert "search.index:sync_article" in done


def test_nothing_of_a_person_stands_in_any_log(house: House) -> None:
    addresses = [
        f"/zoeken?q={WORD}",
        f"/zoeken/suggesties?q={WORD}",
        f"/api/v1/search?q={WORD}",
        f"/api/v1/suggest?q={WORD}",
        f"/api/v1/search?q={WORD}&size=nothing",
        f"/feeds/alles.atom?verder={WORD}",
        f"/vergelijk?stuk={WORD}&stuk=%00",
        f"/afmelden/{TOKEN}",
        f"/uitnodiging/{TOKEN}?next={TOKEN}",
        f"/concept/{TOKEN}",
        f"/feeds/persoonlijk/{TOKEN}.atom",
        f"/inloggen/{TOKEN}",
        f"/mensen/{MAIL}",
        f"/mensen/{MAIL.replace('@', '%40')}",
        f"/nergens/{TOKEN}/{MAIL}",
        f"/inloggen?naar=/&email={MAIL}",
    ]
    carried = {
        "cookie": f"proeftuin={TOKEN}; thema=dark",
        "authorization": f"Bearer {TOKEN}",
        "referer": f"http://127.0.0.1/zoeken?q={WORD}",
        "user-agent": f"{MAIL}",
        "x-request-id": TOKEN,
    }
    before = len(lines(house))
    for address in addresses:
        house.ask(address)
        house.ask(address, **carried)
    assert until(lambda: len(lines(house)) >= before + 2 * len(addresses) - 6, 10)
    said = house.said.read_text("utf-8") + _of_the_engine(house)
    assert [own for own in OWN if own in said] == []
    assert "/afmelden/***" in said
    assert len(lines(house)) > before + len(addresses)


def _of_the_engine(house: House) -> str:
    found = house.data_dir / "search" / "engine.log"
    return found.read_text("utf-8", "replace") if found.exists() else ""


def test_a_path_that_is_written_whole_would_be_found(monkeypatch: pytest.MonkeyPatch, seeded: object) -> None:
    """The control: with the mask taken off, the same probes stand in the log."""
    told: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(str(vars(record)))

    ear, log = Ear(), logging.getLogger("proeftuin.request")
    log.addHandler(ear)
    level = log.level
    log.setLevel(logging.INFO)  # which also forgets what the logger remembers of its former level
    try:
        with Client() as client:
            client.get(f"/afmelden/{TOKEN}")
            assert not any(TOKEN in line for line in told)
            monkeypatch.setattr("app.web.gate.path_told", lambda _scope, path: path)
            client.get(f"/afmelden/{TOKEN}")
            assert any(TOKEN in line for line in told)
    finally:
        log.setLevel(level)
        log.removeHandler(ear)


@pytest.mark.parametrize(
    "path",
    [
        "/kennis/cobotlassen-kleine-series-kwelderstaal",
        "/kennis/storingsafhankelijkonderhoud-bij-verspaners-2026",
        "/en/kennis/inline-vision-injection-moulding-terp/v/12",
        "/feeds/onderwerp/3d-printen.atom",
        "/organisaties/hanzehogeschool-groningen",
    ],
)
def test_what_operators_look_for_stays_readable(path: str) -> None:
    assert path_told({}, path) == path


def test_a_long_path_is_told_up_to_a_whole_part_and_quickly() -> None:
    began = time.perf_counter()
    told = path_told({}, "/nergens/" + "a" * 7_000 + "/" + TOKEN)
    assert time.perf_counter() - began < 0.5
    assert told == "/nergens"
    assert TOKEN[:10] not in path_told({}, "/a" * 80 + "/" + TOKEN)


def test_ids_look_alike_everywhere(house: House) -> None:
    requests = {line["request"] for line in lines(house) if line.get("request")}
    assert requests
    assert all(re.fullmatch("[0-9a-f]{16}", request) for request in requests)

"""What one visitor may ask for: refused with a sentence and a time, whatever their headers say; nobody else is."""

from collections.abc import Iterator

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.core.database import Database
from app.web import allowances, site
from app.web.allowances import ALLOWANCES, Allowance
from tests.web.client import Client

pytestmark = pytest.mark.whole

VISITOR, OTHER, PROXY = "203.0.113.9", "203.0.113.10", "10.0.0.1"
FEW = 3

DOORS = {
    "suggestions": ("/zoeken/suggesties?q=co{}", "/api/v1/suggest?q=co{}"),
    "search": ("/zoeken?q=cobot{}", "/en/zoeken?q=cobot{}", "/api/v1/search?q=cobot{}"),
    "comparing": ("/vergelijk?stuk=a{}", "/kennis/papierloze-werkorder-esdoorn/versies?n={}"),
    "pictures": ("/kennis/begin-met-een-nulmeting/deelbeeld.png?n={}",),
    "paper": ("/kennis/stuk-{}.pdf",),
    "providers": ("/inloggen/aanbieder-{}/terug",),
    "joining": ("/aanmelden?als=bedrijf&x={}", "/aanmelden/jij?x={}"),
}
"""Addresses that were never asked for before, so that each has to be made."""


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = tuple(Allowance(one.name, one.path, FEW) for one in ALLOWANCES)
    monkeypatch.setattr(allowances, "ALLOWANCES", fewer)


@pytest.fixture
def visitor(seeded: Database) -> Iterator[Client]:
    with Client(peer=VISITOR) as client:
        yield client


def statuses(client: Client, pattern: str, times: int, *, start: int = 0, **headers: str) -> list[int]:
    return [client.get(pattern.format(start + n), headers=headers).status_code for n in range(times)]


@pytest.mark.parametrize("name", DOORS)
def test_what_is_expensive_is_refused_after_so_many(visitor: Client, name: str) -> None:
    first, *others = DOORS[name]
    assert 429 not in statuses(visitor, first, FEW)
    for pattern in (first, *others):
        assert statuses(visitor, pattern, 2, start=FEW) == [429, 429], pattern
    assert visitor.get("/kennis").status_code == 200


def test_every_allowance_has_a_door_here() -> None:
    assert DOORS.keys() == {one.name for one in ALLOWANCES}


def test_a_person_gets_a_page_and_a_machine_problem_details_with_a_time(visitor: Client) -> None:
    statuses(visitor, "/zoeken?q={}", FEW)
    page, machine = visitor.get("/zoeken?q=nog"), visitor.get("/api/v1/search?q=nog")
    for answer in (page, machine):
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 120
        assert answer.headers["cache-control"] == "no-store"
    seconds = page.headers["retry-after"]
    assert f"Wacht {seconds} seconden en probeer het opnieuw." in page.text
    assert 'lang="nl"' in page.text
    assert machine.headers["content-type"] == "application/problem+json"
    assert machine.json()["detail"].startswith("You ask for this more often than we can make it.")
    assert machine.json()["status"] == 429


def test_what_is_kept_already_costs_nothing_and_is_never_refused(visitor: Client) -> None:
    statuses(visitor, "/vergelijk?stuk={}", FEW)
    assert statuses(visitor, "/vergelijk?stuk=0", 20) == [200] * 20
    assert statuses(visitor, "/vergelijk?stuk=ander", 1) == [429]


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": OTHER},
        {"x-forwarded-for": "127.0.0.1"},
        {"forwarded": f"for={OTHER}"},
        {"x-real-ip": OTHER},
        {"cookie": "proeftuin=made-up"},
        {"authorization": "Bearer made-up"},
        {"user-agent": "somebody else"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_no_header_resets_it(seeded: Database, headers: dict[str, str]) -> None:
    app = ProxyHeadersMiddleware(site.build(), trusted_hosts=[PROXY])
    with Client(app, peer=VISITOR) as client:
        statuses(client, "/zoeken?q={}", FEW)
        assert statuses(client, "/zoeken?q=a{}", 2, **headers) == [429, 429]


def test_behind_a_trusted_proxy_visitors_are_told_apart_by_what_it_says_last(seeded: Database) -> None:
    app = ProxyHeadersMiddleware(site.build(), trusted_hosts=[PROXY])
    with Client(app, peer=PROXY) as client:
        assert 429 not in statuses(client, "/zoeken?q={}", FEW, **{"x-forwarded-for": VISITOR})
        # A visitor may have written the first part; the last one is the proxy's own.
        forged = {"x-forwarded-for": f"{OTHER}, {VISITOR}"}
        assert statuses(client, "/zoeken?q=a{}", 1, **forged) == [429]
        assert statuses(client, "/zoeken?q=b{}", 1, **{"x-forwarded-for": OTHER}) == [200]


def test_a_network_of_the_newer_internet_is_one_visitor(seeded: Database) -> None:
    app = ProxyHeadersMiddleware(site.build(), trusted_hosts=[PROXY])
    with Client(app, peer=PROXY) as client:
        for n in range(FEW):
            assert statuses(client, f"/zoeken?q={n}", 1, **{"x-forwarded-for": f"2001:db8:1:2::{n + 1}"}) == [200]
        assert statuses(client, "/zoeken?q=a", 1, **{"x-forwarded-for": "2001:db8:1:2::99"}) == [429]
        assert statuses(client, "/zoeken?q=b", 1, **{"x-forwarded-for": "2001:db8:1:3::1"}) == [200]


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_this_machine_itself_is_not_counted(seeded: Database, peer: str) -> None:
    with Client(peer=peer) as client:
        assert statuses(client, "/vergelijk?stuk=a{}", 10 * FEW) == [200] * 10 * FEW


def test_reading_too_much_writes_nothing_to_the_database(visitor: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        before = session.connection().exec_driver_sql("PRAGMA data_version").scalar_one()
        statuses(visitor, "/vergelijk?stuk=a{}", FEW + 2)
    with seeded.reading() as session:
        assert session.connection().exec_driver_sql("PRAGMA data_version").scalar_one() == before

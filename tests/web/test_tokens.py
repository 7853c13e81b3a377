"""Tokens over HTTP: a program reads in somebody's name, with less than that person may, for as long as they may."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import select

from app.core import settings
from app.core.clock import now
from app.core.database import Database
from app.people import belonging, tokens
from app.people.models import Membership, User, UserState
from app.people.signing_in import actor_for
from app.people.tokens import ApiToken
from app.web import allowances
from content.publishing import publish
from content.snapshot import Visibility
from tests.cast import Cast, draft
from tests.web.client import Client
from tests.web.conftest import ADDRESS


@pytest.fixture
def site(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"base_url": ADDRESS}))
    with database.writing() as session:
        cast = Cast.in_(session)
        for slug, visibility in (("open-stuk", Visibility.EVERYONE), ("leden-stuk", Visibility.MEMBERS)):
            publish(session, draft(session, cast, "lesson", slug=slug, visibility=visibility), by=cast.femke)
    return database


@pytest.fixture
def browser(site: Database) -> Iterator[Client]:
    with Client() as client:
        yield client


def person(site: Database, handle: str) -> User:
    with site.reading() as session:
        return session.exec(select(User).where(User.handle == handle)).one()


def made(browser: Client, site: Database, handle: str = "sjoerd", **wish: Any) -> str:
    """A token that this person made on the page."""
    browser.sign_in(person(site, handle))
    page = browser.get("/instellingen/tokens").text
    form = {"token": page.split('name="token" value="')[1].split('"')[0], "naam": "Rapport", "dagen": "30"}
    answer = browser.post("/instellingen/tokens", data={**form, "mag": ["read", "account"], **wish})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    browser.sign_out()
    found = re.search(r"<code>(pt_[\w-]{43})</code>", answer.text)
    assert found
    return found[1]


def ask(browser: Client, path: str, token: str, method: str = "GET") -> Any:
    return browser.request(method, f"/api/v1{path}", headers={"authorization": f"Bearer {token}"}, origin=None)


def test_a_token_reads_what_its_person_may_and_is_shown_once(browser: Client, site: Database) -> None:
    assert browser.get("/api/v1/articles/leden-stuk").status_code == 404
    token = made(browser, site)
    answer = ask(browser, "/articles/leden-stuk", token)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    # Someone passing by still sees nothing, from the page store or otherwise.
    assert browser.get("/api/v1/articles/leden-stuk").status_code == 404
    assert {"leden-stuk", "open-stuk"} == {each["slug"] for each in ask(browser, "/articles", token).json()["items"]}
    browser.sign_in(person(site, "sjoerd"))
    page = browser.get("/instellingen/tokens").text
    assert token not in page
    assert f"…{token[-4:]}" in page
    with site.reading() as session:
        assert token not in str(session.exec(select(ApiToken)).one().model_dump())


def test_it_says_who_it_is_and_when_it_was_used(browser: Client, site: Database) -> None:
    token = made(browser, site)
    told = ask(browser, "/me", token).json()
    assert (told["handle"], told["is_member"], told["places"][0]["role"]) == ("sjoerd", True, "reader")
    assert (told["token"]["scopes"], told["token"]["used"]) == (["read", "account"], None)
    tokens.last_used.write_down()
    assert ask(browser, "/tokens", token).json()["items"][0]["used"] is not None


@pytest.mark.parametrize(
    ("scope", "open_doors", "closed"),
    [("read", ["/articles", "/search"], ["/me", "/tokens"]), ("account", ["/me", "/tokens"], ["/articles", "/search"])],
)
def test_a_token_is_good_for_what_it_was_made_for(
    browser: Client, site: Database, scope: str, open_doors: list[str], closed: list[str]
) -> None:
    token = made(browser, site, mag=[scope])
    assert [ask(browser, path, token).status_code for path in open_doors] == [200, 200]
    assert [ask(browser, path, token).status_code for path in closed] == [403, 403]


def test_what_is_no_token_is_refused_and_never_read_as_somebody_passing_by(browser: Client, site: Database) -> None:
    token = made(browser, site)
    for wrong in ("pt_x", token[:-1], token + "x", "", "x" * 5000, token.upper()):
        answer = ask(browser, "/articles", wrong)
        assert answer.status_code == 401, wrong
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
    assert browser.get("/api/v1/me").status_code == 401
    assert ask(browser, "/articles", token).status_code == 200


def test_a_token_opens_no_page_and_a_session_beside_it_counts_for_nothing(browser: Client, site: Database) -> None:
    token = made(browser, site)
    headers = {"authorization": f"Bearer {token}"}
    assert browser.get("/kennis/leden-stuk", headers=headers).status_code == 404
    assert browser.get("/instellingen/sessies", headers=headers).status_code == 303
    browser.sign_in(person(site, "sjoerd"))
    assert ask(browser, "/articles/leden-stuk", "pt_wrong").status_code == 401
    form = {"sessie": "andere"}
    assert browser.post("/instellingen/sessies", data=form, headers=headers, origin=None).status_code == 403


def test_a_token_makes_no_steward_and_no_editor(browser: Client, site: Database) -> None:
    with site.writing() as session:
        femke = session.exec(select(User).where(User.handle == "femke")).one()
        femke.is_steward = True
        session.add(femke)
    token = made(browser, site, "femke")
    with site.reading() as session:
        bearer = tokens.bearer_of(session, token)
        assert bearer is not None
        assert bearer.actor.is_member
        assert not bearer.actor.is_steward
        assert not bearer.actor.edits_for
        assert actor_for(session, femke).edits_for


def test_with_the_place_goes_what_the_token_could_do(browser: Client, site: Database) -> None:
    whole, narrow = made(browser, site), made(browser, site, organisatie="woldzicht-verspaning")
    assert [ask(browser, "/articles/leden-stuk", each).status_code for each in (whole, narrow)] == [200, 200]
    with site.writing() as session:
        noor = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        place = session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one()
        belonging.remove(session, place, by=noor)
    assert [ask(browser, "/articles/leden-stuk", each).status_code for each in (whole, narrow)] == [404, 401]
    with site.writing() as session:
        place = session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one()
        place.ended_at = None
        session.add(place)
    assert [ask(browser, "/articles/leden-stuk", each).status_code for each in (whole, narrow)] == [200, 401]


def test_with_the_person_goes_the_token(browser: Client, site: Database) -> None:
    token = made(browser, site)
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        sjoerd.state = UserState.ERASED
        session.add(sjoerd)
    assert ask(browser, "/articles", token).status_code == 401


def test_a_token_ends_by_itself_by_its_owner_and_by_a_program(browser: Client, site: Database) -> None:
    first, second, third = (made(browser, site) for _ in range(3))
    with time_machine.travel(now() + timedelta(days=29, hours=23)):
        assert ask(browser, "/articles", first).status_code == 200
    with time_machine.travel(now() + timedelta(days=30, seconds=1)):
        assert ask(browser, "/articles", first).status_code == 401
    number = ask(browser, "/me", first).json()["token"]["id"]
    assert ask(browser, f"/tokens/{number}", second, "DELETE").status_code == 204
    assert ask(browser, "/articles", first).status_code == 401
    browser.sign_in(person(site, "sjoerd"))
    page = browser.get("/instellingen/tokens").text
    form = {"token": page.split('name="token" value="')[1].split('"')[0]}
    number = ask(browser, "/me", second).json()["token"]["id"]
    assert browser.post("/instellingen/tokens", data=form | {"weg": str(number)}).status_code == 303
    assert [ask(browser, "/articles", each).status_code for each in (second, third)] == [401, 200]


def test_nobody_ends_the_token_of_somebody_else(browser: Client, site: Database) -> None:
    theirs, own = made(browser, site, "femke"), made(browser, site)
    number = ask(browser, "/me", theirs).json()["token"]["id"]
    assert ask(browser, f"/tokens/{number}", own, "DELETE").status_code == 404
    assert ask(browser, "/articles", theirs).status_code == 200
    browser.sign_in(person(site, "sjoerd"))
    assert browser.request("DELETE", f"/api/v1/tokens/{number}", origin="https://elders.example").status_code == 403
    assert browser.request("DELETE", f"/api/v1/tokens/{number}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"naam": ""},
        {"mag": []},
        {"mag": ["read", "steward"]},
        {"dagen": "10000"},
        {"organisatie": "kennislab-slim-maken"},
    ],
)
def test_what_does_not_fit_makes_no_token(browser: Client, site: Database, wrong: dict[str, Any]) -> None:
    browser.sign_in(person(site, "sjoerd"))
    page = browser.get("/instellingen/tokens").text
    form = {"token": page.split('name="token" value="')[1].split('"')[0], "naam": "X", "dagen": "30", "mag": ["read"]}
    assert browser.post("/instellingen/tokens", data={**form, **wrong}).status_code == 422
    with site.reading() as session:
        assert session.exec(select(ApiToken)).all() == []
    assert browser.post("/instellingen/tokens", data=form).status_code == 200


def test_a_token_is_asked_with_only_so_often_wherever_from(
    browser: Client, site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowances, "OF_A_TOKEN", 5)
    token, another = made(browser, site), made(browser, site)
    statuses = [ask(browser, "/topics", token).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    with Client(browser.app, peer="203.0.113.9") as elsewhere:
        answer = ask(elsewhere, "/topics", token)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
    assert ask(browser, "/topics", another).status_code == 200

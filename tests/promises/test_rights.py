"""Who may do what: the table of `docs/rights.md` against the real application, operation by operation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.database import Database
from app.core.seals import seal
from app.people.models import Membership, User
from app.people.signing_in import actor_for, begin_session
from app.people.tokens import SCOPES, Wish, make
from app.web import api, pages, stewarding
from app.web.forms import FORM_PURPOSE
from app.web.visit import session_cookie
from tests.promises.rights import ROLES, WORDS, Stage, expected
from tests.web.client import Client

pytestmark = pytest.mark.slow


LAST = (
    "/api/v1/tokens/{number}",
    "/beoordelen/{id}/terugnemen",
    "/instellingen/organisatie/intrekken",
    "/instellingen/organisatie/vertrek",
    "/instellingen/sessies",
    "/instellingen/gegevens/wissen",
    "/uitloggen",
)
"""What ends something of whoever asks."""


def operations() -> set[tuple[str, str]]:
    """Every operation of the application."""
    found = {
        (method, route.path or "")
        for router in (*pages.ROUTERS, *api.ROUTERS)
        for route in iter_route_contexts(router.routes)
        if isinstance(route.original_route, APIRoute)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert {("GET", "/"), ("POST", "/inloggen"), ("GET", "/api/v1/search")} <= found
    return found


def test_every_operation_stands_in_the_table() -> None:
    assert operations() - set(expected()) == set()
    assert {word for row in expected().values() for word in row.values()} <= WORDS


def test_every_scope_of_a_token_has_a_column() -> None:
    assert [role.partition(" ")[2] for role in ROLES if role.startswith("token ")] == list(SCOPES)


@pytest.fixture
def stage(seeded: Database) -> Stage:
    stage = Stage()
    with seeded.writing() as session:
        stage.set_up(session)
    return stage


@contextmanager
def being(database: Database, role: str) -> Iterator[tuple[Client, str, dict[str, str]]]:
    """A browser of somebody in this role with the token for their forms, or a program with the header that it sends."""
    with Client() as client:
        token, headers = "", {}
        if role.startswith("token "):
            with database.writing() as session:
                holder = actor_for(session, session.exec(select(User).where(User.handle == ROLES[role])).one())
                wish = Wish(name="test", scopes=[role.partition(" ")[2]], days=30)
                headers["authorization"] = f"Bearer {make(session, wish, by=holder, is_strong=True)}"
        elif ROLES[role]:
            with database.reading() as session:
                user = session.exec(select(User).where(User.handle == ROLES[role])).one()
            with database.writing() as session:
                session_token = begin_session(session, user, device="test", is_strong=True)
            client.carry(session_cookie(), session_token)
            token = seal(FORM_PURPOSE, session_token)
        yield client, token, headers


def answers(
    database: Database, stage: Stage, role: str, *, meanwhile: Callable[[Session], None] | None = None
) -> dict[tuple[str, str], str]:
    """What somebody in this role is answered, as the table words it. `meanwhile`: what happens once they are in."""
    found = {}
    # What ends something of oneself comes last.
    order = sorted(
        operations() & set(expected()),
        key=lambda one: (LAST.index(one[1]) if one[1] in LAST else -1, one[1], one[0]),
    )
    with being(database, role) as (client, token, headers):
        if meanwhile:
            assert client.get("/overzicht").status_code == 200
            with database.writing() as session:
                meanwhile(session)
        for method, path in order:
            address = stage.address(method, path)
            if method == "GET":
                answer = client.get(address, headers=headers)
            elif path.startswith("/api/"):
                told = stage.body(method, path) if method != "DELETE" else None
                asked = headers | stage.headers(method, path)
                answer = client.request(method, address, json=told, headers=asked)
            else:
                answer = client.request(
                    method, address, data=stage.body(method, path) | {"token": token}, headers=headers
                )
            assert answer.status_code < 500, (role, method, address, answer.status_code)
            found[method, path] = word(answer.status_code, answer.headers.get("location", ""))
    return found


def word(status: int, leads_to: str) -> str:
    """An answer in a word."""
    if "/inloggen?naar=" in leads_to or status == 401:
        return "sign in"
    return "no" if status in (403, 404) else "yes"


@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_answered_as_the_table_says(seeded: Database, stage: Stage, role: str) -> None:
    table, found = expected(), answers(seeded, stage, role)
    wrong = [
        f"{role}: {method} {path} is {said}"
        for (method, path), said in found.items()
        if said != table[method, path][role]
    ]
    assert wrong == []


def test_a_right_taken_away_is_gone_at_the_next_request_in_an_open_tab_too(seeded: Database, stage: Stage) -> None:
    def take_away(session: Session) -> None:
        place = session.exec(
            select(Membership).join(User, col(User.id) == Membership.user_id).where(User.handle == ROLES["owner"])
        ).one()
        place.ended_at = now()

    table, found = expected(), answers(seeded, stage, "owner", meanwhile=take_away)
    lost = [one for one in found if table[one]["owner"] == "yes" and table[one]["removed"] == "no"]
    assert [one for one in lost if found[one] != "no"] == []
    assert len(lost) > 50


def test_the_table_turns_red_when_a_rule_is_broken(
    seeded: Database, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stewarding.steward, "__code__", (lambda actor: actor).__code__)
    found = answers(seeded, stage, "reader")
    wrong = {path for (method, path), said in found.items() if said != expected()[method, path]["reader"]}
    # What stewards do to applications is judged by the rule behind the door once more, and so stays refused.
    assert {"/beheer/leden", "/beheer/leden/{number}", "/beheer/logboek", "/beheer/logboek/tabel"} <= wrong
    assert "/beheer/aanvragen/{number}" not in wrong

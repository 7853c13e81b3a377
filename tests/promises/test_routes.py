"""Whatever changes something is no GET, and is judged before it reaches a route."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from sqlmodel import col, select

from app.core.database import Database
from app.people.models import Organisation
from app.web import forms, needs, site, uploads
from app.web.gate import Gate
from app.web.security import UNSAFE
from content.models import Article, Stage
from content.subjects import Topic
from tests.web.client import Client

ROOT = Path(__file__).parents[2]

UNJUDGED = {"/csp", "/afmelden/{token}"}
"""A browser reports from wherever it was stopped; nothing is changed by it. Mail programs act by a link from a letter
(RFC 8058): it is sealed, and says all by itself."""


ANYBODYS = (
    "/api/",
    "/csp",
    "/inloggen",
    "/uitloggen",
    "/aanmelden",
    "/uitnodiging",
    "/afmelden",
    "/volgen",
    "/melden",
    "/melding/",
)
"""Beginnings of addresses to which somebody without a session may send a form, and machines without one."""


@pytest.fixture
def routes(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[RouteContext]:
    """Every route behind the gate, included routers' too."""
    behind: list[FastAPI] = []

    def watched(app: FastAPI, *more: Any) -> Gate:
        behind.append(app)
        return Gate(app, *more)

    monkeypatch.setattr(site, "Gate", watched)
    site.build()
    # `app.routes` shows routers where it should show their routes, so that a check of it passes seeing nothing.
    return [route for route in iter_route_contexts(behind[0].routes) if isinstance(route.original_route, APIRoute)]


def calls(dependant: Dependant) -> Iterator[object]:
    """Everything that a route depends on, however deep."""
    for below in dependant.dependencies:
        yield below.call
        yield from calls(below)


def asked(path: str) -> str:
    """An address that the path would answer to."""
    return re.sub(r"\{[^}]*\}", "x", path)


def test_routes_were_found(routes: list[RouteContext]) -> None:
    paths = {route.path for route in routes}
    assert {"/", "/zoeken", "/kennis/{slug}", "/healthz"} <= paths
    assert any(path.startswith("/api/v1/") for path in paths)
    assert any(UNSAFE & (route.methods or set()) for route in routes)


def test_a_get_changes_nothing(routes: list[RouteContext]) -> None:
    writing = {
        (route.path, method)
        for route in routes
        for method in route.methods or ()
        if needs.writing in calls(route.dependant)
    }
    assert {method for _path, method in writing} <= UNSAFE
    assert writing


def test_only_what_a_route_may_need_opens_a_writing_session() -> None:
    doors = [path for path in (ROOT / "app/web").rglob("*.py") if path.name != "needs.py"]
    assert len(doors) > 20
    assert [path for path in doors if re.search(r"\.writing\(|import .*\bwriting\b", path.read_text("utf-8"))] == []


@pytest.mark.slow
def test_whatever_is_read_nothing_is_written(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with seeded.reading() as session:
        pieces = session.exec(select(Article.slug).where(Article.stage == Stage.PUBLISHED)).all()
        topics = session.exec(select(Topic.slug_nl).where(col(Topic.broader_id).is_not(None))).all()
        organisations = session.exec(select(Organisation.slug)).all()
    addresses = [
        "/",
        "/kennis",
        "/zoeken?q=lasmal",
        "/inloggen",
        "/feeds/alles.atom",
        "/api/v1/search?q=las",
        "/readyz",
    ]
    addresses += [f"/kennis/{slug}" for slug in pieces[:5]] + [f"/onderwerpen/{slug}" for slug in topics[:3]]
    addresses += [f"/organisaties/{slug}" for slug in organisations[:3]]

    def refuse(_database: Database) -> NoReturn:
        raise AssertionError("a GET opened a writing session")

    monkeypatch.setattr(Database, "writing", refuse)
    with Client() as client:
        statuses = {address: client.get(address).status_code for address in addresses}
    assert {address for address, status in statuses.items() if status >= 500} == set()
    assert list(statuses.values()).count(200) > 10


def test_a_route_either_reads_or_changes(routes: list[RouteContext]) -> None:
    for route in routes:
        assert not (UNSAFE & (route.methods or set()) and {"GET", "HEAD"} & (route.methods or set())), route.path


def test_every_session_of_a_route_ends_before_the_answer_leaves(routes: list[RouteContext]) -> None:
    def scopes(dependant: Dependant) -> Iterator[str | None]:
        for below in dependant.dependencies:
            if below.call in (needs.reading, needs.writing):
                yield below.scope
            yield from scopes(below)

    found = [scope for route in routes for scope in scopes(route.dependant)]
    assert set(found) == {"function"}


def test_no_two_routes_answer_to_the_same_address(routes: list[RouteContext]) -> None:
    addresses = [(route.path, method) for route in routes for method in route.methods or ()]
    assert len(addresses) == len(set(addresses))


def test_every_form_of_a_personal_page_needs_the_token_of_its_session(routes: list[RouteContext]) -> None:
    changing = [
        route for route in routes if UNSAFE & (route.methods or set()) and not (route.path or "").startswith(ANYBODYS)
    ]
    assert len(changing) > 5
    assert [route.path for route in changing if not _is_sealed(route)] == []


def _is_sealed(route: RouteContext) -> bool:
    """By what it asks for, or by its own hand where a form brings a file."""
    asked = set(calls(route.dependant))
    by_hand = "sealed(" in inspect.getsource(route.original_route.endpoint)
    return bool(asked & {forms.sealed, uploads.uploaded, uploads.uploaded_by_a_writer}) or by_hand


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": ""},
    ],
    ids=lambda headers: " ".join(f"{name}={value}" for name, value in headers.items()),
)
def test_every_change_is_refused_unless_a_page_of_ours_asked_for_it(
    routes: list[RouteContext], headers: dict[str, str]
) -> None:
    changing = {(route.path or "", method) for route in routes for method in UNSAFE & (route.methods or set())}
    with Client() as client:
        for path, method in sorted(changing):
            if path not in UNJUDGED:
                # A program without a session is nobody: there is nothing to forge, and nothing that it may change.
                status = 401 if path.startswith("/api/") else 403
                assert client.request(method, asked(path), headers=headers).status_code == status, (method, path)

"""Sending: every form that a page shows to somebody, filled in so that it is taken, and what comes of it row by row.

Each is sent to the same database, at the same moment and with the same chance, so that two that differ in one thing
can be compared to the last letter.
"""

import os
import random
import secrets
import shutil
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import time_machine
from fastapi.routing import APIRoute, iter_route_contexts
from sqlmodel import Session, select
from starlette.routing import Match

from app.core import settings
from app.core.clock import now
from app.core.database import Database
from app.core.seals import seal
from app.people.models import Role, User
from app.people.places import places_of
from app.people.signing_in import begin_session
from app.web import pages, site
from app.web.forms import FORM_PURPOSE
from app.web.visit import session_cookie
from content.models import Piece
from search.keeping import file
from tests.databases import in_use
from tests.promises.rights import ROLES, Stage
from tests.web.client import Client

ADDRESS: Final = "http://proeftuin.example"

Pairs = tuple[tuple[str, str], ...]

TEXT: Final = "Zo doen wij dat"
TYPED: Final = {
    "mail": "iemand.anders@elders.example",
    "adressen": "nog.een@elders.example",
    "nieuw": "nieuw.adres@elders.example",
    "adres": "https://bord.example/",
    "site": "https://bord.example/",
    "kvk": "87654321",
    "stuk": "begin-met-een-nulmeting",
    "code": "000000",
    "dag": "1",
    "orcid": "0000-0002-1825-0097",
    "website": "https://bord.example/",
    "successor": "begin-met-een-nulmeting",
}
"""Name of a field -> what somebody types who fills it in well; anything else gets a few words."""

LEFT_EMPTY: Final = frozenset({"embargo_until", "publish_at", "last_day"})
"""What somebody fills in who wants something out of the ordinary."""

TYPED_BY_TYPE: Final = {"email": TYPED["mail"], "url": TYPED["site"], "number": "7", "date": "2031-05-01"}


@dataclass(frozen=True)
class Sending:
    """A form of a page, filled in, with one of its buttons pressed."""

    role: str
    page: str
    action: str
    pairs: Pairs

    @property
    def has_token(self) -> bool:
        """Whether it is of a personal page."""
        return any(name == "token" for name, _value in self.pairs)

    @property
    def what(self) -> str:
        """Who sends what, for people."""
        pressed = "&".join(f"{name}={value}" for name, value in self.pairs if name in ("doe", "weg", "naar"))
        return f"{self.role}: {self.action} {pressed}".strip()

    def with_pairs(self, pairs: Iterable[tuple[str, str]]) -> "Sending":
        """The same with these besides."""
        return replace(self, pairs=(*self.pairs, *pairs))

    def without(self, name: str) -> "Sending":
        """The same without this field."""
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair[0] != name))


@dataclass
class _Read:
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, str] = field(default_factory=dict)
    """Choices of which none is chosen -> the first."""
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Every form that changes something, filled in."""

    def __init__(self, html: str, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Read] = []
        self._form: _Read | None = None
        self._path, self._area, self._select = path, "", ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = None
            if told.get("method", "").lower() == "post":
                self._form = _Read((told.get("action") or self._path).partition("#")[0])
                self.found.append(self._form)
        if self._form is None:
            return
        form, name, kind = self._form, told.get("name", ""), told.get("type", "text")
        if tag == "button" and kind != "button":
            form.buttons.append((name, told.get("value", "")))
        elif tag == "input" and name and kind not in ("submit", "button", "file"):
            if kind in ("checkbox", "radio"):
                value = told.get("value", "on")
                if "checked" in told:
                    form.fields.setdefault(name, []).append(value)
                form.offered.setdefault(name, value)
            else:
                value = told.get("value", "") or ("" if kind == "hidden" else _typed(name, kind))
                form.fields.setdefault(name, []).append(value)
        elif tag == "textarea":
            self._area = name
            form.fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            value = told.get("value", "")
            if "selected" in told:
                form.fields[self._select] = [value]
            if value:
                form.offered.setdefault(self._select, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "textarea" and self._area and self._form is not None:
            kept = self._form.fields[self._area][0].removeprefix("\n")
            self._form.fields[self._area] = [kept or _typed(self._area, "textarea")]
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area][0] += data


def _typed(name: str, kind: str) -> str:
    if name in LEFT_EMPTY:
        return ""
    return TYPED.get(name) or TYPED_BY_TYPE.get(kind) or TEXT


def forms_of(role: str, page: str, html: str) -> list[Sending]:
    """Every form of this page, once for each of its buttons."""
    found = []
    for read in _Forms(html, page).found:
        if not read.buttons:
            continue
        fields = {name: [value] for name, value in read.offered.items()}
        fields |= {name: values for name, values in read.fields.items() if any(values) or name not in fields}
        pairs = tuple((name, value) for name, values in fields.items() for value in values)
        for name, value in read.buttons:
            found.append(Sending(role, page, read.action, (*pairs, (name, value)) if name else pairs))
    return found


def route_taking(action: str) -> str:
    """The route that takes what is sent there."""
    path = action.partition("?")[0].removeprefix("/en")
    for router in pages.ROUTERS:
        for route in iter_route_contexts(router.routes):
            if isinstance(route.original_route, APIRoute) and "POST" in (route.methods or ()):
                match, _scope = route.original_route.matches({"type": "http", "path": path, "method": "POST"})
                if match == Match.FULL:
                    return route.path or ""
    return path


# --- a ground on which each is sent ---------------------------------------------------------------------------------

PASSING: Final = frozenset({"taken", "epoch"})
"""How often somebody asked, and the number that says that something changed."""

Row = Mapping[str, Any]
Rows = dict[tuple[str, int], Row]
"""Table and number of a row -> what stands in it."""


@dataclass(frozen=True)
class Outcome:
    """What came of it: the answer, and every row that it changed, before and after."""

    status: int
    location: str
    changed: Mapping[tuple[str, int], tuple[Row | None, Row | None]]

    @property
    def tables(self) -> set[str]:
        """Where something changed."""
        return {table for table, _number in self.changed}


class Ground:
    """A filled SQLite database of which every sending gets a copy of its own."""

    def __init__(self, source: Path, app: Any, people: Mapping[str, str]) -> None:
        """`people`: role -> handle of who has it; empty for nobody."""
        self.people, self._source, self._app, self._number = people, source, app, 0
        self.at = now()

    @contextmanager
    def being(self, role: str) -> Iterator[tuple[Client, Database, str]]:
        """Be somebody on a fresh copy: a browser, the database, the token of their forms."""
        self._number += 1
        folder = self._source.parent / f"copy-{self._number}"
        folder.mkdir()
        shutil.copyfile(self._source, folder / "proeftuin.db")
        for name in ("files", "secret"):
            if (self._source.parent / name).exists():
                (folder / name).symlink_to(self._source.parent / name)
        with (
            pytest.MonkeyPatch.context() as patch,
            time_machine.travel(self.at, tick=False),
            in_use(f"sqlite:///{folder / 'proeftuin.db'}", folder) as database,
            named(),
        ):
            _same_chance(patch)
            with Client(self._app) as client:
                token = ""
                if self.people[role]:
                    with database.writing() as session:
                        user = session.exec(select(User).where(User.handle == self.people[role])).one()
                        session_token = begin_session(session, user, device="test", is_strong=True)
                    client.carry(session_cookie(), session_token)
                    token = seal(FORM_PURPOSE, session_token)
                yield client, database, token
        shutil.rmtree(folder)

    def send(self, sending: Sending, *, prepare: Callable[[Client], None] | None = None, **how: Any) -> Outcome:
        """Send it once, on a fresh copy. `how`: what to tell the browser besides."""
        with self.being(sending.role) as (client, database, token):
            if prepare:
                prepare(client)
            before = rows_of(database)
            answer = post(client, sending, token, **how)
            after = rows_of(database)
        changed = {
            key: (before.get(key), after.get(key))
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key)
        }
        return Outcome(answer.status_code, answer.headers.get("location", ""), changed)


def post(client: Client, sending: Sending, token: str, **how: Any) -> httpx.Response:
    """Send it, with the token of this session where its page gave one."""
    data: dict[str, list[str]] = {}
    for name, value in sending.pairs:
        data.setdefault(name, []).append(token if name == "token" and value != "of another session" else value)
    return client.post(sending.action, data=data, **how)


def rows_of(database: Database) -> Rows:
    """Every row of every table, but how often somebody asked and the number that says that something changed."""
    path = str(database.engine.url.database)
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND wr = 0")
        names = [row[0] for row in tables]
        found: Rows = {}
        for name in names:
            if name in PASSING or name.startswith("sqlite_"):
                continue
            for row in connection.execute(f'SELECT rowid AS "the row", * FROM "{name}"'):
                told = dict(row)
                found[name, told.pop("the row")] = told
    connection.close()
    return found


@contextmanager
def named() -> Iterator[None]:
    """The site has a name of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "_configured", settings.settings().model_copy(update={"base_url": ADDRESS}))
        yield


def filled(url: str, folder: Path, stage: Stage, *more: Callable[[Session], None]) -> Any:
    """The site on the example content with something waiting at every door, and found by the database's own search.

    `other` owns what they are an editor of.
    """
    with in_use(url, folder) as database, named():
        with database.writing() as session:
            stage.set_up(session)
            other = session.exec(select(User).where(User.handle == ROLES["other"])).one()
            places_of(session, other.id)[0][0].role = Role.OWNER
            for add in more:
                add(session)
            pieces = session.exec(select(Piece.id)).all()
        file(pieces)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return site.build()


def _same_chance(patch: pytest.MonkeyPatch) -> None:
    """What is drawn by lot is the same at every try."""
    chance = random.Random(20261130)

    def some(count: int | None = None) -> bytes:
        return chance.randbytes(count or 32)

    patch.setattr(secrets, "token_bytes", some)
    patch.setattr(secrets, "token_hex", lambda count=None: some(count).hex())
    patch.setattr(
        secrets, "token_urlsafe", lambda count=None: urlsafe_b64encode(some(count)).rstrip(b"=").decode("ascii")
    )
    patch.setattr(secrets, "randbelow", chance.randrange)
    patch.setattr(secrets, "choice", chance.choice)
    patch.setattr(os, "urandom", some)

"""Somebody with a piece open over real HTTP: what they typed, and what the server said it kept of that."""

import json
import time
from collections.abc import Mapping
from http.client import HTTPException
from secrets import token_hex
from typing import Final
from urllib.parse import urlencode

from app.core.database import Database
from app.people import tokens
from app.people.signing_in import actor_for, begin_session
from app.web.visit import session_cookie
from content import drafting
from content.models import Article
from content.writing import draft_of
from tests.house import Answer, Caller, House
from tests.web.filling import fields_of
from tests.web.joining import person

NO_ANSWER: Final = 0
"""The connection broke: whether it was kept nobody knows."""

STEWARD: Final = "noor"
PEOPLE: Final = ("femke", "tjitske", STEWARD)
"""Who may write for the Kennislab; one of them at the knowledge centre."""

NOWHERE: Final = {"PROEFTUIN_SEARCH_URL": "http://127.0.0.1:9"}
"""For a house that needs no engine of its own."""


def begin(database: Database, handle: str = "femke") -> Article:
    """A new lesson of the Kennislab."""
    user = person(database, handle)
    with database.writing() as session:
        by = actor_for(session, user)
        owner = drafting.writes_for(session, by)[0]
        return drafting.begin(session, kind="lesson", language="nl", owner=owner, by=by, title="Meet eerst")


def lines_of(database: Database, article: Article) -> list[str]:
    """The text as the database has it, line by line."""
    with database.reading() as session:
        return draft_of(session, session.get_one(Article, article.id)).content.body.split("\n")


class Writer:
    """Types one mark after the other into a piece, and knows which of them the server said it kept."""

    def __init__(self, database: Database, house: House, article: Article, handle: str = "femke") -> None:
        user = person(database, handle)
        with database.writing() as session:
            self._cookie = f"{session_cookie()}={begin_session(session, user, device='test')}"
        self._caller = Caller(house.port, timeout=30)
        self._origin = f"http://127.0.0.1:{house.port}"
        self._at = f"/schrijven/{article.id}"
        self.kept: list[str] = []
        self.answers: dict[int, int] = {}
        self._unanswered: list[str] = []

    def open(self) -> dict[str, str]:
        """The form as it stands. Empty when nobody answers."""
        answer = self._ask("GET", self._at)
        self._unanswered = []
        if answer is None or answer.status != 200:
            return {}
        return {name: values[0] for name, values in fields_of(answer.text, "stuk").items()}

    def send(self, what: str, form: dict[str, str]) -> Answer | None:
        """What an open editor sends while somebody types: bewaren, meelezen, aanwezig. None when nobody answers."""
        return self._ask("POST", f"{self._at}/{what}", form)

    def save(self, form: dict[str, str], mark: str) -> int:
        """Add this mark to the text and save it; the status. `form` is from then on what was kept."""
        wanted = {**form, "body": f"{form['body']}\n{mark}"}
        answer = self.send("bewaren", wanted | self._attempt())
        status = answer.status if answer else NO_ANSWER
        self.answers[status] = self.answers.get(status, 0) + 1
        if answer and status == 200:
            self.kept.append(mark)
            form |= wanted | {"versie": str(json.loads(answer.body)["version"])}
            self._unanswered = []
        return status

    def save_unheard(self, form: dict[str, str], mark: str, *, after: float) -> None:
        """The same; the connection breaks after so many seconds, or when the answer comes. `form` keeps the mark."""
        form["body"] = f"{form['body']}\n{mark}"
        body = urlencode(form | self._attempt()).encode()
        self._caller.hang_up_on("POST", f"{self._at}/bewaren", body=body, headers=self._headers(body), after=after)

    def close(self) -> None:
        """Hang up."""
        self._caller.close()

    def _attempt(self) -> dict[str, str]:
        """Which save of the open page comes now, and which of them got no answer."""
        key, earlier = token_hex(16), " ".join(self._unanswered[-10:])
        self._unanswered.append(key)
        return {"poging": key, "eerder": earlier}

    def _headers(self, body: bytes | None) -> dict[str, str]:
        told = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        return {"Cookie": self._cookie, "Origin": self._origin, **told}

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer | None:
        body = urlencode(form).encode() if form is not None else None
        try:
            return self._caller.ask(method, path, body=body, headers=self._headers(body))
        except (OSError, HTTPException):
            return None


class Program:
    """The same through the API, with a token of its own."""

    def __init__(self, database: Database, house: House, article: Article, handle: str) -> None:
        user = person(database, handle)
        with database.writing() as session:
            word = tokens.make(
                session, tokens.Wish("proef", ("write",), 30), by=actor_for(session, user), is_strong=True
            )
        self._headers = {"Authorization": f"Bearer {word}", "Content-Type": "application/json"}
        self._caller = Caller(house.port, timeout=60)
        self._at = f"/api/v1/articles/{article.slug}"

    def open(self) -> dict[str, str]:
        """The text, and the tag of its version."""
        answer = self._ask("GET", f"{self._at}/draft")
        assert answer.status == 200, answer.text
        return {"body": json.loads(answer.body)["body"], "etag": answer.headers["etag"]}

    def save(self, form: dict[str, str], mark: str) -> int:
        """Add this mark and save it on the version that was read; without a tag, blindly. The status."""
        body = json.dumps({"body": f"{form['body']}\n{mark}"}).encode()
        tag = {"If-Match": form["etag"]} if form["etag"] else {}
        return self._ask("PATCH", self._at, body, tag).status

    def close(self) -> None:
        """Hang up."""
        self._caller.close()

    def _ask(self, method: str, path: str, body: bytes | None = None, tag: Mapping[str, str] | None = None) -> Answer:
        """Who asks more often than a token may waits as long as they are told to, and asks again."""
        while True:
            answer = self._caller.ask(method, path, body=body, headers={**self._headers, **(tag or {})})
            if answer.status != 429:
                return answer
            time.sleep(int(answer.headers["retry-after"]))

"""The trade register, played by a server of our own: what it tells is a help, and its absence no hindrance."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session

from app.core import settings
from app.people.region import Municipality, Sector
from app.people.register import look_up
from tests.cast import Cast

pytestmark = pytest.mark.whole

NUMBER = "68750110"

TOLD: dict[str, Any] = {
    "kvkNummer": NUMBER,
    "naam": "Test BV\u202e Donald",
    "totaalWerkzamePersonen": 42,
    "sbiActiviteiten": [
        {"sbiCode": "46699", "indHoofdactiviteit": "Nee"},
        {"sbiCode": "2511", "indHoofdactiviteit": "Ja"},
    ],
    "_embedded": {"hoofdvestiging": {"adressen": [{"type": "bezoekadres", "plaats": "ASSEN"}]}},
}


class Register(BaseHTTPRequestHandler):
    """Answers as the register does, or as the test wants."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["apikey"]))  # type: ignore[attr-defined]
        status, body = self.server.answer  # type: ignore[attr-defined]
        if status is None:
            self.server.hold.wait(10)  # type: ignore[attr-defined]
            return
        self.send_response(status)
        self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        """Stay quiet."""


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, session: Session) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Register)
    server.asked, server.hold = [], threading.Event()  # type: ignore[attr-defined]
    server.answer = (200, json.dumps(TOLD).encode())  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/api/v1/basisprofielen"
    chosen = settings.settings().model_copy(update={"kvk_api_key": SecretStr("a-key"), "kvk_api_url": url})
    monkeypatch.setattr(settings, "_configured", chosen)
    yield server
    server.hold.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def test_a_company_is_filled_in_from_its_number(session: Session, cast: Cast, register: ThreadingHTTPServer) -> None:
    found = look_up(session, NUMBER)
    assert found is not None
    assert (found.name, found.size_band) == ("Test BV Donald", "10-49")
    assert session.get_one(Municipality, found.municipality_id).slug == "assen"
    assert session.get_one(Sector, found.sector_id).code == "25"
    assert register.asked == [(f"/api/v1/basisprofielen/{NUMBER}", "a-key")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "answer",
    [
        (404, b"{}"),
        (500, b"{}"),
        (302, b""),
        (200, b"not json"),
        (200, b"[]"),
        (200, b"null"),
        (200, b'{"naam": ""}'),
        (200, b'{"naam": null, "_embedded": 3}'),
        (200, b'"' + b"x" * 600_000 + b'"'),
        (None, b""),
    ],
    ids=lambda answer: f"{answer[0]} {answer[1][:20]!r}",
)
def test_without_a_sensible_answer_the_form_is_filled_in_by_hand(
    session: Session, register: ThreadingHTTPServer, answer: tuple[int | None, bytes]
) -> None:
    register.answer = answer  # type: ignore[attr-defined]
    assert look_up(session, NUMBER) is None


@pytest.mark.parametrize(
    "change",
    [
        {"sbiActiviteiten": "x", "_embedded": None, "totaalWerkzamePersonen": "veel"},
        {
            "sbiActiviteiten": [None, 3],
            "_embedded": {"hoofdvestiging": {"adressen": [None, {"plaats": 7}]}},
            "totaalWerkzamePersonen": None,
        },
        {"sbiActiviteiten": [], "_embedded": {"hoofdvestiging": []}, "totaalWerkzamePersonen": 0},
    ],
)
def test_what_does_not_fit_our_form_is_left_open(
    session: Session, register: ThreadingHTTPServer, change: dict[str, Any]
) -> None:
    register.answer = (200, json.dumps(TOLD | change).encode())  # type: ignore[attr-defined]
    found = look_up(session, NUMBER)
    assert found is not None
    assert (found.municipality_id, found.sector_id, found.size_band) == (None, None, "")


def test_without_a_key_nobody_is_asked(
    session: Session, register: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings.settings().model_copy(update={"kvk_api_key": SecretStr("")})
    monkeypatch.setattr(settings, "_configured", chosen)
    assert look_up(session, NUMBER) is None
    assert register.asked == []  # type: ignore[attr-defined]

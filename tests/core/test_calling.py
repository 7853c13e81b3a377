"""Calls to addresses that anybody may have written down: only to the open internet, by name, number and redirect."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.core import outside
from app.core.outside import NotThere, OutsideError, call
from app.core.settings import Settings


@dataclass
class Inside:
    """A machine that stands inside, and what it was asked."""

    address: str
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def inside() -> Iterator[Inside]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            machine.asked.append((self.command, self.path, self.headers["Host"]))
            if self.path == "/drips":
                self.send_response(200)
                self.end_headers()
                while not machine.hold.wait(0.05):
                    self.wfile.write(b".")
                return
            self.send_response(302 if self.path == "/away" else 200)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"a secret of this machine")

        do_HEAD = do_POST = do_GET  # noqa: N815 - the names that the library looks for

        def log_message(self, *_told: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    machine = Inside(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield machine
    machine.hold.set()
    server.shutdown()
    server.server_close()


def allow(monkeypatch: pytest.MonkeyPatch, *places: str) -> None:
    chosen = Settings(outbound_allow=places, _env_file=None)
    monkeypatch.setattr(outside, "settings", lambda: chosen)


@pytest.fixture
def allowing(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> Inside:
    allow(monkeypatch, "127.0.0.0/8")
    return inside


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "127.1", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_a_machine_inside_is_never_asked_however_it_is_written(inside: Inside, host: str) -> None:
    port = inside.address.rpartition(":")[2]
    for scheme in ("http", "https"):
        with pytest.raises(NotThere):
            call("GET", f"{scheme}://{host}:{port}/", may_be_plain=True)
    assert inside.asked == []


@pytest.mark.parametrize("number", ["64:ff9b::7f00:1", "64:ff9b::a01:203", "::7f00:1", "::a01:203", "2002:a01:203::"])
def test_a_number_that_leads_to_another_is_judged_by_that(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (number, 443))])
    with pytest.raises(NotThere):
        call("GET", "https://a.example/")


def test_a_name_that_changes_its_mind_is_asked_once(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """First a number of the open internet, then one of our own: the connection goes to the first or nowhere."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def turns(host: str, port: Any, *args: Any, **more: Any) -> Any:
        if host != "turns.example":
            return real(host, port, *args, **more)
        asked.append(host)
        return [(0, 0, 0, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", turns)
    went: list[str] = []

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> Any:
        went.append(address[0])
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OutsideError):
        call("GET", f"http://turns.example:{inside.address.rpartition(':')[2]}/", may_be_plain=True)
    assert asked == ["turns.example"]
    assert went == ["93.184.216.34"]
    assert inside.asked == []


def test_an_operator_may_let_us_in_by_network_and_by_name(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    port = inside.address.rpartition(":")[2]
    for allowed, host in (("127.0.0.0/8", "127.0.0.1"), ("localhost", "localhost")):
        allow(monkeypatch, allowed)
        assert call("HEAD", f"http://{host}:{port}/").status == 200
    with pytest.raises(NotThere):
        call("GET", f"http://127.0.0.1:{port}/")
    assert inside.asked == [("HEAD", "/", f"127.0.0.1:{port}"), ("HEAD", "/", f"localhost:{port}")]


def test_nothing_is_followed_and_no_more_is_read_than_was_asked_for(allowing: Inside) -> None:
    gone = call("GET", allowing.address + "/away", most=8)
    assert (gone.status, gone.leads_to, gone.body) == (302, "http://169.254.169.254/", b"a secret")
    assert call("POST", allowing.address + "/hook", body=b"{}").body == b""
    assert [path for _method, path, _host in allowing.asked] == ["/away", "/hook"]


def test_what_drips_for_ever_is_cut_off(allowing: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "LONGEST_CALL", 0.3)
    since = time.monotonic()
    with pytest.raises(OutsideError):
        call("GET", allowing.address + "/drips", most=10_000_000)
    assert time.monotonic() - since < 10


@pytest.mark.parametrize("address", ["http://a.example/", "ftp://a.example/", "//a", "https://u:p@a.example/", "x"])
def test_only_web_addresses_are_called_and_plain_ones_only_when_that_will_do(address: str) -> None:
    with pytest.raises(NotThere):
        call("GET", address)


def test_the_setting_is_a_list_with_commas() -> None:
    read = Settings(outbound_allow="hooks.inside.example, 10.1.0.0/16", _env_file=None)
    assert read.outbound_allow == ("hooks.inside.example", "10.1.0.0/16")

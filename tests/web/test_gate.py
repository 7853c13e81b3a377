"""The gate, around a small application of its own: what holds for every request, whatever stands behind it."""

import asyncio
import gzip
import logging
from collections.abc import Iterator
from datetime import date
from urllib.parse import unquote

import brotli
import pytest
from fastapi import FastAPI, Request
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from app.core import settings
from app.core.errors import NotFound
from app.core.language import current_language, gettext, speaking
from app.web import errors, gate, security, site, store
from tests.web.client import Client

PAGE = "<p>Een lasmal die past.</p>" * 200


class Clock:
    """Stands in for the epoch: a number that the test moves."""

    number_now = 1
    is_away = False

    def number(self) -> int:
        if self.is_away:
            raise OperationalError("select", {}, Exception("away"))
        return self.number_now


class House:
    """A small application behind a gate, which counts what reaches it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = store.PageStore(self.clock)
        self.asked: list[str] = []
        inner = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
        inner.add_api_route("/public", self.public)
        inner.add_api_route("/untagged", self.untagged)
        inner.add_api_route("/mine", self.mine)
        inner.add_api_route("/unchanged", self.unchanged)
        inner.add_api_route("/cookie", self.cookie)
        inner.add_api_route("/failing", self.failing)
        inner.add_api_route("/broken", self.broken)
        inner.add_api_route("/boom", self.boom)
        inner.add_api_route("/moved", self.moved)
        inner.add_api_route("/change", self.change, methods=["POST"])
        inner.add_api_route("/tongue", self.tongue)
        inner.add_api_route("/api/v1/tongue", self.tongue)
        inner.add_api_route("/csp", self.change, methods=["POST"])
        inner.add_api_route("/api/v1/change", self.change, methods=["POST"])
        inner.add_api_route("/healthz", self.tongue)
        site.tell_problems(inner)
        self.app = gate.Gate(inner, self.store, errors.told)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url.path)
        request.scope["outgoing"].keep()

    def public(self, request: Request) -> Response:
        self._note(request)
        theme = request.scope["visit"].theme
        return Response(PAGE + theme, headers={"etag": f'"{len(self.asked)}{theme}"', "vary": "Cookie"})

    def untagged(self, request: Request) -> Response:
        self._note(request)
        return Response(PAGE)

    def unchanged(self, request: Request) -> Response:
        self._note(request)
        is_known = request.scope["outgoing"].has('"a"')
        return Response("" if is_known else PAGE, status_code=304 if is_known else 200, headers={"etag": '"a"'})

    def mine(self, request: Request) -> Response:
        self._note(request)
        return Response(PAGE, headers={"cache-control": "private, no-store"})

    def cookie(self, request: Request) -> Response:
        self._note(request)
        answer = Response(PAGE)
        answer.set_cookie("a", "b")
        return answer

    def failing(self, request: Request) -> Response:
        self._note(request)
        raise NotFound("Nothing here.")

    def moved(self, request: Request) -> Response:
        self._note(request)
        return RedirectResponse("/public")

    def broken(self, request: Request) -> Response:
        self._note(request)

        def parts() -> Iterator[bytes]:
            yield b"half"
            raise RuntimeError("the other half is gone")

        return StreamingResponse(parts())

    def boom(self) -> Response:
        raise RuntimeError("secret detail")

    async def change(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse({"bytes": len(await request.body())})

    def tongue(self, request: Request) -> Response:
        return JSONResponse({"tongue": current_language(), "path": request.url.path})


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    # The bare sentence instead of a page: how that looks is for the tests of the pages.
    monkeypatch.setattr(
        errors, "_for_people", lambda _visit, problem: PlainTextResponse(problem.sentence, problem.status)
    )
    monkeypatch.setattr(
        "app.core.settings._configured", settings.Settings(_env_file=None, base_url="https://proeftuin.example")
    )
    return House()


@pytest.fixture
def client(house: House) -> Iterator[Client]:
    with Client(house.app) as client:
        yield client


def said(sentence: str) -> bytes:
    """This sentence as someone who reads Dutch is told it."""
    with speaking("nl"):
        return gettext(sentence).encode()


def headers_of(raw: tuple[int, list[tuple[bytes, bytes]], bytes]) -> dict[bytes, bytes]:
    names = [name for name, _value in raw[1]]
    assert len(names) == len(set(names)), f"a header is there twice: {names}"
    return dict(raw[1])


# --- the store ---------------------------------------------------------------------------------------------------


def test_a_public_page_is_made_once_and_then_comes_from_the_store(house: House, client: Client) -> None:
    answers = [client.get("/public") for _ in range(3)]
    assert house.asked == ["/public"]
    assert {(answer.status_code, answer.text, answer.headers["etag"]) for answer in answers} == {(200, PAGE, '"1-br"')}


def test_what_is_kept_says_that_it_varies_with_the_coding_and_carries_the_wall(client: Client) -> None:
    for _ in range(2):
        answer = client.get("/public")
        assert answer.headers["vary"] == "Cookie, Accept-Encoding"
        assert answer.headers["content-security-policy"] == security.CONTENT_SECURITY_POLICY
        assert "includeSubDomains" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("br", "br"),
        ("gzip, deflate, br;q=0.8", "br"),
        ("gzip, br;q=0", "gzip"),
        ("gzip ; q = 0.000 , BR", "br"),
        ("vibrant", "identity"),
        ("identity", "identity"),
        ("", "identity"),
        ("*;q=0", "identity"),
        ("\xff\xfe;;;,,q=", "identity"),
    ],
)
def test_the_reader_gets_a_coding_they_accept(client: Client, accepted: str, coding: str) -> None:
    for _ in range(2):
        status, headers, body = client.raw(path="/public", headers=[(b"accept-encoding", accepted.encode("latin-1"))])
        named = dict(headers)
        assert status == 200
        assert named.get(b"content-encoding", b"identity") == coding.encode()
        assert int(named[b"content-length"]) == len(body)
        unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}[coding](body)
        assert unpacked.decode() == PAGE


def test_another_theme_is_another_page_and_an_unknown_theme_is_none(house: House, client: Client) -> None:
    client.carry("thema", "dark")
    assert client.get("/public").text == PAGE + "dark"
    client.carry("thema", "<script>")
    assert client.get("/public").text == PAGE
    assert client.get("/public").text == PAGE
    assert len(house.asked) == 2


def test_a_new_epoch_ends_everything_kept(house: House, client: Client) -> None:
    client.get("/public")
    house.clock.number_now += 1
    assert client.get("/public").headers["etag"] == '"2-br"'


def test_a_new_day_ends_everything_kept(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/public")
    monkeypatch.setattr(house.store, "_day", date(2031, 1, 1))
    client.get("/public")
    assert len(house.asked) == 2


def test_what_was_kept_is_still_read_while_the_database_is_away(house: House, client: Client) -> None:
    client.get("/public")
    house.clock.is_away = True
    assert client.get("/public").status_code == 200
    assert len(house.asked) == 1


@pytest.mark.parametrize("path", ["/mine", "/cookie", "/failing", "/moved"])
def test_only_public_answers_that_went_well_are_kept(house: House, client: Client, path: str) -> None:
    client.get(path)
    client.get(path)
    assert house.asked == [path, path]


def test_a_reader_with_a_session_never_meets_the_store(house: House, client: Client) -> None:
    client.carry("__Host-proeftuin", "token")
    client.get("/public")
    client.get("/public")
    assert len(house.asked) == 2
    client.sign_out()
    client.get("/public")
    assert len(house.asked) == 3


@pytest.mark.parametrize(
    "cookies",
    [
        [b"__Host-proeftuin=token", b"thema=dark"],
        [b"thema=dark", b"__Host-proeftuin=token"],
        [b'a=b; __Host-proeftuin="token"'],
        [b"=;;;==; __Host-proeftuin=token; \xff\xfe"],
    ],
)
def test_a_session_is_seen_in_whatever_cookie_header_it_stands(
    house: House, client: Client, cookies: list[bytes]
) -> None:
    for _ in range(2):
        client.raw(path="/public", headers=[(b"cookie", cookie) for cookie in cookies])
    assert len(house.asked) == 2


def test_an_authorised_request_never_meets_the_store(house: House, client: Client) -> None:
    for _ in range(2):
        client.get("/public", headers={"authorization": "Bearer x"})
    assert len(house.asked) == 2


def test_another_host_never_meets_the_store(client: Client) -> None:
    client.get("/public")
    assert client.raw(path="/public", host=b"evil.example")[0] == 400


def test_an_answer_that_breaks_off_is_told_and_not_kept(
    house: House, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        answer = client.get("/broken")
        assert (answer.status_code, answer.text) == (500, said("Something went wrong on our side.").decode())
    assert len(house.asked) == 2
    assert "the other half is gone" in caplog.text


def test_the_store_holds_no_more_than_it_may(house: House, client: Client) -> None:
    house.store._most_bytes = 50_000
    for number in range(100):
        client.get(f"/public?n={number}")
    assert 10 < len(house.store._entries) < 40
    assert house.store._bytes <= 50_000
    client.get("/public?n=99")
    assert len(house.asked) == 100
    client.get("/public?n=0")
    assert len(house.asked) == 101


def test_too_late_for_its_epoch_is_not_kept(house: House) -> None:
    moment = house.store.moment()
    house.store.find((b"/", b"", "", "br"))
    house.clock.number_now += 1
    house.store.find((b"/", b"", "", "br"))
    house.store.keep((b"/", b"", "", "br"), store.Kept(200, [], b"old", b"", []), moment)
    assert house.store.find((b"/", b"", "", "br")) is None


# --- 304 and HEAD ------------------------------------------------------------------------------------------------


def test_the_epoch_is_looked_at_once_in_a_turn_and_never_too_early(house: House) -> None:
    looks = []
    house.clock.number = lambda: looks.append(house.clock.number_now) or house.clock.number_now  # type: ignore[method-assign]

    async def ask() -> tuple[int, date]:
        return house.store.moment()

    async def change_and_ask() -> tuple[int, date]:
        house.clock.number_now = 2
        # Sent after the change, so it is begun in a later turn.
        return await asyncio.create_task(ask())

    async def together() -> list[tuple[int, date]]:
        return await asyncio.gather(ask(), ask(), ask(), change_and_ask(), ask())

    moments = [number for number, _day in asyncio.run(together())]
    assert moments == [1, 1, 1, 2, 1]
    assert looks == [1, 2]


def test_who_has_it_already_is_told_so_from_the_store_and_from_the_first_answer_on(
    house: House, client: Client
) -> None:
    for known in ('"1-br"', 'W/"1-br"', '"x", "1-br"', "*"):
        answer = client.get("/public", headers={"if-none-match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == '"1-br"'
        assert {"content-length", "content-type", "content-encoding"} & set(answer.headers) == set()
        assert answer.headers["vary"] == "Cookie, Accept-Encoding"
    assert len(house.asked) == 1


def test_who_has_it_already_is_told_so_without_the_store(client: Client) -> None:
    client.carry("__Host-proeftuin", "token")
    answer = client.get("/public", headers={"if-none-match": '"1"'})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("known", ['"1-b"', '"1"', "1-br", '""', '"', "W/", ","])
def test_who_has_something_else_gets_the_page(client: Client, known: str) -> None:
    for _ in range(2):
        assert client.get("/public", headers={"if-none-match": known}).status_code == 200


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_what_a_route_says_has_not_changed_is_kept_for_those_who_have_it(
    house: House, client: Client, coding: str
) -> None:
    accepted = {"accept-encoding": coding}
    whole = client.get("/unchanged", headers=accepted)
    tag = whole.headers["etag"]
    house.clock.number_now += 1
    for _again in range(3):
        answer = client.get("/unchanged", headers={**accepted, "if-none-match": tag})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert answer.headers["vary"] == whole.headers["vary"]
        assert not {"content-length", "content-type", "content-encoding"} & set(answer.headers)
    assert len(house.asked) == 2
    for known in ({}, {"if-none-match": '"b"'}, {"if-none-match": '"a-deflate"'}):
        answer = client.get("/unchanged", headers={**accepted, **known})
        assert (answer.status_code, answer.text, answer.headers["etag"]) == (200, PAGE, tag)
    assert len(house.asked) == 3, "the whole answer was kept in its place"
    assert client.get("/unchanged", headers={**accepted, "if-none-match": tag}).status_code == 304
    assert len(house.asked) == 3


def test_a_route_is_told_the_same_without_the_store(house: House, client: Client) -> None:
    known = {"authorization": "Bearer x", "if-none-match": '"a"'}
    answer = client.get("/unchanged", headers=known)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"a"')
    assert client.get("/unchanged", headers={**known, "if-none-match": '"a-br"'}).status_code == 200


def test_an_answer_without_a_tag_is_never_304(client: Client) -> None:
    for known in ("*", '"a"', '""'):
        for _ in range(2):
            assert client.get("/untagged", headers={"if-none-match": known}).status_code == 200


@pytest.mark.parametrize("path", ["/public", "/mine", "/nothing"])
def test_head_is_get_without_the_body(client: Client, path: str) -> None:
    get, head = client.get(path), client.head(path)
    for answer in (get, head):
        answer.headers.pop("x-request-id", None)
    assert head.status_code == get.status_code
    assert head.content == b""
    if path != "/nothing":
        assert head.headers == get.headers


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/tongue", ("nl", "/tongue")),
        ("/en/tongue", ("en", "/tongue")),
        ("/api/v1/tongue", ("en", "/api/v1/tongue")),
    ],
)
def test_the_prefix_says_the_language_and_the_route_never_sees_it(
    client: Client, asked: str, answered: tuple[str, str]
) -> None:
    told = client.get(asked).json()
    assert (told["tongue"], told["path"]) == answered


@pytest.mark.parametrize("path", ["/english", "/EN/tongue", "/en/en/tongue", "/enx"])
def test_what_only_looks_like_the_prefix_is_no_prefix(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/public/", "/public"),
        ("/en/", "/en"),
        ("/en/public///", "/en/public"),
        ("/public/?q=a%20b&c", "/public?q=a%20b&c"),
        ("//evil.example/", "/evil.example"),
        ("/en//evil.example/", "/en/evil.example"),
        ("/%5Cevil.example/", "/%5Cevil.example"),
        ("/a%3Fb%25/", "/a%3Fb%25"),
        ("/caf%C3%A9/", "/caf%C3%A9"),
        ("///", "/"),
    ],
)
def test_a_slash_too_many_leads_to_the_address_without(client: Client, asked: str, led_to: str) -> None:
    path, _question, query = asked.partition("?")
    status, headers, _body = client.raw(path=unquote(path), raw_path=path.encode(), query=query.encode())
    assert (status, dict(headers)[b"location"].decode()) == (308, led_to)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/a\x00", b""),
        ("/a\x0d\x0aset-cookie:x", b""),
        ("/\x1b[31m", b""),
        ("/\ud800", b""),
        ("/public", b"q=%00"),
        ("/public", b"q=\x00"),
        ("/public", b"q=\x1b"),
        ("/" + "a" * 8_001, b""),
        ("/public", b"q=" + b"a" * 8_000),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_an_unreadable_address_is_refused_with_a_sentence(client: Client, prefix: str, path: str, query: bytes) -> None:
    status, headers, body = client.raw(path=prefix + path, query=query)
    assert status == 400
    assert b"aaaa" not in body
    assert len(body) < 200
    assert dict(headers)[b"cache-control"] == b"no-store"


def test_wrong_encodings_find_nothing_and_break_nothing(client: Client) -> None:
    for path in ("/\ufffd", "/%C0%AF", "/%u1234", "/..%2f..%2fetc/passwd"):
        assert client.raw(path=path, query=b"q=\xff%ff%C0%AF&\xe9")[0] == 404


# --- hosts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [b"evil.example", b"proeftuin.example:8000", b"", b"proeftuin.example.", b"\xff\xfe"])
def test_a_host_that_is_not_ours_is_refused(client: Client, host: bytes) -> None:
    status, headers, body = client.raw(path="/public", host=host)
    assert (status, body) == (400, said("This site is not known under the name you used."))
    assert b"location" not in dict(headers)


def test_two_hosts_are_no_host(client: Client) -> None:
    assert client.raw(path="/public", headers=[(b"host", b"evil.example")])[0] == 400


def test_a_host_is_the_same_in_capitals(client: Client) -> None:
    assert client.raw(path="/public", host=b"ProefTuin.Example")[0] == 200


def test_a_monitor_asks_under_any_name(client: Client) -> None:
    assert client.raw(path="/healthz", host=b"10.0.0.7:8000")[0] == 200


def test_localhost_is_led_to_the_address_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.settings._configured", settings.Settings(_env_file=None, port=8123))
    with Client(House().app) as client:
        status, headers, _body = client.raw(path="/en/public", query=b"a=b", host=b"localhost:8123")
        assert (status, dict(headers)[b"location"]) == (308, b"http://127.0.0.1:8123/en/public?a=b")
        assert client.raw(path="/public", host=b"localhost:9")[0] == 400
        assert client.raw(path="/public", host=b"127.0.0.1:8123")[0] == 200
        assert "strict-transport-security" not in client.get("/public").headers


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://proeftuin.example:443", "proeftuin.example"),
        ("http://proeftuin.example:80", "proeftuin.example"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://[::1]", "[::1]"),
    ],
)
def test_the_host_that_we_expect_is_written_as_browsers_write_it(
    monkeypatch: pytest.MonkeyPatch, address: str, host: str
) -> None:
    monkeypatch.setattr("app.core.settings._configured", settings.Settings(_env_file=None, base_url=address))
    assert security.expected_host() == host


@pytest.mark.parametrize("name", [b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-prefix", b"x-original-url"])
def test_forwarded_headers_change_no_answer(house: House, client: Client, name: bytes) -> None:
    plain = client.raw(path="/public")
    assert client.raw(path="/public", headers=[(name, b"evil.example")]) == plain
    assert client.raw(path="/tongue/", headers=[(name, b"evil.example")])[1][1] == (b"location", b"/tongue")
    assert house.asked == ["/public"]


# --- changes -----------------------------------------------------------------------------------------------------

OURS, EVIL = "https://proeftuin.example", "https://evil.example"


@pytest.mark.parametrize(
    ("site_header", "origin", "status"),
    [
        ("same-origin", OURS, 200),
        ("same-origin", None, 200),
        ("cross-site", OURS, 403),
        ("same-site", OURS, 403),
        ("none", OURS, 403),
        ("", OURS, 200),
        ("", EVIL, 403),
        ("", "null", 403),
        ("", None, 403),
        ("", OURS + ".evil.example", 403),
        ("", "http://proeftuin.example", 403),
        ("same-origin, cross-site", OURS, 403),
    ],
)
def test_a_change_must_come_from_a_page_of_ours(
    house: House, client: Client, site_header: str, origin: str | None, status: int
) -> None:
    headers = {"sec-fetch-site": site_header} if site_header else {}
    answer = client.post("/change", origin=origin, headers=headers)
    assert answer.status_code == status
    assert bool(house.asked) == (status == 200)


def test_a_machine_with_a_token_needs_no_origin(client: Client) -> None:
    assert client.post("/change", origin=None, headers={"authorization": "Bearer t"}).status_code == 200
    assert client.post("/change", origin=None, headers={"authorization": "Basic t"}).status_code == 403


def test_a_program_without_a_session_needs_no_origin_and_with_one_it_does(client: Client) -> None:
    assert client.post("/api/v1/change", origin=None).status_code == 200
    client.carry("__Host-proeftuin", "token")
    assert client.post("/api/v1/change", origin=None).status_code == 403
    assert client.post("/api/v1/change", origin=EVIL).status_code == 403
    assert client.post("/api/v1/change").status_code == 200


def test_a_browser_reports_what_the_policy_stopped_from_anywhere(client: Client) -> None:
    assert client.post("/csp", origin=None).status_code == 200


def test_a_change_is_never_kept_nor_answered_from_the_store(house: House, client: Client) -> None:
    client.get("/public")
    assert client.post("/public").status_code == 405
    assert len(house.asked) == 1


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "TRACE", "FOO", "get", "PROPFIND"])
def test_a_method_that_is_not_there_is_refused_and_says_what_is(client: Client, method: str) -> None:
    raw = client.raw(method, "/public", headers=[(b"origin", OURS.encode())])
    assert (raw[0], raw[2]) == (405, said("This cannot be done at this address."))
    assert headers_of(raw)[b"allow"] == b"GET, HEAD"


# --- bodies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [b"1000001", b"9" * 30])
def test_a_body_that_says_it_is_too_large_is_not_read(house: House, client: Client, declared: bytes) -> None:
    headers = [(b"content-length", declared), (b"origin", OURS.encode())]
    status, _headers, body = client.raw("POST", "/change", headers=headers)
    assert (status, body) == (413, said("This is more than we can take in at once."))
    assert house.asked == []


def test_a_body_that_grows_too_large_is_cut_off(client: Client) -> None:
    parts = [b"x" * 200_000] * 6
    status, _headers, body = client.raw("POST", "/change", headers=[(b"origin", OURS.encode())], body=parts)
    assert (status, body) == (413, said("This is more than we can take in at once."))


@pytest.mark.parametrize("declared", [b"-1", b"abc", "١٢".encode(), b"", b"10"])
def test_a_length_that_makes_no_sense_is_passed_over(client: Client, declared: bytes) -> None:
    headers = [(b"content-length", declared), (b"origin", OURS.encode())]
    assert client.raw("POST", "/change", headers=headers, body=[b"x" * 10])[2] == b'{"bytes":10}'


# --- the last resort and the log -----------------------------------------------------------------------------------


def test_an_error_of_ours_tells_nothing_but_that(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/boom")
    assert (answer.status_code, answer.text) == (500, said("Something went wrong on our side.").decode())
    assert answer.headers["content-security-policy"]
    assert "secret detail" in caplog.text


def test_an_error_page_that_fails_itself_is_still_answered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_any: object) -> Response:
        raise RuntimeError("the template is broken")

    monkeypatch.setattr(errors, "_for_people", fail)
    with Client(House().app) as client:
        assert client.get("/nothing").content == said("There is nothing at this address.")
        assert client.get("/boom").status_code == 500


def test_the_log_holds_a_line_without_the_question(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "proeftuin.request")
    client.get("/mine?q=geheim")
    (line,) = [record for record in caplog.records if record.name == "proeftuin.request"]
    assert (line.method, line.path, line.status) == ("GET", "/mine", 200)
    assert "geheim" not in str(vars(line))


def test_every_answer_but_a_kept_one_can_be_found_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "proeftuin.request")
    answer = client.get("/mine")
    assert caplog.records[-1].request == answer.headers["x-request-id"]


def test_problems_are_told_in_json_to_machines(client: Client) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address.",
    }


def test_a_refusal_of_the_framework_keeps_its_status() -> None:
    assert site.problem_of(HTTPException(415)).status == 415

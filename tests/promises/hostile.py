"""Requests that no well-behaved client sends: each begins as a good one and is then hurt in a few ways by chance.

Whatever is made up carries a mark that no answer may repeat as it stands, see MARK.
"""

import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse

from tests.house import Answer

MARK = b"<zqx\"'>"
"""In a page this would be an element of somebody else's, or end an attribute of ours."""

DOORS = (
    *("/", "/en", "/kennis", "/kennis/lessen", "/kennis/iets", "/kennis/iets/v/1", "/kennis/iets/bijlagen/x.csv"),
    *("/zoeken", "/en/zoeken", "/zoeken/suggesties", "/onderwerpen", "/onderwerpen/cobots", "/organisaties/iets"),
    *("/proefprojecten", "/kaart", "/vergelijk", "/beeld/0/1.webp", "/inloggen", "/feeds/alles.atom", "/feeds/x.rss"),
    *("/api/v1/articles", "/api/v1/articles/iets", "/api/v1/search", "/api/v1/suggest", "/api/v1/topics/cobots"),
    *("/openapi.json", "/readyz", "/healthz", "/robots.txt", "/sitemap.xml", "/static/x.css", "/metrics", "/nergens"),
)

NAMES = (
    *(b"q", b"pagina", b"page", b"limit", b"cursor", b"verder", b"lang", b"taal", b"soort", b"kind", b"onderwerp"),
    *(b"topic", b"sector", b"indicator", b"verbetering", b"vanaf", b"afstand", b"near", b"distance", b"sorteer"),
    *(b"sort", b"jaar", b"stuk", b"naar", b"literal", b"a[]", b"__proto__", b"", b"%00", b"\xff"),
)

VALUES = (
    *(
        MARK,
        b"%3Czqx%22'%3E",
        b"%00",
        b"%0d%0aSet-Cookie:zqx=1",
        b"%1b[31m",
        b"\x1b[2J",
        b"%ff%fe",
        b"%C0%AF",
        b"%ED%A0%80",
    ),
    *(
        b"\xff\xfe",
        b"\xe9",
        b"%u1234",
        b"%",
        b"%zz",
        b"..%2f..%2fetc%2fpasswd",
        b"-1",
        b"0",
        b"9" * 40,
        b"1e309",
        b"NaN",
    ),
    *(b"%D9%A3", b"'%20OR%201=1--", b"x%22%20OR%20piece%20EXISTS", b"%22" * 300, b"((((((((((" * 30, b"a%20" * 900),
    *(b"%F0%9F%A6%BE" * 50, b"%E2%80%AE", b"null", b"*", b"AND%20OR%20NOT", b"{{7*7}}", b"//evil.example", b"\\\\evil"),
)

HOSTS = (
    *(b"evil.example", b"", MARK, b"127.0.0.1", b"localhost:1", b"[::1]", b"a" * 5000, b"\xff\xfe", b"127.0.0.1:99999"),
    *(b"user@127.0.0.1", b"127.0.0.1\x00", b"xn--", b"..", b"[", b"127.0.0.1:x", b"evil.example:80, 127.0.0.1"),
)

METHODS = (b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"HEAD", b"PROPFIND", b"get", b"G" * 40)


@dataclass
class Request:
    """What goes over the wire, byte by byte."""

    method: bytes
    path: bytes
    host: bytes
    query: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def wire(self) -> bytes:
        """All of it."""
        named = {name.lower() for name, _value in self.headers}
        headers = [(b"Host", self.host), *self.headers, (b"Connection", b"close")]
        if self.body and b"content-length" not in named:
            headers.append((b"Content-Length", b"%d" % len(self.body)))
        target = self.path + (b"?" + self.query if self.query else b"")
        lines = [b" ".join((self.method, target, b"HTTP/1.1")), *(b": ".join(header) for header in headers)]
        return b"\r\n".join([*lines, b"", b""]) + self.body


Hurt = Callable[[Request, random.Random], None]


def made_up(chance: random.Random, port: int, cookie: bytes) -> Request:
    """A request with one to three things wrong; now and then somebody who is signed in sends it."""
    request = Request(b"GET", chance.choice(DOORS).encode(), b"127.0.0.1:%d" % port)
    if chance.random() < 0.2:
        request.headers.append((b"Cookie", cookie))
    for hurt in chance.sample(HURTS, chance.randint(1, 3)):
        hurt(request, chance)
    return request


def _bad_values(request: Request, chance: random.Random) -> None:
    pairs = [chance.choice(NAMES) + b"=" + chance.choice(VALUES) for _ in range(chance.randint(1, 6))]
    request.query = b"&".join(pairs)


def _too_long(request: Request, chance: random.Random) -> None:
    length = chance.choice((3_000, 7_900, 8_100, 10_000, 60_000))
    if chance.random() < 0.3:
        request.path += b"/" + b"a" * length
    else:
        request.query = (
            chance.choice(NAMES[:20]) + b"=" + chance.choice((b"a", b"%41", b"+", b"%E2%82%AC")) * (length // 4)
        )


def _thousands(request: Request, chance: random.Random) -> None:
    request.query = chance.choice((b"a=b&", b"&", b"=&", b"q=x&", b"kind=lesson&", b"pagina=2&")) * chance.choice(
        (500, 1500)
    )


def _bad_path(request: Request, chance: random.Random) -> None:
    value = chance.choice(VALUES)
    request.path = chance.choice((request.path + b"/" + value, b"/" + value, request.path + b"/", b"/" + request.path))


def _other_host(request: Request, chance: random.Random) -> None:
    request.host = chance.choice(HOSTS)
    if chance.random() < 0.3:
        request.path = b"http://evil.example" + request.path


def _bad_cookies(request: Request, chance: random.Random) -> None:
    cookies = (
        *(
            b"proeftuin=" + MARK,
            b"proeftuin=" + b"A" * 9000,
            b"proeftuin=%00; proeftuin=\xff",
            b"thema=" + MARK,
            b"=;;;==",
        ),
        *(b"; ".join(b"c%d=1" % n for n in range(900)), b"\xff\xfe\x01", b'proeftuin="', b"$Version=1; proeftuin=1"),
    )
    request.headers.append((b"Cookie", chance.choice(cookies)))


def _bad_headers(request: Request, chance: random.Random) -> None:
    name = chance.choice(
        (
            *(
                b"If-None-Match",
                b"Accept-Encoding",
                b"Accept-Language",
                b"Range",
                b"Authorization",
                b"Origin",
                b"Accept",
            ),
            *(
                b"X-Forwarded-Host",
                b"X-Forwarded-Proto",
                b"Forwarded",
                b"Sec-Fetch-Site",
                b"X-Original-URL",
                b"Referer",
            ),
            *(b"Content-Type", b"Content-Length", b"User-Agent", b"HX-Request", b"X-Request-Id", b"Last-Event-ID"),
        )
    )
    values = (
        MARK,
        b"\xff\xfe",
        b"",
        b"," * 3000,
        b"*;q=-1",
        b"bytes=0-,-1",
        b"Bearer " + MARK,
        b"-1",
        b"9" * 30,
        b'W/"',
    )
    request.headers.append((name, chance.choice(values)))


def _other_method(request: Request, chance: random.Random) -> None:
    request.method = chance.choice(METHODS)


def _bad_body(request: Request, chance: random.Random) -> None:
    request.method = chance.choice((b"POST", b"PUT", b"PATCH"))
    request.path = chance.choice((b"/inloggen/voorbeeld", b"/uitloggen", b"/csp", b"/api/v1/articles", request.path))
    types = (
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=zqx",
        b"application/json",
        b"text/x" + MARK,
        b"",
    )
    bodies = (
        *(
            b"person=" + MARK,
            b"person=%00",
            b"person=" + b"x" * 70_000,
            b"person=sjoerd&naar=//evil.example",
            b"a=b&" * 3000,
        ),
        *(
            b'--zqx\r\nContent-Disposition: form-data; name="person"\r\n\r\nx',
            b"--zqx\r\n" * 3000,
            b"[" * 20_000,
            b'{"a":',
        ),
        *(
            b'{"csp-report": {"blocked-uri": 7}}',
            b"\xff\xfe\x00",
            b"x" * 1_100_000,
            b"person[]=1&person=2",
            b"\r\n" * 500,
        ),
    )
    request.headers += [(b"Content-Type", chance.choice(types)), (b"Origin", b"http://" + request.host)]
    request.body = chance.choice(bodies)


HURTS: tuple[Hurt, ...] = (
    *(_bad_values, _bad_values, _too_long, _thousands, _bad_path, _other_host, _bad_cookies, _bad_headers),
    *(_other_method, _bad_body),
)


def sent(request: Request, port: int, *, patience: float = 20) -> Answer | None:
    """What came back; None when the connection was closed without a word or nothing came at all."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        with suppress(OSError):  # whoever refuses a request need not read it to the end
            line.sendall(request.wire())
        answer = HTTPResponse(line, method=request.method.decode())
        try:
            answer.begin()
            body = answer.read()
        except (OSError, HTTPException):
            return None
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, body, headers, time.monotonic() - began)

"""The wall around every answer: headers that browsers obey, the judgement of where a change comes from, and limits.

ASVS 5.0 V3 (web front end). Cached pages are the same for everybody, so there is no nonce and no token in them: the
policy allows nothing inline and nothing from another host at all.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.types import Message, Scope, Send

from app.core.settings import settings
from app.web.visit import header

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "report-uri /csp",
    )
)

Headers = list[tuple[bytes, bytes]]

WALL: Final[Headers] = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]

HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

LARGEST_BODY: Final = 1_000_000
"""Bytes of a request's body."""

LARGEST_UPLOAD: Final = 110_000_000
"""The same at the doors where files come in, for who shows a session or a token. Each kind has its own limit."""

UPLOADS: Final = re.compile(
    r"/schrijven/([0-9]+/(bestanden(/[^/]+)?|inlezen)|inlezen)"
    r"|/api/v1/(articles/[^/]+/(files(/[^/]+)?|document(/preview)?)|bundles(/preview)?)"
)

LONGEST_ADDRESS: Final = 8_000
"""Bytes of path and query together."""


def wall(answered: Iterable[tuple[bytes, bytes]] = ()) -> Headers:
    """The headers that every answer carries, but for those that this one has already said more strictly itself."""
    said = {name.lower() for name, _value in answered}
    whole = [*WALL, HSTS] if settings().is_https else WALL
    return [(name, value) for name, value in whole if name not in said]


def walled(send: Send) -> Send:
    """The same way out with the wall around it, for doors that do not pass the gate."""

    async def build_and_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *wall(message["headers"])]}
        await send(message)

    return build_and_send


def comes_from_here(scope: Scope) -> bool:
    """Whether a change was asked for by a page of ours.

    Sec-Fetch-Site first (Fetch Metadata); Origin where a browser does not send it. A request without either is
    refused: every browser sends Origin with an unsafe method. Machines use a bearer token and no cookie.
    """
    site = header(scope, b"sec-fetch-site")
    if site:
        return site == "same-origin"
    return header(scope, b"origin") == f"{urlsplit(settings().address).scheme}://{expected_host()}"


def largest_body(path: str, *, is_known: bool) -> int:
    """How many bytes a request to this path may bring. `is_known`: it shows who asks."""
    return LARGEST_UPLOAD if is_known and UPLOADS.fullmatch(path) else LARGEST_BODY


def is_machine(scope: Scope) -> bool:
    """A request that brings its own token and so cannot be forged through a browser's cookie."""
    return header(scope, b"authorization").lower().startswith("bearer ")


def expected_host() -> str:
    """The host (with port, unless it is the scheme's own) that requests must be for, in lower case."""
    parts = urlsplit(settings().address)
    standard = {"http": 80, "https": 443}[parts.scheme]
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, standard) else f"{host}:{parts.port}"

"""A visit: what one request is about, once the address prefix, the cookies and the host were read."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.types import Scope

from app.core.addresses import address as address
from app.core.settings import settings

THEMES = ("light", "dark")
THEME_COOKIE = "thema"
LOOPBACK = ("127.0.0.1", "::1")

API: Final = "/api/"
"""Below this prefix machines are answered: JSON, in English."""

API_DOCS: Final = "/api/docs"
"""The one page for people below it."""

SET_UP: Final = "/instellingen/tweede-stap"
"""Where a second step is set up."""

MACHINES: Final = frozenset({"/openapi.json", "/readyz", "/healthz", "/csp"})
"""More paths where whoever asks is no person with a browser."""

_PATH_SAFE: Final = "/:@!$&'()*+,;=~"
"""What may stand in a path as it is (RFC 3986, 3.3)."""


def session_cookie() -> str:
    """Name of the cookie with the session token; `__Host-` binds it to this host alone when we are on https."""
    return "__Host-proeftuin" if settings().is_https else "proeftuin"


@dataclass(frozen=True)
class Visit:
    """What the middleware read from a request. `path` is without the language prefix."""

    path: str
    query: str
    language: str
    theme: str
    session_token: str
    peer: str
    is_forwarded: bool
    bearer: str = ""
    """The token that a program shows; only at doors of the API. Then no cookie counts."""

    @property
    def here(self) -> str:
        """The address on this site, with prefix and query, as it stands in a link."""
        return quote(address(self.path, self.language), safe=_PATH_SAFE) + (f"?{self.query}" if self.query else "")

    @property
    def is_machine(self) -> bool:
        """Whether this is a door for programs: they get Problem Details instead of a page."""
        return (self.path.startswith(API) and self.path != API_DOCS) or self.path in MACHINES

    @property
    def speaks(self) -> str:
        """The language of the sentences in the answer: that of the address, and English to machines."""
        return "en" if self.is_machine else self.language

    @property
    def is_on_this_machine(self) -> bool:
        """A loopback peer, nothing forwarded, on a loopback bind: what example people need (settled: 14)."""
        return settings().is_loopback and self.peer in LOOPBACK and not self.is_forwarded


def header(scope: Scope, name: bytes) -> str:
    """A request header, or an empty text. Several of one name count as one list (RFC 9110, 5.3)."""
    joint = b"; " if name == b"cookie" else b", "
    return str(joint.join(value for key, value in scope["headers"] if key == name).decode("latin-1"))


def cookies(text: str) -> dict[str, str]:
    """The cookies of a request. Broken ones are passed over: they are the browser's, not the reader's fault."""
    found: dict[str, str] = {}
    for part in text.split(";")[:50]:
        name, separator, value = part.strip().partition("=")
        if separator and name and name not in found:
            found[name] = value.strip('"')
    return found


def peer_of(scope: Scope) -> str:
    """The address that a request came from; empty when the server does not tell it."""
    return str((scope.get("client") or ("", 0))[0])


def read_visit(scope: Scope) -> Visit:
    """Read the visit from an ASGI scope."""
    path: str = scope["path"]
    language = "nl"
    if path == "/en" or path.startswith("/en/"):
        language, path = "en", path[3:] or "/"
    jar = cookies(header(scope, b"cookie"))
    theme = jar.get(THEME_COOKIE, "")
    bearer = _bearer(scope) if path.startswith(API) else None
    return Visit(
        path=path,
        query=scope["query_string"].decode("latin-1"),
        language=language,
        theme=theme if theme in THEMES else "",
        session_token=jar.get(session_cookie(), "")[:100] if bearer is None else "",
        peer=peer_of(scope),
        is_forwarded=any(_is_from_proxy(name) for name, _value in scope["headers"]),
        bearer=bearer or "",
    )


def _bearer(scope: Scope) -> str | None:
    """The token of this request, perhaps an empty one; None when it shows none."""
    kind, _space, token = header(scope, b"authorization").partition(" ")
    return token.strip()[:200] or "-" if kind.lower() == "bearer" else None


def _is_from_proxy(name: bytes) -> bool:
    return name.startswith(b"x-forwarded-") or name in (b"forwarded", b"via", b"x-real-ip")

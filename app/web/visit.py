"""A visit: what one request is about, once the address prefix, the cookies and the host were read."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import Scope

from app.core.settings import settings

THEMES = ("light", "dark")
THEME_COOKIE = "thema"
LOOPBACK = ("127.0.0.1", "::1")


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

    @property
    def here(self) -> str:
        """The address on this site, with prefix and query."""
        return address(self.path, self.language) + (f"?{self.query}" if self.query else "")

    @property
    def is_on_this_machine(self) -> bool:
        """A loopback peer, nothing forwarded, on a loopback bind: what example people need (settled: 14)."""
        return settings().is_loopback and self.peer in LOOPBACK and not self.is_forwarded


def address(path: str, language: str) -> str:
    """The path under its language's prefix: Dutch at `/…`, English at `/en/…`."""
    if language == "en":
        return "/en" if path == "/" else f"/en{path}"
    return path


def header(scope: Scope, name: bytes) -> str:
    """A request header, or an empty text. Bytes that are no ASCII are replaced: nothing sensible has them."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def cookies(text: str) -> dict[str, str]:
    """The cookies of a request. Broken ones are passed over: they are the browser's, not the reader's fault."""
    found: dict[str, str] = {}
    for part in text.split(";")[:50]:
        name, separator, value = part.strip().partition("=")
        if separator and name and name not in found:
            found[name] = value.strip('"')
    return found


def read_visit(scope: Scope) -> Visit:
    """Read the visit from an ASGI scope."""
    path: str = scope["path"]
    language = "nl"
    if path == "/en" or path.startswith("/en/"):
        language, path = "en", path[3:] or "/"
    jar = cookies(header(scope, b"cookie"))
    theme = jar.get(THEME_COOKIE, "")
    client = scope.get("client") or ("", 0)
    return Visit(
        path=path,
        query=scope["query_string"].decode("latin-1"),
        language=language,
        theme=theme if theme in THEMES else "",
        session_token=jar.get(session_cookie(), "")[:100],
        peer=client[0],
        is_forwarded=_any(scope, (b"x-forwarded-for", b"forwarded", b"x-real-ip")),
    )


def _any(scope: Scope, names: Iterable[bytes]) -> bool:
    wanted = set(names)
    return any(key in wanted for key, _value in scope["headers"])

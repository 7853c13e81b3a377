"""Static files: read once, compressed once, served from memory under one edition.

The whole tree carries one edition (a hash over names and contents), so relative imports between scripts and the fonts
named in the style sheet stay inside it: `/static/<edition>/js/toast.js`. A page of before a deployment names another
edition; it gets the current file, but may not keep it.

The style sheet is written as many small files and served as one. `SHEETS` is the only place that says in which order.
"""

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import brotli
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

STATIC: Final = Path(__file__).parents[2] / "static"
PREFIX: Final = "/static/"
SHEET: Final = "css/app.css"

SHEETS: Final = (
    *("css/layers.css", "css/fonts.css", "css/tokens.css", "css/reset.css", "css/base.css", "css/layout.css"),
    *("css/parts/*.css", "css/pages/*.css", "css/utilities.css", "css/print.css", "css/print_piece.css"),
)
"""What `SHEET` is made of. Layers decide who wins; inside `parts` and `pages` the order is that of the alphabet.

No file leans on that order: the 31 pages of the design, drawn with this sheet and with theirs, were equal to the pixel.
"""

TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
COMPRESSED: Final = frozenset({".css", ".js", ".json", ".svg", ".txt"})
BROTLI_QUALITY: Final = 11
"""The best and slowest; paid once at start (about 0.2 s for the whole tree)."""

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_FIRST: Final = "no-cache"
FAVICON: Final = "/favicon.ico"
"""Browsers ask for it unasked, at the root. It is answered here, so that no page has a missing file in its log."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file in every form it is served in."""

    content_type: str
    digest: str
    forms: dict[str, bytes] = field(repr=False)
    """Bytes by content coding: `identity` always, `br` and `gzip` for texts."""

    def best(self, accepted: str) -> str:
        """The smallest coding that this Accept-Encoding allows."""
        names = _accepted_codings(accepted)
        return next((coding for coding in ("br", "gzip") if coding in self.forms and coding in names), "identity")

    def etag(self, coding: str) -> str:
        """A strong tag: another one for each coding, as the bytes differ (RFC 9110, 8.8.3)."""
        return f'"{self.digest}-{coding}"'


@dataclass(frozen=True, slots=True)
class Edition:
    """The whole tree at one moment."""

    name: str
    assets: dict[str, Asset]


def asset(path: str) -> str:
    """The address of a file below `static/`, good for ever. Raises KeyError when there is no such file."""
    current = edition()
    if path not in current.assets:
        raise KeyError(path)
    return f"{PREFIX}{current.name}/{path}"


@cache
def edition() -> Edition:
    """What this process serves; read at first use and kept."""
    return read_edition(STATIC)


def read_edition(root: Path) -> Edition:
    """Read and compress everything below `root`. The sheets in `css/` appear as one."""
    sheets = (path for pattern in SHEETS for path in sorted(root.glob(pattern)))
    contents = {SHEET: "\n".join(bare(path.read_text("utf-8")) for path in sheets).encode()}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix in TYPES and not name.startswith("css/"):
            contents[name] = path.read_bytes()
    whole = sha256()
    for name, content in sorted(contents.items()):
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return Edition(whole.hexdigest()[:12], {name: _prepare(name, content) for name, content in contents.items()})


def bare(sheet: str) -> str:
    """A style sheet without its comments and indentation, which are for us: a fifth of what would be sent."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)).strip()


def _prepare(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    forms = {"identity": content}
    if suffix in COMPRESSED:
        forms["br"] = brotli.compress(content, quality=BROTLI_QUALITY)
        forms["gzip"] = gzip.compress(content, compresslevel=9, mtime=0)
    return Asset(TYPES[suffix], sha256(content).hexdigest()[:16], forms)


async def static_files(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request below `/static/`, or for the favicon, from memory (ASGI application)."""
    name, cache_control = _find(scope["path"])
    found = edition().assets.get(name)
    if scope["method"] not in {"GET", "HEAD"}:
        await _answer(send, 405, [(b"allow", b"GET, HEAD")])
    elif found is None:
        await _answer(send, 404, [(b"cache-control", ASK_FIRST.encode())])
    else:
        await _serve(found, cache_control, scope, send)


def _find(path: str) -> tuple[str, str]:
    """The file that a path means, and how long it may be kept. Only names we read ourselves can ever match."""
    if path == FAVICON:
        return "icons/favicon.ico", ASK_FIRST
    _, _, below = path.partition(PREFIX)
    asked_edition, _, name = below.partition("/")
    return name, FOR_EVER if asked_edition == edition().name else ASK_FIRST


async def _serve(found: Asset, cache_control: str, scope: Scope, send: Send) -> None:
    request = Headers(scope=scope)
    coding = found.best(request.get("accept-encoding", ""))
    body, etag = found.forms[coding], found.etag(coding)
    headers = [
        (b"cache-control", cache_control.encode()),
        (b"etag", etag.encode()),
        (b"vary", b"Accept-Encoding"),
    ]
    if _has(request.get("if-none-match", ""), etag):
        await _answer(send, 304, headers)
        return
    headers += [(b"content-type", found.content_type.encode()), (b"content-length", str(len(body)).encode())]
    if coding != "identity":
        headers.append((b"content-encoding", coding.encode()))
    await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _answer(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


def _accepted_codings(accept_encoding: str) -> frozenset[str]:
    """The codings named with a weight above zero (RFC 9110, 12.5.3)."""
    parts = (part.replace(" ", "").lower().partition(";q=") for part in accept_encoding.split(","))
    return frozenset(coding for coding, _, weight in parts if weight.strip("0.") or not weight)


def _has(if_none_match: str, etag: str) -> bool:
    """Whether the reader holds this form already. Comparison is weak, as RFC 9110, 13.1.2 asks."""
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in known or "*" in known

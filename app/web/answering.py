"""What happens to an answer on its way out: the wall of headers, HEAD, 304, and keeping public pages.

Public answers are compressed: they hold no secret beside what a reader typed. Personal ones are not (BREACH).
"""

import gzip
from functools import partial

import anyio.to_thread
import brotli
from starlette.types import Message, Send

from app.core.log import request_id
from app.web.security import Headers, wall
from app.web.store import Kept, Key, PageStore

BROTLI_QUALITY = 5
"""The best size for little time: a page of 60 kB takes about 2 ms, once per epoch."""

BODY_ONLY = frozenset({b"content-type", b"content-encoding", b"content-length"})
"""Headers about a body, which a 304 has not (RFC 9110, 15.4.5)."""


class Outgoing:
    """The way out for one answer. A route that calls `keep()` lets everybody have this answer.

    `known` is the reader's If-None-Match. `key` is None when the store may not be asked for this reader.
    """

    def __init__(self, send: Send, *, method: str, known: bytes, store: PageStore, key: Key | None) -> None:
        self._send = send
        self._method = method
        self._known = known
        self._store = store
        self._key = key
        self._moment = store.moment()
        self._public = False
        self._start: Message | None = None
        self._parts: list[bytes] = []
        self._silent = method == "HEAD"
        self.status = 0
        self.has_started = False
        """Whether anything was sent that cannot be taken back."""

    def keep(self) -> None:
        """This answer is the same for every reader without a session; the store may keep it."""
        self._public = True

    def has(self, etag: str) -> bool:
        """Whether the reader has the answer with this tag already, so that a route may say 304 without making it.

        It says first whether to `keep()`, since what is kept has a tag of its own for each coding.
        """
        coding = self._key[3] if self._public and self._key is not None else "identity"
        return knows(self._known, _tag_in(coding, etag.encode()))

    async def send(self, message: Message) -> None:
        """Take a message of the application and pass it on, now or when the answer is whole."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is not None:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._send_whole(self._start, b"".join(self._parts))
        else:
            await self._send({**message, "body": b""} if self._silent else message)

    async def _begin(self, message: Message) -> None:
        self._start = None  # a second beginning: what was begun before broke off and nothing of it was sent
        headers: Headers = [*message["headers"], *wall(message["headers"])]
        named = {name.lower(): value for name, value in headers}
        if self._public and self._key is not None and message["status"] in (200, 304) and _is_public(named):
            self._start = {**message, "headers": headers}
            return
        headers.append((b"x-request-id", request_id().encode()))
        etag = named.get(b"etag", b"")
        if message["status"] == 200 and self._method in ("GET", "HEAD") and knows(self._known, etag):
            await self._go(304, [(n, v) for n, v in headers if n.lower() not in BODY_ONLY])
            self._silent = True
        else:
            await self._go(message["status"], headers)

    async def _go(self, status: int, headers: Headers) -> None:
        self.status, self.has_started = status, True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def _send_whole(self, start: Message, body: bytes) -> None:
        assert self._key is not None
        # In a thread: a feed of half a megabyte would hold up every other reader for some ten milliseconds.
        pack = partial(_pack, start["status"], start["headers"], body, coding=self._key[3])
        kept = await anyio.to_thread.run_sync(pack)
        self._store.keep(self._key, kept, self._moment)
        self.has_started = True
        self.status = await send_kept(kept, self._known, self._method, self._send)


async def send_kept(kept: Kept, known: bytes, method: str, send: Send) -> int:
    """Send a kept answer, or only that it has not changed; the status that it was."""
    if knows(known, kept.etag):
        start, body = kept.unchanged
    else:
        start, body = kept.head if method == "HEAD" else kept.whole
    await send(start)
    await send(body)
    status: int = start["status"]
    return status


def knows(known: bytes, etag: bytes) -> bool:
    """Whether an If-None-Match names this tag. Comparison is weak (RFC 9110, 13.1.2)."""
    return bool(etag) and bool(known) and (etag in known or known.strip() == b"*")


def _is_public(named: dict[bytes, bytes]) -> bool:
    """The last check on what a route declared: nothing with a cookie or marked as somebody's own is ever kept."""
    control = named.get(b"cache-control", b"").lower()
    return b"set-cookie" not in named and b"private" not in control and b"no-store" not in control


def _tag_in(coding: str, etag: bytes) -> bytes:
    return etag.rstrip(b'"') + b"-" + coding.encode() + b'"' if etag and coding != "identity" else etag


def _pack(status: int, headers: Headers, body: bytes, *, coding: str) -> Kept:
    """The answer as it is kept: compressed, with a tag of its own for each coding (RFC 9110, 8.8.3)."""
    named = {name.lower(): value for name, value in headers}
    etag, vary = _tag_in(coding, named.get(b"etag", b"")), named.get(b"vary", b"")
    rest = [(n, v) for n, v in headers if n.lower() not in (b"content-length", b"etag", b"vary")]
    rest.append((b"vary", vary + b", Accept-Encoding" if vary else b"Accept-Encoding"))
    if body and coding != "identity":
        body = brotli.compress(body, quality=BROTLI_QUALITY) if coding == "br" else gzip.compress(body, 6, mtime=0)
        rest.append((b"content-encoding", coding.encode()))
    if etag:
        rest.append((b"etag", etag))
    short = [(n, v) for n, v in rest if n.lower() not in BODY_ONLY]
    return Kept(status, [*rest, (b"content-length", str(len(body)).encode())], body, etag, short)

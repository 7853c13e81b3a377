"""What happens to an answer on its way out: the wall of headers, HEAD, and keeping public pages.

Public answers are compressed: they hold no secret beside what a reader typed. Personal ones are not (BREACH).
"""

import gzip

import brotli
from starlette.types import Message, Send

from app.core.log import request_id
from app.web.security import wall
from app.web.store import Kept, Key, PageStore

BROTLI_QUALITY = 5
"""The best size for little time: a page of 60 kB takes about 2 ms, once per epoch."""


class Outgoing:
    """The way out for one answer. A route that calls `keep()` lets everybody have this answer."""

    def __init__(self, send: Send, method: str, store: PageStore, key: Key | None) -> None:
        self._send = send
        self._method = method
        self._store = store
        self._key = key
        self._moment = store.moment()
        self._public = False
        self._start: Message | None = None
        self._parts: list[bytes] = []
        self.status = 0

    @property
    def has_started(self) -> bool:
        """Whether anything was sent that cannot be taken back."""
        return self.status != 0

    def keep(self) -> None:
        """This answer is the same for every reader without a session; the store may keep it."""
        self._public = True

    async def send(self, message: Message) -> None:
        """Take a message of the application and pass it on, now or when the answer is whole."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *wall()]
            if self._public and self._key is not None and self.status == 200:
                self._start = message
                return
            message["headers"].append((b"x-request-id", request_id().encode()))
            await self._send(message)
        elif self._start is not None:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._send_whole(self._start, b"".join(self._parts))
        else:
            if self._method == "HEAD":
                message = {**message, "body": b""}
            await self._send(message)

    async def _send_whole(self, start: Message, body: bytes) -> None:
        assert self._key is not None
        kept = _pack(start["status"], start["headers"], body, coding=self._key[3])
        self._store.keep(self._key, kept, self._moment)
        await self._send({"type": "http.response.start", "status": kept.status, "headers": kept.headers})
        await self._send({"type": "http.response.body", "body": b"" if self._method == "HEAD" else kept.body})


def _pack(status: int, headers: list[tuple[bytes, bytes]], body: bytes, *, coding: str) -> Kept:
    """The answer as it is kept: compressed, with a tag of its own for each coding (RFC 9110, 8.8.3)."""
    named = {name.lower(): value for name, value in headers}
    etag = named.get(b"etag", b"")
    rest = [(n, v) for n, v in headers if n.lower() not in (b"content-length", b"etag")]
    if coding != "identity":
        body = brotli.compress(body, quality=BROTLI_QUALITY) if coding == "br" else gzip.compress(body, 6, mtime=0)
        etag = etag.rstrip(b'"') + b"-" + coding.encode() + b'"' if etag else b""
        rest.append((b"content-encoding", coding.encode()))
    if etag:
        rest.append((b"etag", etag))
    short = [(n, v) for n, v in rest if n.lower() not in (b"content-type", b"content-encoding")]
    return Kept(status, [*rest, (b"content-length", str(len(body)).encode())], body, etag, short)

"""The gate: plain ASGI around the application, for what holds for every request before a route is known.

From outside to inside: the page store; the language; the wall of headers; the last resort for errors; one line in the
log; limits; the host; where a change comes from.
"""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import BadRequest, NotAllowed, Problem
from app.core.language import gettext as _
from app.core.language import speaking
from app.core.log import following, new_request_id, request_id
from app.core.maintenance import Sign
from app.core.settings import settings
from app.web.allowances import Allowances
from app.web.answering import Outgoing, knows, send_kept
from app.web.counting import count, path_told
from app.web.errors import TooLarge, UnderMaintenance
from app.web.listening_in import hear_kept, hear_opened
from app.web.security import (
    LONGEST_ADDRESS,
    UNSAFE,
    comes_from_here,
    expected_host,
    is_machine,
    largest_body,
)
from app.web.store import Key, PageStore
from app.web.visit import API, Visit, header, read_visit, session_cookie

Refuse = Callable[[Visit, Problem], Response]

log = logging.getLogger("proeftuin.request")

UNHOSTED = ("/healthz", "/readyz", "/metrics")
"""Asked by monitors under whatever name they know us."""

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ZERO: Final = re.compile(rb"%00|[\x00-\x1f\x7f]")
"""In a query: a zero, which PostgreSQL takes in no text, or a control character that was not even encoded."""


class Gate:
    """Wraps the application. `refuse` draws the page for a request that is turned away here."""

    def __init__(self, app: ASGIApp, store: PageStore, refuse: Refuse) -> None:
        self._app = app
        self._store = store
        self._refuse = refuse
        self._host = expected_host().encode()
        self._sign = Sign(settings().data_dir)
        self._allowances = Allowances(settings().data_dir / "tallies")
        self._cookie = f"{session_cookie()}=".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the store when that is possible, else let the request in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        key, known = self._key(scope)
        if key is not None and not self._sign.is_closed:
            kept = self._store.find(key)
            if kept is not None and (kept.is_whole or knows(known, kept.etag)):
                hear_kept(scope)
                hear_opened(scope)
                await send_kept(kept, known, scope["method"], send)
                return
        await self._let_in(scope, receive, send, key)

    def _key(self, scope: Scope) -> tuple[Key | None, bytes]:
        """The store's key for a reader without a session, and the tag that they have already."""
        if scope["method"] not in ("GET", "HEAD"):
            return None, b""
        host = cookie = encoding = known = b""
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"cookie":
                cookie += value
            elif name == b"accept-encoding":
                encoding = value
            elif name == b"if-none-match":
                known = value
            elif name == b"authorization":
                return None, b""
        if host != self._host or self._cookie in cookie:
            return None, b""
        theme = ""
        if b"thema=" in cookie:
            theme = read_visit(scope).theme
        return (scope["raw_path"], scope["query_string"], theme, _coding(encoding)), known

    async def _let_in(self, scope: Scope, receive: Receive, send: Send, key: Key | None) -> None:
        visit = read_visit(scope)
        known = header(scope, b"if-none-match").encode("latin-1")
        # The key was made from bytes, the visit by reading them: when the visit found a session, the visit is right.
        key = None if visit.session_token else key
        outgoing = Outgoing(send, method=scope["method"], known=known, store=self._store, key=key)
        scope["visit"], scope["outgoing"] = visit, outgoing
        inner: Scope = {}
        started = time.perf_counter()
        with following(new_request_id()), speaking(visit.speaks):
            try:
                await self._pass_on(scope, inner, receive, outgoing)
            except Exception:
                # The page of the last resort was sent by the application; here the error is only told to us.
                log.exception("a request failed")
                if not outgoing.has_started:
                    sorry = self._refuse(visit, Problem(_("Something went wrong on our side.")))
                    await sorry(scope, receive, outgoing.send)
            finally:
                seconds = time.perf_counter() - started
                count(inner, visit, scope["method"], outgoing.status, seconds)
                if outgoing.status in (200, 304):
                    hear_opened(scope)
                # Without the query: what people search for is nobody's business. Nor what opens a door by itself.
                log.info(
                    "request",
                    extra={
                        "method": scope["method"],
                        "path": path_told(inner, scope["path"]),
                        "status": outgoing.status,
                        "ms": round(seconds * 1000, 1),
                        "request": request_id(),
                    },
                )

    async def _pass_on(self, scope: Scope, inner: Scope, receive: Receive, outgoing: Outgoing) -> None:
        """Let the application answer. It gets `inner`, filled here, and leaves its route in there."""
        visit: Visit = scope["visit"]
        turned_away = self._turn_away(scope, visit)
        if turned_away is not None:
            await turned_away(scope, receive, outgoing.send)
            return
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        inner.update({**scope, "path": visit.path, "raw_path": visit.path.encode(), "method": method})
        await self._app(inner, _limited(receive, _largest(scope, visit)), outgoing.send)

    def _turn_away(self, scope: Scope, visit: Visit) -> Response | None:
        """The answer for a request that never reaches a route, None for one that may pass."""
        problem = _unreadable(scope, _largest(scope, visit))
        if problem is not None:
            return self._refuse(visit, problem)
        if self._sign.is_closed and visit.path not in UNHOSTED:
            return self._refuse(visit, UnderMaintenance())
        wrong_host = self._wrong_host(scope, visit)
        if wrong_host is not None:
            return wrong_host
        if scope["method"] in UNSAFE and not _needs_no_origin(scope, visit) and not comes_from_here(scope):
            sentence = _("This was not asked for by a page of ours, so nothing was changed. Try it again from here.")
            return self._refuse(visit, NotAllowed(sentence))
        if len(scope["path"]) > 1 and scope["path"].endswith("/") and scope["method"] in ("GET", "HEAD"):
            return RedirectResponse(replace(visit, path="/" + visit.path.strip("/")).here, status_code=308)
        too_many = self._allowances.refusal(visit)
        return None if too_many is None else self._refuse(visit, too_many)

    def _wrong_host(self, scope: Scope, visit: Visit) -> Response | None:
        host = header(scope, b"host").lower()
        if host.encode("latin-1") == self._host or visit.path in UNHOSTED:
            return None
        name, _colon, port = host.rpartition(":") if ":" in host else (host, "", "")
        if name in LOCAL_NAMES and settings().is_loopback and port == str(settings().port):
            # One name for one site: cookies and links belong to the address that the settings name.
            return RedirectResponse(settings().address + visit.here, status_code=308)
        return self._refuse(visit, BadRequest(_("This site is not known under the name you used.")))


@lru_cache(maxsize=256)
def _coding(accepted: bytes) -> str:
    """The smallest coding that this Accept-Encoding allows: named, and not with weight zero (RFC 9110, 12.5.3)."""
    names = set()
    for part in accepted.decode("latin-1").lower().replace(" ", "").split(","):
        name, _sep, weight = part.partition(";q=")
        if weight.strip("0.") or not weight:
            names.add(name)
    return next((coding for coding in ("br", "gzip") if coding in names), "identity")


def _needs_no_origin(scope: Scope, visit: Visit) -> bool:
    """Nothing can be forged where no cookie says who asks: machines with a token, programs without a session."""
    is_program = visit.path.startswith(API) and not visit.session_token
    # Whoever holds a link from a letter may act by it, as mail programs do (RFC 8058): the link says it all.
    return is_machine(scope) or is_program or visit.path == "/csp" or visit.path.startswith("/afmelden/")


def _largest(scope: Scope, visit: Visit) -> int:
    return largest_body(visit.path, is_known=bool(visit.session_token) or is_machine(scope))


def _unreadable(scope: Scope, largest: int) -> Problem | None:
    """What is wrong with the size or the letters of a request, if anything is."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return BadRequest(_("This address is longer than we can read."))
    if _CONTROL.search(scope["path"]) or _ZERO.search(scope["query_string"]):
        return BadRequest(_("This address holds characters that no address has."))
    declared = header(scope, b"content-length")
    if declared.isascii() and declared.isdigit() and (len(declared) > 15 or int(declared) > largest):
        return TooLarge()
    return None


def _limited(receive: Receive, largest: int) -> Receive:
    """Counts the body as it comes in, for those who declare no length."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > largest:
            # The framework's own exception: it makes "400, cannot be parsed" of every other one while it reads a body.
            raise HTTPException(TooLarge.status)
        return message

    return counted

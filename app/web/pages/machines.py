"""What monitors, robots and browsers ask by themselves."""

import asyncio
import hmac
import json
import logging
import time
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.core import metrics
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.settings import settings
from app.web.counting import figures
from app.web.errors import TooLarge
from app.web.visit import LOOPBACK, Visit, header
from app.web.watching import OK, Sight, parts

router = APIRouter()

log = logging.getLogger(__name__)

NOT_KEPT: Final = {"cache-control": "no-store"}

LARGEST_REPORT: Final = 16_000
"""Bytes. A report of a browser has about one thousand."""

REPORTS_A_MINUTE: Final = 60
"""So many are written down; whoever sends more fills nobody's disk."""


@router.get("/healthz")
async def alive() -> Response:
    """200 while the process answers. Asks nothing of anybody, so that a sick database restarts no web process."""
    return JSONResponse({"status": OK}, headers=NOT_KEPT)


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Each part with its state. 200 when pages can be served: without search, or with a late worker, they can."""
    sights = await _sights(request)
    can_serve = sights["database"]["state"] == OK
    is_well = all(sight["state"] == OK for sight in sights.values())
    status = "ready" if is_well else "degraded" if can_serve else "unavailable"
    return JSONResponse({"status": status, **sights}, status_code=200 if can_serve else 503, headers=NOT_KEPT)


@router.get("/metrics")
async def measures(request: Request) -> Response:
    """Figures of all web processes for Prometheus: from this machine, or with the token of the settings.

    For everybody else there is nothing here.
    """
    if not _may_measure(request):
        raise NotFound(_("There is nothing at this address."))
    told = await asyncio.to_thread(metrics.exposition, tuple(figures(await _sights(request))))
    return Response(told, headers={**NOT_KEPT, "content-type": metrics.CONTENT_TYPE})


def _may_measure(request: Request) -> bool:
    visit: Visit = request.scope["visit"]
    token = settings().metrics_token.get_secret_value()
    shown = header(request.scope, b"authorization")
    if token and hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        return True
    return visit.peer in LOOPBACK and not visit.is_forwarded


async def _sights(request: Request) -> dict[str, Sight]:
    """How each part of the house is now. They are looked after as long as the application lives."""
    state = request.app.state
    if not hasattr(state, "parts"):
        state.parts = parts()
    names = list(state.parts)
    return dict(zip(names, await asyncio.gather(*(state.parts[name].sight() for name in names)), strict=True))


@router.post("/csp")
async def policy_report(request: Request) -> Response:
    """A browser tells what our policy stopped. Written to the log; what is no report is passed over."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_REPORT:
            raise TooLarge
    report = _report(body)
    if report is not None and _may_write():
        log.warning("a browser stopped something", extra=report)
    return Response(status_code=204, headers=NOT_KEPT)


def _report(body: bytes) -> dict[str, str] | None:
    """What was stopped, on which page: both forms that browsers send, without queries, which are the reader's own."""
    try:
        told: Any = json.loads(body)
        told = told[0]["body"] if isinstance(told, list) else told["csp-report"]
        named = {str(name).replace("-", "").lower(): str(value) for name, value in told.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return {
        "directive": (named.get("effectivedirective") or named.get("violateddirective", ""))[:100],
        "blocked": _without_query(named.get("blockeduri") or named.get("blockedurl", "")),
        "page": _without_query(named.get("documenturi") or named.get("documenturl", "")),
    }


def _without_query(address: str) -> str:
    try:
        return urlsplit(address)._replace(query="", fragment="").geturl()[:200]
    except ValueError:
        return ""


_written: list[float] = []


def _may_write() -> bool:
    """Whether fewer than so many reports were written in the last minute."""
    minute_ago = time.monotonic() - 60
    _written[:] = [moment for moment in _written if moment > minute_ago]
    if len(_written) >= REPORTS_A_MINUTE:
        return False
    _written.append(time.monotonic())
    return True

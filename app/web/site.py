"""Builds the application: the gate, the routers, and what happens when something is not as it should be."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import quote

import anyio.to_thread
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core import database
from app.core.addresses import address
from app.core.database import POOL_SIZE
from app.core.epoch import Watch
from app.core.errors import BadRequest, Invalid, NotAllowed, NotFound, Problem, Unavailable
from app.core.language import gettext as _
from app.feeds.own_feed import write_down_read
from app.people import signing_in
from app.people.actor import Actor, someone_passing_by
from app.people.sessions import last_seen
from app.people.tokens import last_used
from app.web import api, pages
from app.web.assets import FAVICON, PREFIX, static_files
from app.web.errors import MethodNotAllowed, TooLarge, told
from app.web.gate import Gate
from app.web.needs import SignInAgain, SignInFirst, only_looking
from app.web.redirecting import see
from app.web.security import walled
from app.web.store import PageStore
from app.web.visit import Visit
from app.web.withdrawing import withdrawn
from content.moving import Moved
from content.preview_links import write_down_openings
from content.reading import Withdrawn

log = logging.getLogger(__name__)

COUNTS_EVERY: Final = 1.0
SEEN_EVERY: Final = 60.0
"""Seconds."""


def build() -> ASGIApp:
    """The whole site, on the database that the settings name."""
    watch = Watch(database.current())
    store = PageStore(watch)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # One connection for each thread: none of them ever waits for another's.
        anyio.to_thread.current_default_thread_limiter().total_tokens = POOL_SIZE
        beside = [asyncio.create_task(_tell_counts(store)), asyncio.create_task(_write_down_seen())]
        yield
        for task in beside:
            task.cancel()
        watch.close()

    inner = FastAPI(
        title="Proeftuin",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(only_looking)],
    )
    for router in pages.ROUTERS:
        inner.include_router(router, include_in_schema=False)
    for router in api.ROUTERS:
        inner.include_router(router)
    tell_problems(inner)
    return _beside_static_files(Gate(inner, store, told))


async def _tell_counts(store: PageStore) -> None:
    """Carry the store's counts over again and again: the page of metrics may be asked of another process."""
    while True:
        await asyncio.sleep(COUNTS_EVERY)
        store.carry_counts()


async def _write_down_seen() -> None:
    """Write down when sessions were last used, apart from the requests that used them: those write nothing."""
    while True:
        await asyncio.sleep(SEEN_EVERY)
        try:
            await asyncio.to_thread(last_seen.write_down)
            await asyncio.to_thread(last_used.write_down)
            await asyncio.to_thread(write_down_read)
            await asyncio.to_thread(write_down_openings)
        except (DBAPIError, NoConnection, Problem) as error:
            # Lost is the minute in which somebody was here.
            log.warning("when sessions were last used could not be written down: %s", type(error).__name__)


def tell_problems(inner: FastAPI) -> None:
    """Let the application answer whatever goes wrong in it with a sentence."""
    inner.exception_handler(Problem)(_problem)
    inner.exception_handler(Withdrawn)(withdrawn)
    inner.exception_handler(Moved)(_moved)
    inner.exception_handler(SignInFirst)(_sign_in_first)
    inner.exception_handler(HTTPException)(_http)
    inner.exception_handler(RequestValidationError)(_validation)
    for away in (OperationalError, InterfaceError, NoConnection):
        inner.exception_handler(away)(_database_away)
    inner.exception_handler(Exception)(_last_resort)


def _beside_static_files(gate: ASGIApp) -> ASGIApp:
    """Static files are the same for everybody and touch no database, so they have a door of their own."""

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"].startswith(PREFIX) or scope["path"] == FAVICON):
            await static_files(scope, receive, walled(send))
        else:
            await gate(scope, receive, send)

    return site


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return _told(request, problem)


def _told(request: Request, problem: Problem) -> Response:
    """The page that tells it, with the way out for a steward who views as somebody, or who lacks the second step."""
    visit: Visit = request.scope["visit"]
    return told(visit, problem, _must_know(visit))


def _must_know(visit: Visit) -> Actor:
    """Who must not miss on any page why they may not: whom a steward views as, and who lacks the second step.

    Nobody we know in every other case.
    """
    if visit.is_machine or not visit.session_token:
        return someone_passing_by
    try:
        with database.reading() as session:
            actor = signing_in.actor_of(session, visit.session_token)
    except (DBAPIError, NoConnection, Problem):
        return someone_passing_by
    return actor if actor.is_viewed or actor.lacks_second_step else someone_passing_by


async def _moved(request: Request, moved: Exception) -> Response:
    """An old address: the rest of it (`/v/2`, `.json`, the query) moves along.

    Not to be kept by anybody on the way: the redirect is only for readers who may see the piece.
    """
    assert isinstance(moved, Moved)
    visit: Visit = request.scope["visit"]
    # A route knows its own part of the address, but not the prefix of the router that it stands in.
    pattern: str = request.scope["route"].path_format
    prefix = visit.path.removesuffix(pattern.format(**request.path_params))
    path = prefix + pattern.format(**request.path_params | {"slug": moved.slug})
    return RedirectResponse(replace(visit, path=path).here, status_code=301, headers={"cache-control": "no-store"})


async def _sign_in_first(request: Request, first: Exception) -> Response:
    """To the sign-in page, and back here afterwards. A change that was asked for is not made then."""
    visit: Visit = request.scope["visit"]
    if visit.is_machine or request.method not in ("GET", "HEAD"):
        if isinstance(first, SignInAgain):
            return told(visit, NotAllowed(_("You signed in too long ago for this. Sign in again and try once more.")))
        return told(visit, NotAllowed(_("Nobody is signed in here any more. Sign in and try once more.")))
    return see(f"{address('/inloggen', visit.language)}?naar={quote(visit.here, safe='/')}")


async def _http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such route, no such method there."""
    assert isinstance(error, HTTPException)
    answer = _told(request, problem_of(error))
    answer.headers.update(error.headers or {})
    if answer.headers.get("allow") == "GET":
        answer.headers["allow"] = "GET, HEAD"
    return answer


def problem_of(error: HTTPException) -> Problem:
    """A refusal of the framework, told as ours."""
    if error.status_code == 404:
        return NotFound(_("There is nothing at this address."))
    if error.status_code == 405:
        return MethodNotAllowed()
    if error.status_code == 413:
        return TooLarge()
    problem = Problem(_("We could not read this request."))
    problem.status = error.status_code
    return problem


async def _validation(request: Request, error: Exception) -> Response:
    """A parameter or a body that does not fit; says which, never repeats what was sent."""
    assert isinstance(error, RequestValidationError)
    visit: Visit = request.scope["visit"]
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])[:80]
    sentence = _("“%(field)s” does not fit.", field=field)
    if visit.is_machine:
        # In English, as machines are told everything. It says what would fit, and nothing of what was given.
        sentence = f"{sentence} {first['msg']}."
    problem = Invalid if first["loc"][0] == "body" else BadRequest
    return _told(request, problem(sentence, field=field))


async def _database_away(request: Request, error: Exception) -> Response:
    log.error("the database does not answer", exc_info=error)
    return told(
        request.scope["visit"], Unavailable(_("Our database is away for a moment. Nothing is lost; try again soon."))
    )


async def _last_resort(request: Request, _error: Exception) -> Response:
    # Starlette raises the error again after this answer; the gate writes it to the log.
    return told(request.scope["visit"], Problem(_("Something went wrong on our side.")))

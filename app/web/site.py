"""Builds the application: the gate, the routers, and what happens when something is not as it should be."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from app.core import database
from app.core.database import POOL_SIZE
from app.core.epoch import Watch
from app.core.errors import BadRequest, Invalid, NotFound, Problem, Unavailable
from app.core.language import gettext as _
from app.web import api, pages
from app.web.assets import Assets
from app.web.errors import told
from app.web.gate import Gate
from app.web.store import PageStore
from app.web.visit import address
from content.reading import Moved

log = logging.getLogger(__name__)


def build() -> ASGIApp:
    """The whole site, on the database that the settings name."""
    watch = Watch(database.current())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # One connection for each thread: none of them ever waits for another's.
        anyio.to_thread.current_default_thread_limiter().total_tokens = POOL_SIZE
        yield
        watch.close()

    inner = FastAPI(
        title="Proeftuin",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    for router in pages.ROUTERS:
        inner.include_router(router, include_in_schema=False)
    for router in api.ROUTERS:
        inner.include_router(router)
    inner.exception_handler(Problem)(_problem)
    inner.exception_handler(Moved)(_moved)
    inner.exception_handler(HTTPException)(_http)
    inner.exception_handler(RequestValidationError)(_validation)
    inner.exception_handler(OperationalError)(_database_away)
    inner.exception_handler(Exception)(_last_resort)
    return Assets(Gate(inner, PageStore(watch), told))


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return told(request.scope["visit"], problem)


async def _moved(request: Request, moved: Exception) -> Response:
    """An old address: the rest of it (`/v/2`, `.json`, the query) moves along."""
    assert isinstance(moved, Moved)
    visit = request.scope["visit"]
    old = request.path_params["slug"]
    path = visit.path.replace(f"/{old}", f"/{moved.slug}", 1)
    return RedirectResponse(address(path, visit.language) + (f"?{visit.query}" if visit.query else ""), status_code=301)


async def _http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such route, no such method there."""
    assert isinstance(error, HTTPException)
    problem: Problem
    if error.status_code == 404:
        problem = NotFound(_("There is nothing at this address."))
    elif error.status_code == 405:
        problem = MethodNotAllowed(_("This cannot be done at this address."))
    else:
        problem = Problem(_("We could not read this request."))
        problem.status = error.status_code
    answer = told(request.scope["visit"], problem)
    answer.headers.update(error.headers or {})
    return answer


async def _validation(request: Request, error: Exception) -> Response:
    """A parameter or a body that does not fit; says which, never repeats what was sent."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])[:80]
    problem: Problem = BadRequest(_("“%(field)s” does not fit.", field=field), field=field)
    if first["loc"][0] == "body":
        problem = Invalid(_("“%(field)s” does not fit.", field=field), field=field)
    return told(request.scope["visit"], problem)


async def _database_away(request: Request, error: Exception) -> Response:
    log.error("the database does not answer", exc_info=error)
    return told(
        request.scope["visit"], Unavailable(_("Our database is away for a moment. Nothing is lost; try again soon."))
    )


async def _last_resort(request: Request, _error: Exception) -> Response:
    # Starlette raises the error again after this answer; the gate writes it to the log.
    return told(request.scope["visit"], Problem(_("Something went wrong on our side.")))


class MethodNotAllowed(Problem):
    """The address is there, but not for this method."""

    status = 405

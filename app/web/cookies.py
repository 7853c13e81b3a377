"""The cookies that we set: of a session, and of a browser that asked for a code. The theme's is set by the browser."""

from typing import Final

from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from app.core.settings import settings
from app.people.signing_in import LASTS
from app.web.visit import cookies, header, session_cookie

ASKING_LASTS: Final = 3600
"""Seconds that a browser remembers that it asked for a code: longer than that lives, so that a page can say so."""


def give_session_cookie(answer: RedirectResponse, token: str) -> RedirectResponse:
    """The browser keeps the token; no script reads it, no other site's form sends it."""
    _set(answer, session_cookie(), token, int(LASTS.total_seconds()))
    return answer


def end_session_cookie(answer: RedirectResponse) -> RedirectResponse:
    """The browser forgets the token."""
    _delete(answer, session_cookie())
    return answer


def asking_cookie() -> str:
    """Name of the cookie by which a browser that asked for a code is known again."""
    return "__Host-inloggen" if settings().is_https else "inloggen"


def asking_browser(scope: Scope) -> str:
    """The token of a browser that asked for a code; empty for every other."""
    return cookies(header(scope, b"cookie")).get(asking_cookie(), "")[:100]


def give_asking_cookie(answer: RedirectResponse, token: str) -> RedirectResponse:
    """From now on this browser is the one that asked."""
    _set(answer, asking_cookie(), token, ASKING_LASTS)
    return answer


def end_asking_cookie(answer: RedirectResponse) -> RedirectResponse:
    """It asks for nothing any more."""
    _delete(answer, asking_cookie())
    return answer


def _set(answer: Response, name: str, value: str, seconds: int) -> None:
    # lax: a link in a mail leads here from another site, and the cookie has to come along.
    secure = settings().is_https
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")


def _delete(answer: Response, name: str) -> None:
    answer.delete_cookie(name, path="/", secure=settings().is_https, httponly=True, samesite="lax")

"""The cookies that we set: of a session, and of a browser that asked for a code. The theme's is set by the browser."""

from typing import Final, TypeVar

from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from app.core.settings import settings
from app.people.signing_in import LASTS
from app.web.visit import cookies, header, session_cookie

AnswerT = TypeVar("AnswerT", bound=Response)

ASKING_LASTS: Final = 3600
"""Seconds that a browser remembers that it asked for a code: longer than that lives, so that a page can say so."""


def give_session_cookie(answer: RedirectResponse, token: str) -> RedirectResponse:
    """The browser keeps the token; no script reads it, no other site's form sends it."""
    return set_cookie(answer, session_cookie(), token, int(LASTS.total_seconds()))


def end_session_cookie(answer: RedirectResponse) -> RedirectResponse:
    """The browser forgets the token."""
    return end_cookie(answer, session_cookie())


def asking_cookie() -> str:
    """Name of the cookie by which a browser that asked for a code is known again."""
    return own_cookie("inloggen")


def asking_browser(scope: Scope) -> str:
    """The token of a browser that asked for a code; empty for every other."""
    return cookies(header(scope, b"cookie")).get(asking_cookie(), "")[:100]


def give_asking_cookie(answer: RedirectResponse, token: str) -> RedirectResponse:
    """From now on this browser is the one that asked."""
    return set_cookie(answer, asking_cookie(), token, ASKING_LASTS)


def end_asking_cookie(answer: RedirectResponse) -> RedirectResponse:
    """It asks for nothing any more."""
    return end_cookie(answer, asking_cookie())


def set_cookie(answer: AnswerT, name: str, value: str, seconds: int) -> AnswerT:
    """The browser keeps this for so many seconds; no script reads it, no other site's form sends it."""
    # lax: a link in a mail, or a provider of identity, leads here from another site, and the cookie has to come along.
    secure = settings().is_https
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def end_cookie(answer: AnswerT, name: str) -> AnswerT:
    """The browser forgets it."""
    answer.delete_cookie(name, path="/", secure=settings().is_https, httponly=True, samesite="lax")
    return answer


def own_cookie(name: str) -> str:
    """The name in full: `__Host-` binds it to this host alone when we are on https."""
    return f"__Host-{name}" if settings().is_https else name

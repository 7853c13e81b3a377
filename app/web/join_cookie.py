"""The cookie of a browser that is on its way in: by it we know again what was filled in there."""

from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from app.core.settings import settings
from app.web.visit import cookies, header

LASTS: Final = 2 * 24 * 3600
"""Seconds: as long as the draft is kept (`app/people/join_drafts.py`)."""

ResponseT = TypeVar("ResponseT", bound=Response)


def draft_token(request: Request) -> str:
    """The token of the draft in this browser; empty when there is none."""
    return cookies(header(request.scope, b"cookie")).get(draft_cookie(), "")[:100]


def give_draft_cookie(answer: ResponseT, token: str) -> ResponseT:
    """From now on this browser is the one that filled it in."""
    secure = settings().is_https
    answer.set_cookie(draft_cookie(), token, max_age=LASTS, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def end_draft_cookie(answer: ResponseT) -> ResponseT:
    """They are in, or they stopped."""
    answer.delete_cookie(draft_cookie(), path="/", secure=settings().is_https, httponly=True, samesite="lax")
    return answer


def draft_cookie() -> str:
    """Its name."""
    return "__Host-aanmelden" if settings().is_https else "aanmelden"

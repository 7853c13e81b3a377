"""The cookie of a browser that is on its way in: by it we know again what was filled in there."""

from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from app.web.cookies import end_cookie, own_cookie, set_cookie
from app.web.visit import cookies, header

LASTS: Final = 2 * 24 * 3600
"""Seconds: as long as the draft is kept (`app/people/join_drafts.py`)."""

ResponseT = TypeVar("ResponseT", bound=Response)


def draft_token(request: Request) -> str:
    """The token of the draft in this browser; empty when there is none."""
    return cookies(header(request.scope, b"cookie")).get(draft_cookie(), "")[:100]


def give_draft_cookie(answer: ResponseT, token: str) -> ResponseT:
    """From now on this browser is the one that filled it in."""
    return set_cookie(answer, draft_cookie(), token, LASTS)


def end_draft_cookie(answer: ResponseT) -> ResponseT:
    """They are in, or they stopped."""
    return end_cookie(answer, draft_cookie())


def draft_cookie() -> str:
    """Its name."""
    return own_cookie("aanmelden")

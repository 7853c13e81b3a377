"""The one cookie that matters: the session's. The theme's is set by the browser itself."""

from starlette.responses import RedirectResponse

from app.core.settings import settings
from app.people.signing_in import LASTS
from app.web.visit import session_cookie


def give_session_cookie(answer: RedirectResponse, token: str) -> RedirectResponse:
    """The browser keeps the token; no script reads it, no other site's form sends it."""
    answer.set_cookie(
        session_cookie(),
        token,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=settings().is_https,
        httponly=True,
        samesite="lax",
    )
    return answer


def end_session_cookie(answer: RedirectResponse) -> RedirectResponse:
    """The browser forgets the token."""
    answer.delete_cookie(session_cookie(), path="/", secure=settings().is_https, httponly=True, samesite="lax")
    return answer

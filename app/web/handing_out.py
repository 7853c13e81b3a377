"""Answers that are no page: to everybody with a tag and into the store, to somebody signed in for them alone."""

from collections.abc import Mapping
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from app.people.actor import Actor


def hand_out(
    request: Request, me: Actor, body: bytes, media_type: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """This body, the same for every reader without a session. Browsers ask about it every time (settled: 18)."""
    if me.is_signed_in:
        control = {"cache-control": "private, no-store"}
    else:
        request.scope["outgoing"].keep()
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        control = {"cache-control": "no-cache", "vary": "Cookie", "etag": tag}
    return Response(body, headers={**control, **(headers or {})}, media_type=media_type)

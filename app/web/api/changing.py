"""Changes through the API: which version they are made on, and that each is made once."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import Header
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from app.core.errors import Blind
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.kept_answers import answered, keep_answer

_VERSION: Final = re.compile(r'"(\d{1,9})"')

IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=40, description="The `ETag` of what you change, as you read it.")
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="A word of your own for this request: sent again within a day, it is done once.",
    ),
]


def version_in(if_match: str | None) -> int:
    """The version that somebody changes. Raises Blind when they do not say which."""
    version = _VERSION.fullmatch((if_match or "").strip())
    if version is None:
        raise Blind(_("Say in If-Match which version you change."))
    return int(version[1])


def once(
    session: Session, me: Actor, key: str | None, request: list[Any], change: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Make a change and tell of it; the same request with the same key again is only told of."""
    sent = json.dumps(request, sort_keys=True)
    before = answered(session, me, key or "", sent)
    if before is not None:
        return before
    told = change()
    keep_answer(session, me, key or "", sent, told)
    return told


def own(told: Mapping[str, Any], status: int = 200, *, is_versioned: bool = True, location: str = "") -> Response:
    """An answer for one person, with the version that the next change is made on."""
    headers = {"cache-control": "private, no-store"}
    if is_versioned:
        headers["etag"] = f'"{told["version"]}"'
    if location:
        headers["location"] = location
    return JSONResponse(dict(told), status, headers=headers)

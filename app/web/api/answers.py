"""What every answer of the API has in common: its parameters, its form, its tag, and who may keep it."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Annotated, Any, Final, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from app.core.paging import PLACE
from app.people.actor import Actor
from app.web.api.shapes import ItemT, Listing

MOST: Final = 100
"""Items in one answer."""

RowT = TypeVar("RowT")

Documented = dict[int | str, dict[str, Any]]

MEANINGS: Final[dict[int | str, str]] = {
    400: "A parameter does not fit; `field` names it.",
    401: "Whoever asks is not known: show a token, or sign in.",
    403: "The token is not made for that.",
    404: "There is no such thing, or not for whoever asks: the two are told alike.",
    409: "It is taken, or this key came with another request.",
    412: "Somebody else saved it since the version in `If-Match`: read it again.",
    413: "It is larger than we take in at once.",
    422: "A field does not fit; `field` names it.",
    428: "`If-Match` is missing: say which version you change.",
    410: "It was withdrawn, and whoever asks could see it: with the reason and what to read instead.",
    429: "That was asked more often than we can make it: wait as long as `Retry-After` says.",
    "default": "Something else is in the way, such as a database that is away for a moment (503).",
}

MOVED: Final[Documented] = {301: {"description": "It has another address now; `Location` says which."}}


def problems(*statuses: int) -> Documented:
    """What an operation may answer beside 200, as its documentation says it (RFC 9457)."""
    schema = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    wrong: tuple[int | str, ...] = (*statuses, "default")
    return {
        304: {"description": "It has not changed since the answer with this `ETag`."},
        **{status: {"description": MEANINGS[status], "content": schema} for status in wrong},
    }


def changes_problems(*statuses: int) -> Documented:
    """The same for an operation that changes something: it is never answered with 304."""
    return {status: told for status, told in problems(*statuses).items() if status != 304}


Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most.")]
Cursor = Annotated[
    str | None,
    Query(pattern=f"^{PLACE}$", description="The `next` of the answer before; without it the list begins."),
]
Offset = Annotated[
    int, Query(ge=0, le=1_000_000, description="The `next` of the answer before; without it the list begins.")
]


def answer(request: Request, me: Actor, told: BaseModel, *, is_kept: bool = True) -> Response:
    """This as JSON: for everybody to keep and ask about when nobody is signed in, else for this person alone.

    `is_kept`: False when it may be another one in the same epoch.
    """
    body = told.model_dump_json(by_alias=True).encode()
    if me.is_signed_in:
        return Response(body, headers={"cache-control": "private, no-store"}, media_type="application/json")
    if is_kept:
        request.scope["outgoing"].keep()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    return Response(
        body, headers={"cache-control": "no-cache", "vary": "Cookie", "etag": tag}, media_type="application/json"
    )


def part_of(rows: Sequence[RowT], begin: int, limit: int, shape: Callable[[RowT], ItemT]) -> Listing[ItemT]:
    """A part of a list that is known whole, such as the topics."""
    end = begin + limit
    return Listing(
        items=[shape(row) for row in rows[begin:end]],
        next=str(end) if end < len(rows) else None,
        total=len(rows),
    )

"""Whoever asks, and the tokens of their programs. Tokens are made on a page alone: a token cannot make another."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.people import tokens
from app.people.models import Admission, Organisation, Role, User
from app.people.places import places_of
from app.people.tokens import ApiToken
from app.web.api import shapes
from app.web.api.answers import answer, problems
from app.web.api.shapes import Named, Words
from app.web.needs import Asker, Reading, Writing

router = APIRouter(tags=["account"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get(
    "/me",
    response_model=shapes.Me,
    responses=problems(401, 403),
    operation_id="read_me",
    summary="Whoever asks",
)
def who_asks(request: Request, session: Reading, asker: Asker) -> Response:
    """Who they are and what they may do where. With a token it takes the scope `account`."""
    user = session.get_one(User, asker.actor.user_id)
    told = shapes.Me(
        handle=user.handle,
        name=user.name,
        mail=user.mail,
        is_member=asker.actor.is_member,
        places=[
            shapes.Place(organisation=_named(organisation), role=Role(place.role).value)
            for place, organisation in places_of(session, user.id)
            if organisation.admission == Admission.ADMITTED and organisation.id in asker.actor.reads_for
        ],
        token=_told(asker.token, tokens.names_of(session, [asker.token])) if asker.token else None,
    )
    return answer(request, asker.actor, told)


@router.get(
    "/tokens",
    response_model=shapes.Tokens,
    responses=problems(401, 403),
    operation_id="list_tokens",
    summary="One's own tokens",
)
def every_token(request: Request, session: Reading, asker: Asker) -> Response:
    """Those that are not over. With a token it takes the scope `account`."""
    return answer(request, asker.actor, shapes.Tokens(items=_all_told(session, asker.actor.user_id or 0)))


@router.delete(
    "/tokens/{number}",
    status_code=204,
    response_class=Response,
    responses={status: told for status, told in problems(401, 403, 404).items() if status != 304},
    operation_id="end_token",
    summary="End a token",
)
def end_token(session: Writing, asker: Asker, number: Number) -> Response:
    """It is good for nothing from the next request on. With a token it takes the scope `account`."""
    tokens.end(session, number, by=asker.actor)
    return Response(status_code=204, headers={"cache-control": "private, no-store"})


def _all_told(session: Session, user_id: int) -> list[shapes.Token]:
    rows = tokens.tokens_of(session, user_id)
    organisations = tokens.names_of(session, rows)
    return [_told(row, organisations) for row in rows]


def _told(token: ApiToken, organisations: Mapping[int, Organisation]) -> shapes.Token:
    organisation = organisations.get(token.organisation_id or 0)
    return shapes.Token.model_validate(
        {
            "id": token.id,
            "name": token.name,
            "ending": token.ending,
            "scopes": token.scopes,
            "organisation": _named(organisation) if organisation else None,
            "created": token.created_at,
            "expires": token.expires_at,
            "used": token.used_at,
        }
    )


def _named(organisation: Organisation) -> Named:
    return Named(slug=organisation.slug, name=Words.of(organisation.name, organisation.name_en))

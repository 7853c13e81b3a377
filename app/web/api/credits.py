"""Who stands on a piece, and who is asked to. No name stands there before its bearer has said yes."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.text import wash
from app.people import finding
from app.people.mail_addresses import mail_address
from app.people.models import Organisation
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import Key, once, own
from app.web.api.shapes.reviews import LAST_NUMBER
from app.web.api.telling import named
from app.web.needs import Author, Reading, Slug, Writing
from content import bylines, crediting
from content.credits import CreditInvitation, invitations_to
from content.drafting import editable_at
from content.models import Article
from content.snapshot import AuthorPart
from content.writing import draft_of

router = APIRouter(tags=["writing"])

CreditNumber = Annotated[int, Path(ge=1, le=LAST_NUMBER, description="The `id` of an invitation.")]
SLUG = {"pattern": "^[a-z0-9-]{1,60}$"}
"""Described to machines; what is none is not found, as every other that is not there."""

Handle = Annotated[str, Path(max_length=60, description="The `handle` of an author.", json_schema_extra=SLUG)]
Publisher = Annotated[str, Path(max_length=120, description="The `slug` of an organisation.", json_schema_extra=SLUG)]


@router.get(
    "/articles/{slug}/credits",
    response_model=shapes.Credits,
    responses=problems(401, 403, 404),
    operation_id="list_credits",
    summary="Who stands on a piece, and who is asked to",
)
def everybody(session: Reading, me: Author, slug: Slug) -> Response:
    """In the draft, so in what appears next. With a token it takes the scope `write`."""
    return own(_told(session, editable_at(session, slug, me)), is_versioned=False)


@router.post(
    "/articles/{slug}/credits",
    status_code=201,
    response_model=shapes.Credits,
    responses=changes_problems(401, 403, 404, 409, 422),
    operation_id="ask_credit",
    summary="Ask somebody to stand on a piece",
)
def ask(session: Writing, me: Author, slug: Slug, new: shapes.NewCredit, key: Key = None) -> Response:
    """They get a letter and answer on the site. Asking who has not answered sends it again, with a new link.

    Within ten minutes twice is once. With a token it takes the scope `write`.
    """
    article = editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        message = wash(new.message).strip()
        if (new.mail is None) == (new.organisation is None):
            raise Invalid(_("Name either a mail address or an organisation."), field="mail")
        if new.mail is not None:
            crediting.ask_author(session, article, mail_address(new.mail), new.part, message=message, by=me)
        else:
            crediting.ask_organisation(session, article, new.organisation or "", message=message, by=me)
        return _told(session, article)

    told = once(session, me, key, ["ask credit", article.id, new.model_dump(mode="json")], change)
    return own(told, 201, is_versioned=False)


@router.patch(
    "/articles/{slug}/credits",
    response_model=shapes.Credits,
    responses=changes_problems(401, 403, 404, 422),
    operation_id="order_credits",
    summary="Say in which order the names stand",
)
def put_in_order(session: Writing, me: Author, slug: Slug, order: shapes.CreditOrder) -> Response:
    """It takes no name off: a yes that came meanwhile stays. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)
    bylines.put_in_order(session, article, authors=order.authors, publishers=order.organisations, by=me)
    return own(_told(session, article), is_versioned=False)


@router.delete(
    "/articles/{slug}/credits/authors/{handle}",
    response_model=shapes.Credits,
    responses=changes_problems(401, 403, 404, 409),
    operation_id="put_off_author",
    summary="Take an author off a piece",
)
def put_off_author(session: Writing, me: Author, slug: Slug, handle: Handle) -> Response:
    """Twice changes nothing; versions that have appeared keep the name. 409 for the last one.

    With a token it takes the scope `write`.
    """
    article = editable_at(session, slug, me)
    bylines.put_off(session, article, author=handle, by=me)
    return own(_told(session, article), is_versioned=False)


@router.delete(
    "/articles/{slug}/credits/organisations/{publisher}",
    response_model=shapes.Credits,
    responses=changes_problems(401, 403, 404),
    operation_id="put_off_organisation",
    summary="Take an organisation off a piece",
)
def put_off_organisation(session: Writing, me: Author, slug: Slug, publisher: Publisher) -> Response:
    """Twice changes nothing; versions that have appeared keep it. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)
    bylines.put_off(session, article, publisher=publisher, by=me)
    return own(_told(session, article), is_versioned=False)


@router.delete(
    "/articles/{slug}/credits/{number}",
    response_model=shapes.Credits,
    responses=changes_problems(401, 403, 404, 409),
    operation_id="take_back_credit",
    summary="Ask somebody no longer",
)
def take_back(session: Writing, me: Author, slug: Slug, number: CreditNumber) -> Response:
    """Twice changes nothing; 409 for a yes, whose name can be taken off. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)
    crediting.take_back(session, article, number, by=me)
    return own(_told(session, article), is_versioned=False)


def _told(session: Session, article: Article) -> dict[str, Any]:
    """The names and the invitations as they are told."""
    content = draft_of(session, article).content
    people = finding.people_called(session, content.authors)
    organisations = finding.organisations_called(session, content.publishers)
    shape = shapes.Credits(
        authors=[
            shapes.CreditedAuthor(
                handle=handle, name=people[handle].name, part=content.author_parts.get(handle, AuthorPart.WROTE)
            )
            for handle in content.authors
            if handle in people
        ],
        organisations=[named(organisations[slug]) for slug in content.publishers if slug in organisations],
        invitations=[_credit(invitation, asked) for invitation, asked in invitations_to(session, article)],
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told


def _credit(invitation: CreditInvitation, organisation: Organisation | None) -> shapes.Credit:
    return shapes.Credit(
        id=invitation.id,
        mail=invitation.mail,
        organisation=named(organisation) if organisation else None,
        part=None if organisation else invitation.part,
        message=invitation.message,
        state=invitation.state,
        sent=invitation.sent_at,
        until=invitation.expires_at,
        answered=invitation.answered_at,
    )

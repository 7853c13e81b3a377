"""Links to a draft, for somebody without an account: made, counted and taken back through the API."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.text import one_line
from app.people.models import User
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import Key, once, own
from app.web.api.shapes.reviews import LAST_NUMBER
from app.web.needs import Author, Reading, Slug, Writing
from content import preview_links
from content.drafting import editable_at
from content.models import Article
from content.preview_links import PreviewLink

router = APIRouter(tags=["writing"])

LinkNumber = Annotated[int, Path(ge=1, le=LAST_NUMBER, description="The `id` of a link.")]


@router.get(
    "/articles/{slug}/previews",
    response_model=shapes.Previews,
    responses=problems(401, 403, 404),
    operation_id="list_previews",
    summary="The links to a draft",
)
def every_link(session: Reading, me: Author, slug: Slug) -> Response:
    """Those that work and those that are over, the newest first. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)
    items = [_link(article, link, maker) for link, maker in preview_links.links_to(session, article)]
    return own(shapes.Previews(items=items).model_dump(mode="json"), is_versioned=False)


@router.post(
    "/articles/{slug}/previews",
    status_code=201,
    response_model=shapes.Preview,
    responses=changes_problems(401, 403, 404, 409, 422),
    operation_id="make_preview",
    summary="Make a link to a draft",
)
def made(session: Writing, me: Author, slug: Slug, new: shapes.NewPreview, key: Key = None) -> Response:
    """Whoever has it reads the draft as it is then, and nothing else. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        # Its number alone is kept for a repetition: the link is a secret.
        return {"id": preview_links.make(session, article, to=one_line(new.note), days=new.days, by=me).id}

    told = once(session, me, key, ["preview", article.id, new.model_dump(mode="json")], change)
    return own(_told(session, article, told["id"]), 201, is_versioned=False)


@router.delete(
    "/articles/{slug}/previews/{number}",
    response_model=shapes.Preview,
    responses=changes_problems(401, 403, 404),
    operation_id="revoke_preview",
    summary="Take a link to a draft back",
)
def revoked(session: Writing, me: Author, slug: Slug, number: LinkNumber) -> Response:
    """It works no longer, from the next request on. Twice changes nothing. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)
    preview_links.revoke(session, article, number, by=me)
    return own(_told(session, article, number), is_versioned=False)


def _told(session: Session, article: Article, number: int) -> dict[str, Any]:
    """One link as it is told."""
    rows = preview_links.links_to(session, article)
    told: dict[str, Any] = next(_link(article, *row) for row in rows if row[0].id == number).model_dump(mode="json")
    return told


def _link(article: Article, link: PreviewLink, maker: User | None) -> shapes.Preview:
    return shapes.Preview(
        id=link.id,
        note=link.note,
        url=whole(f"/concept/{link.token}", article.language) if link.is_open else None,
        by=maker.name if maker else None,
        made=link.created_at,
        until=link.expires_at,
        revoked=link.revoked_at,
        opens=link.opens,
        opened=link.opened_at,
    )

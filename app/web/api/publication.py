"""Publication through the API: what readers see of a piece, to let it appear without a review, and to take it back."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.errors import Stale
from app.core.language import gettext as _
from app.core.text import wash
from app.people.actor import Actor
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import IfMatch, Key, once, own, version_in
from app.web.api.shapes import Words
from app.web.api.telling import page_of
from app.web.needs import Decider, Follower, Reading, Slug, Writing
from content import drafting, retiring
from content.models import Article
from content.relating import successor as successor_of
from content.reviewing import publish_directly
from content.writing import draft_of, require_seen

router = APIRouter(tags=["writing"])

Reason = Annotated[str, Query(max_length=600, description="Why, for readers who kept the link.")]


@router.get(
    "/articles/{slug}/publication",
    response_model=shapes.Publication,
    responses=problems(401, 403, 404),
    operation_id="read_publication",
    summary="What readers see of an article",
)
def read(session: Reading, me: Follower, slug: Slug) -> Response:
    """For those who write it. With a token it takes the scope `write` or `publish`."""
    return own(_told(session, drafting.editable_at(session, slug, me), me))


@router.post(
    "/articles/{slug}/publication",
    status_code=201,
    response_model=shapes.Publication,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="publish_article",
    summary="Let the draft appear without a review",
)
def published(
    session: Writing, me: Decider, slug: Slug, new: shapes.NewPublication, if_match: IfMatch = None, key: Key = None
) -> Response:
    """At once or at a moment. Only where no desk is asked, and for stewards; others send it in.

    `If-Match` names the version of the draft. With a token it takes the scope `publish`.
    """
    article = drafting.editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        require_seen(draft_of(session, article, is_locked=True), version_in(if_match))
        publish_directly(session, article, by=me, at=new.publish_at)
        return _told(session, article, me)

    told = once(session, me, key, ["publish", article.id, if_match, new.model_dump(mode="json")], change)
    return own(told, 201, location=whole(f"/api/v1/articles/{slug}/publication", "nl"))


@router.delete(
    "/articles/{slug}",
    response_model=shapes.Publication,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="withdraw_article",
    summary="Take a piece back, in every language",
)
def withdrawn(
    session: Writing,
    me: Decider,
    slug: Slug,
    reason_nl: Reason = "",
    reason_en: Reason = "",
    successor: Annotated[str, Query(max_length=120, description="The `slug` of what to read instead.")] = "",
    if_match: IfMatch = None,
) -> Response:
    """Its addresses stay and tell why. `If-Match` names the version that readers see, as its publication tells it.

    Twice changes nothing. With a token it takes the scope `publish`.
    """
    article = drafting.editable_at(session, slug, me)
    if article.live_number != version_in(if_match):
        raise Stale(_("Another version has appeared meanwhile. Look at it again and try once more."))
    told = {"reason_nl": wash(reason_nl).strip(), "reason_en": wash(reason_en).strip(), "successor": successor}
    retiring.take_back_piece(session, article, by=me, **told)
    return own(_told(session, article, me))


def _told(session: Session, article: Article, me: Actor) -> dict[str, Any]:
    """What readers see of it, as it is told."""
    after = successor_of(session, article, me, language=article.language)
    shape = shapes.Publication(
        article=article.slug,
        stage=article.stage,
        version=article.live_number,
        published=article.published_at,
        publish_at=article.publish_at,
        embargo_until=article.embargo_until,
        withdrawn=article.withdrawn_at,
        reason=Words.of(article.withdrawn_reason_nl, article.withdrawn_reason_en) if article.withdrawn_at else None,
        successor=after.article.slug if after else None,
        url=page_of(article),
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told

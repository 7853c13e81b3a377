"""Publication through the API: what readers see of a piece, from when, until when, and whether it is true still.

To let it appear without a review, to take it back and to show it again: every change names the version it is about.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.errors import Invalid, Stale
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
from content.holding import hold
from content.models import Article
from content.reaching import choose_reach, named_beside
from content.relating import successor as successor_of
from content.reviewing import publish_directly
from content.timing import limit
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


@router.patch(
    "/articles/{slug}/publication",
    response_model=shapes.Publication,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="limit_publication",
    summary="Say who may see a piece, and when",
)
def limited(
    session: Writing, me: Decider, slug: Slug, change: shapes.PublicationChange, if_match: IfMatch = None
) -> Response:
    """In every language and version. What waits for an earlier moment waits until the embargo is over.

    403 for more people than its company agreed to. Saying the same again changes nothing. With a token it takes the
    scope `publish`.
    """
    article = _seen(session, slug, me, if_match)
    limits = {"embargo_until": article.embargo_until, "last_day": article.last_day}
    limit(session, article, **limits | change.model_dump(include=set(limits), exclude_unset=True), by=me)
    if change.visibility is not None:
        choose_reach(session, article, change.visibility, by=me, named=change.named or ())
    elif change.named is not None:
        raise Invalid(_("Choose one of these"), field="visibility")
    return own(_told(session, article, me))


@router.post(
    "/articles/{slug}/publication/confirmation",
    response_model=shapes.Publication,
    responses=changes_problems(401, 403, 404, 409, 412, 428),
    operation_id="confirm_publication",
    summary="Say that a piece is true still",
)
def confirmed(session: Writing, me: Decider, slug: Slug, if_match: IfMatch = None) -> Response:
    """In every language: readers see until when, and its owner is asked again after that. Twice changes nothing.

    What is not true any more is changed and sent in, or taken back. With a token it takes the scope `publish`.
    """
    return own(_told(session, retiring.still_true(session, _seen(session, slug, me, if_match), by=me), me))


@router.delete(
    "/articles/{slug}/withdrawal",
    response_model=shapes.Publication,
    responses=changes_problems(401, 403, 404, 409, 412, 428),
    operation_id="bring_back_article",
    summary="Show a piece again that was taken back",
)
def brought_back(session: Writing, me: Decider, slug: Slug, if_match: IfMatch = None) -> Response:
    """In the version that readers saw. 409 for what the knowledge centre took away. Twice changes nothing.

    With a token it takes the scope `publish`.
    """
    return own(_told(session, retiring.bring_back(session, _seen(session, slug, me, if_match), by=me), me))


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
    article = _seen(session, slug, me, if_match)
    told = {"reason_nl": wash(reason_nl).strip(), "reason_en": wash(reason_en).strip(), "successor": successor}
    retiring.take_back_piece(session, article, by=me, **told)
    return own(_told(session, article, me))


def _seen(session: Session, slug: str, me: Actor, if_match: str | None) -> Article:
    """The article until this transaction ends, when readers see the version that is named. Raises Blind and Stale."""
    article = drafting.editable_at(session, slug, me)
    version = version_in(if_match)
    hold(session, article)
    if article.live_number != version:
        raise Stale(_("Another version has appeared meanwhile. Look at it again and try once more."))
    return article


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
        last_day=article.last_day,
        visibility=article.visibility,
        named=named_beside(session, article),
        review_due=article.review_due,
        withdrawn=article.withdrawn_at,
        reason=Words.of(article.withdrawn_reason_nl, article.withdrawn_reason_en) if article.withdrawn_at else None,
        successor=after.article.slug if after else None,
        url=page_of(article),
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told

"""What is said about a text on its way, through the API: remarks, answers, and words to put in their place."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.text import wash
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import Key, once, own
from app.web.api.shapes.reviews import LAST_NUMBER
from app.web.needs import Author, Follower, Reading, Slug, Writing
from content import remarks
from content.models import Article
from content.remarks import Thread
from content.review_queue import review_at

router = APIRouter(tags=["writing"])

RemarkNumber = Annotated[int, Path(ge=1, le=LAST_NUMBER, description="The `id` of a remark.")]


@router.get(
    "/articles/{slug}/review/remarks",
    response_model=shapes.Remarks,
    responses=problems(401, 403, 404),
    operation_id="list_remarks",
    summary="What is said about a text",
)
def every_remark(session: Reading, me: Follower, slug: Slug) -> Response:
    """Every remark with its answers. With a token it takes the scope `write` or `publish`."""
    _review, article = review_at(session, slug, me)
    return own({"items": [_remark(each) for each in remarks.threads(session, article)]}, is_versioned=False)


@router.post(
    "/articles/{slug}/review/remarks",
    status_code=201,
    response_model=shapes.Remark,
    responses=changes_problems(401, 403, 404, 409, 422),
    operation_id="make_remark",
    summary="Say something about a text",
)
def remarked(session: Writing, me: Follower, slug: Slug, new: shapes.NewRemark, key: Key = None) -> Response:
    """Or answer a remark, which tells of that remark. With a token it takes the scope `write` or `publish`."""
    review, article = review_at(session, slug, me)

    def change() -> dict[str, Any]:
        body, passage = wash(new.body).strip(), wash(new.passage).strip()
        if new.answers is not None:
            remarks.answer(session, review, new.answers, by=me, body=body)
            return _remark(_thread(session, article, new.answers))
        made = remarks.remark(session, review, by=me, passage=passage, body=body, suggestion=new.suggestion)
        return _remark(_thread(session, article, made.id))

    told = once(session, me, key, ["remark", article.id, new.model_dump(mode="json")], change)
    return own(told, 201, is_versioned=False)


@router.patch(
    "/articles/{slug}/review/remarks/{number}",
    response_model=shapes.Remark,
    responses=changes_problems(401, 403, 404, 422),
    operation_id="settle_remark",
    summary="Settle a remark, or open it again",
)
def settled(session: Writing, me: Follower, slug: Slug, number: RemarkNumber, change: shapes.RemarkChange) -> Response:
    """Twice changes nothing. With a token it takes the scope `write` or `publish`."""
    review, article = review_at(session, slug, me)
    found = remarks.resolve(session, review, number, by=me, is_settled=change.is_resolved)
    return own(_remark(_thread(session, article, found.id)), is_versioned=False)


@router.post(
    "/articles/{slug}/review/remarks/{number}/application",
    response_model=shapes.Remark,
    responses=changes_problems(401, 403, 404, 409),
    operation_id="apply_suggestion",
    summary="Put what a remark suggests in the draft",
)
def applied(session: Writing, me: Author, slug: Slug, number: RemarkNumber) -> Response:
    """It settles the remark. 409 when its words do not stand in the draft exactly once. Twice changes nothing.

    For those who write it. With a token it takes the scope `write`.
    """
    review, article = review_at(session, slug, me)
    found = remarks.apply_suggestion(session, review, number, by=me)
    return own(_remark(_thread(session, article, found.id)), is_versioned=False)


def _thread(session: Session, article: Article, id_: int) -> Thread:
    return next(each for each in remarks.threads(session, article) if each.remark.id == id_)


def _remark(thread: Thread) -> dict[str, Any]:
    one = thread.remark
    shape = shapes.Remark(
        id=one.id,
        by=thread.by.name if thread.by else None,
        at=one.created_at,
        passage=one.passage,
        body=one.body,
        suggestion=one.suggestion,
        is_resolved=one.resolved_at is not None,
        is_applied=one.applied_at is not None,
        answers=[
            shapes.Answer(id=each.id, by=who.name if who else None, at=each.created_at, body=each.body)
            for each, who in thread.answers
        ],
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told

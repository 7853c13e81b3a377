"""Reviewing through the API: send a text in, take it back, decide about it, and what is said about it.

Every change says in `If-Match` which text it is about: nobody says yes to what they have not read (decision 0023).
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.errors import NotAllowed, Stale
from app.core.language import gettext as _
from app.core.text import wash
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import IfMatch, Key, once, own, version_in
from app.web.api.shapes.reviews import LAST_NUMBER
from app.web.api.telling import named
from app.web.needs import Decider, Follower, Reading, Sender, Slug, Writing
from content import drafting, remarks
from content.models import Article, Revision
from content.remarks import Thread
from content.review_access import decides
from content.review_moves import locked
from content.review_queue import history, queue, review_at
from content.review_steps import WAITING, Act
from content.reviewing import checks_of, decide, send_in, take_back
from content.reviews import Review
from content.writing import draft_of, require_seen

router = APIRouter(tags=["writing"])

RemarkNumber = Annotated[int, Path(ge=1, le=LAST_NUMBER, description="The `id` of a remark.")]


@router.get(
    "/reviews",
    response_model=shapes.Reviews,
    responses=problems(401, 403),
    operation_id="list_reviews",
    summary="Texts on their way",
)
def every_review(session: Reading, me: Follower) -> Response:
    """Those that you wrote or read, 50 at most. With a token it takes the scope `write` or `publish`."""
    rows = queue(session, me)[:50]
    return own({"items": [_told(session, each.review, each.article, me) for each in rows]}, is_versioned=False)


@router.get(
    "/articles/{slug}/review",
    response_model=shapes.Review,
    responses=problems(401, 403, 404),
    operation_id="read_review",
    summary="Where a text is on its way",
)
def read(session: Reading, me: Follower, slug: Slug) -> Response:
    """The newest, over or not. With a token it takes the scope `write` or `publish`."""
    return own(_told(session, *review_at(session, slug, me), me))


@router.post(
    "/articles/{slug}/review",
    status_code=201,
    response_model=shapes.Review,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="send_in_article",
    summary="Send a text in",
)
def send(
    session: Writing, who: Sender, slug: Slug, sent: shapes.SentIn, if_match: IfMatch = None, key: Key = None
) -> Response:
    """`If-Match` names the version of the draft. The same text twice is sent in once.

    With a token it takes the scope `write`, and `publish` besides where no desk is asked and it appears by that alone.
    """
    me, may_appear = who
    article = drafting.editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        require_seen(draft_of(session, article, is_locked=True), version_in(if_match))
        review = send_in(session, article, by=me, message=wash(sent.message).strip(), wanted_at=sent.publish_at)
        if review.state not in WAITING and not may_appear:
            raise NotAllowed(_("This token is not made for that: it lacks “%(scope)s”.", scope="publish"))
        return _told(session, review, article, me)

    told = once(session, me, key, ["send in", article.id, if_match, sent.model_dump(mode="json")], change)
    return own(told, 201, location=whole(f"/api/v1/articles/{slug}/review", "nl"))


@router.delete(
    "/articles/{slug}/review",
    response_model=shapes.Review,
    responses=changes_problems(401, 403, 404, 409, 412, 428),
    operation_id="take_back_review",
    summary="Take back what was sent in",
)
def taken_back(session: Writing, me: Follower, slug: Slug, if_match: IfMatch = None) -> Response:
    """Also what is scheduled. Twice changes nothing. With a token it takes the scope `write` or `publish`."""
    review, article = _seen(session, slug, me, if_match)
    return own(_told(session, take_back(session, review, by=me), article, me))


@router.post(
    "/articles/{slug}/review/decision",
    response_model=shapes.Review,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="decide_review",
    summary="Decide about a text",
)
def decided(
    session: Writing, me: Decider, slug: Slug, told: shapes.Decision, if_match: IfMatch = None, key: Key = None
) -> Response:
    """About the text in `If-Match`: 412 when another one was sent in since. With a token it takes the scope `publish`.

    An owner of the company agrees; the knowledge centre places or schedules. Both send back or refuse, with a reason.
    """
    review, article = review_at(session, slug, me)

    def change() -> dict[str, Any]:
        seen, _article = _seen(session, slug, me, if_match)
        decide(
            session,
            seen,
            Act(told.decision),
            revision_id=seen.revision_id,
            by=me,
            message=wash(told.message).strip(),
            at=told.publish_at,
            checked=told.checked,
            after_step=told.after,
        )
        return _told(session, seen, article, me)

    return own(once(session, me, key, ["decide", review.id, if_match, told.model_dump(mode="json")], change))


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


def _seen(session: Session, slug: str, me: Actor, if_match: str | None) -> tuple[Review, Article]:
    """The review as it is until this transaction ends, when it is about the text that they read. Raises Stale."""
    review, article = review_at(session, slug, me)
    version = version_in(if_match)
    review = locked(session, review.id)
    if session.get_one(Revision, review.revision_id).number != version:
        raise Stale(_("A newer text was sent in while you read this one. Read that first; nothing was decided."))
    return review, article


def _thread(session: Session, article: Article, id_: int) -> Thread:
    return next(each for each in remarks.threads(session, article) if each.remark.id == id_)


def _told(session: Session, review: Review, article: Article, me: Actor) -> dict[str, Any]:
    """The review as it is told."""
    revision = session.get_one(Revision, review.revision_id)
    owner = session.get_one(Organisation, article.owner_id)
    company = session.get(Organisation, review.company_id) if review.company_id else None
    sender = session.get(User, review.sent_by_id) if review.sent_by_id else None
    shape = shapes.Review(
        article=article.slug,
        title=revision.content.title,
        lang=article.language,
        kind=article.kind,
        owner=named(owner),
        state=review.state,
        version=revision.number,
        is_yours=decides(me, review, article),
        sent_by=sender.name if sender else None,
        sent=review.sent_at,
        note=review.note,
        company=named(company) if company else None,
        due=review.due_at,
        wanted=review.wanted_at,
        publish_at=article.publish_at if article.next_revision_id == review.revision_id else None,
        checks=list(checks_of(article)),
        steps=[
            shapes.Step(
                id=step.id,
                act=step.act,
                to=step.to,
                version=number,
                by=user.name if user else None,
                at=step.created_at,
                message=step.message,
                publish_at=step.publish_at,
            )
            for step, number, user in history(session, review)
        ],
        url=whole(f"/beoordelen/{review.id}", "nl"),
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told


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

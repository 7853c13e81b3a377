"""Reviewing through the API: send a text in, take it back, say who reads it, and decide about it.

Every change says in `If-Match` which text it is about: nobody says yes to what they have not read (decision 0023).
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.errors import Invalid, NotAllowed, Stale
from app.core.language import gettext as _
from app.core.text import wash
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import IfMatch, Key, once, own, version_in
from app.web.api.telling import named
from app.web.needs import Decider, Follower, Reading, Sender, Slug, Writing
from content import drafting
from content.models import Article, Revision
from content.review_access import decides, reads_at_centre
from content.review_letters import may_be_asked
from content.review_moves import locked
from content.review_queue import history, queue, review_at
from content.review_steps import WAITING, Act
from content.reviewing import assign, checks_of, decide, send_in, take_back
from content.reviews import Review
from content.writing import draft_of, require_seen

router = APIRouter(tags=["writing"])


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


@router.patch(
    "/articles/{slug}/review",
    response_model=shapes.Review,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="assign_review",
    summary="Say who reads a text at the knowledge centre",
)
def assigned(
    session: Writing, me: Decider, slug: Slug, told: shapes.ReviewChange, if_match: IfMatch = None
) -> Response:
    """One of those whom `/review/readers` names, such as yourself; null lets anybody there. Twice changes nothing.

    For those who read there. With a token it takes the scope `publish`.
    """
    review, article = _seen(session, slug, me, if_match)
    reader = next((one for one in _askable(session, article, me) if one.handle == told.reader), None)
    if told.reader is not None and reader is None:
        raise Invalid(_("This person cannot decide about this piece."), field="reader")
    return own(_told(session, assign(session, review, reader, by=me), article, me))


@router.get(
    "/articles/{slug}/review/readers",
    response_model=shapes.Readers,
    responses=problems(401, 403, 404),
    operation_id="list_readers",
    summary="Who can be asked to read a text",
)
def readers(session: Reading, me: Decider, slug: Slug) -> Response:
    """At the knowledge centre, by name; for those who read there. With a token it takes the scope `publish`."""
    _review, article = review_at(session, slug, me)
    items = [shapes.Reader(handle=one.handle, name=one.name) for one in _askable(session, article, me)]
    return own(shapes.Readers(items=items).model_dump(mode="json"), is_versioned=False)


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


def _seen(session: Session, slug: str, me: Actor, if_match: str | None) -> tuple[Review, Article]:
    """The review as it is until this transaction ends, when it is about the text that they read. Raises Stale."""
    review, article = review_at(session, slug, me)
    version = version_in(if_match)
    review = locked(session, review.id)
    if session.get_one(Revision, review.revision_id).number != version:
        raise Stale(_("A newer text was sent in while you read this one. Read that first; nothing was decided."))
    return review, article


def _askable(session: Session, article: Article, me: Actor) -> Sequence[User]:
    """Who could read it at the knowledge centre. Raises NotAllowed for whoever does not read there themselves."""
    if not reads_at_centre(me, article):
        raise NotAllowed(_("Somebody else decides about this."))
    return may_be_asked(session, article)


def _told(session: Session, review: Review, article: Article, me: Actor) -> dict[str, Any]:
    """The review as it is told."""
    revision = session.get_one(Revision, review.revision_id)
    owner = session.get_one(Organisation, article.owner_id)
    company = session.get(Organisation, review.company_id) if review.company_id else None
    sender = session.get(User, review.sent_by_id) if review.sent_by_id else None
    reader = session.get(User, review.reviewer_id) if review.reviewer_id else None
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
        reader=shapes.Reader(handle=reader.handle, name=reader.name) if reader else None,
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

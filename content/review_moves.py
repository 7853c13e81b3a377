"""How a review moves: what each state means for readers, and one press after the other."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, or_, select

from app.core.clock import local, now
from app.core.errors import Invalid
from app.core.language import gettext as _
from app.people.actor import Actor, the_operator
from content.holding import hold
from content.models import Article, Revision, Stage
from content.publishing import SHOWN, publish, require_to_bring_back, schedule, unschedule
from content.review_record import open_review, record
from content.review_steps import WAITING, Act, ReviewState
from content.reviews import Review, ReviewStep

LIES_FOR: Final = timedelta(days=14)
"""After so long we remind who wrote a text that it came back to them."""

STAGES = {
    ReviewState.AT_COMPANY: Stage.AT_COMPANY,
    ReviewState.AT_CENTRE: Stage.AT_CENTRE,
    ReviewState.SCHEDULED: Stage.SCHEDULED,
}
"""How far an article is that readers have never seen; every other state makes it a draft."""


def states_of(session: Session, article_ids: Sequence[int]) -> dict[int, ReviewState]:
    """Where the texts of these articles are that are on their way. One query, however many."""
    open_ones = select(Review.article_id, Review.state).where(
        col(Review.article_id).in_(article_ids), col(Review.ended_at).is_(None)
    )
    return {article_id: ReviewState(state) for article_id, state in session.exec(open_ones).all()}


def note_appeared(session: Session, article: Article, revision: Revision) -> None:
    """The clock let this revision appear: its review is over."""
    review = open_review(session, article, lock=True)
    if review is not None and review.revision_id == revision.id:
        record(session, review, Act.APPEAR, ReviewState.PUBLISHED, by=the_operator)


def note_failed(session: Session, article: Article, why: str) -> None:
    """The clock could not let it appear: it is the author's turn again."""
    review = open_review(session, article, lock=True)
    if review is not None and review.state == ReviewState.SCHEDULED:
        record(session, review, Act.FAIL, ReviewState.WITH_AUTHOR, by=the_operator, message=why)


def waiting_too_long(session: Session) -> Sequence[Review]:
    """Reviews that somebody should have answered, and that nobody was reminded of for a day."""
    moment = now()
    return session.exec(
        select(Review).where(
            col(Review.state).in_(WAITING),
            col(Review.ended_at).is_(None),
            col(Review.due_at) <= moment,
            or_(col(Review.reminded_at).is_(None), col(Review.reminded_at) <= moment - timedelta(days=1)),
        )
    ).all()


def lying_with_author(session: Session) -> Sequence[tuple[Review, ReviewStep]]:
    """Texts that came back to their author long ago, with the step that brought them back, told of once."""
    last = select(func.max(ReviewStep.id)).group_by(col(ReviewStep.review_id))
    return session.exec(
        select(Review, ReviewStep)
        .join(ReviewStep, col(ReviewStep.review_id) == Review.id)
        .where(
            Review.state == ReviewState.WITH_AUTHOR,
            col(Review.ended_at).is_(None),
            col(Review.reminded_at).is_(None),
            col(ReviewStep.id).in_(last),
            col(ReviewStep.created_at) <= now() - LIES_FOR,
        )
    ).all()


def move(
    session: Session,
    review: Review,
    article: Article,
    act: Act,
    state: ReviewState,
    *,
    by: Actor,
    message: str = "",
    at: datetime | None = None,
) -> None:
    """Put the text where it is from now on, and do what that means for readers.

    Raises Conflict when a steward took the piece away and somebody else would let it appear again, and Invalid when it
    would appear after its last day.
    """
    revision = session.get_one(Revision, review.revision_id)
    if state in (ReviewState.PUBLISHED, ReviewState.SCHEDULED):
        require_to_bring_back(session, article, by)
        moment = first_moment(article, at) if state == ReviewState.SCHEDULED else None
        _require_to_last(article, moment or now())
    if state == ReviewState.PUBLISHED:
        publish(session, article, by=the_operator, revision=revision)
    elif state == ReviewState.SCHEDULED:
        moment = first_moment(article, at)
        if moment is None:
            raise Invalid(_("Choose a day and a time."), field="publish_at")
        schedule(session, article, at=moment, by=the_operator, revision=revision)
        at = moment
    else:
        unschedule(session, article, stage=STAGES.get(state, Stage.DRAFT))
        article.submitted_at = review.sent_at if article.stage not in SHOWN else article.submitted_at
    record(session, review, act, state, by=by, message=message, at=at if state == ReviewState.SCHEDULED else None)


def _require_to_last(article: Article, moment: datetime) -> None:
    """A text that readers never saw does not outlive the day that its writers chose, however long it waited."""
    if article.stage not in SHOWN and article.last_day is not None and article.last_day < local(moment).date():
        raise Invalid(_("It would be over before it appears. Choose a later day."), field="last_day")


def first_moment(article: Article, at: datetime | None) -> datetime | None:
    """When it can appear at the earliest: an embargo outlasts what somebody chose."""
    return max(filter(None, (at, article.embargo_until)), default=None)


def locked(session: Session, review_id: int) -> Review:
    """The review and its article as they are until this transaction ends: two presses come one after the other."""
    hold(session, session.get_one(Article, session.get_one(Review, review_id).article_id))
    wanted = select(Review).where(Review.id == review_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).one()


def last_step(session: Session, review: Review) -> ReviewStep:
    """What happened to it last; being sent in was the first."""
    wanted = select(ReviewStep).where(ReviewStep.review_id == review.id).order_by(col(ReviewStep.id).desc())
    return session.exec(wanted.limit(1)).one()

"""The record of a review: the one that is not over, and each step written down with what follows from it."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.core.clock import in_working_days, now
from app.core.jobs import announce
from app.core.settings import settings
from app.people.actor import Actor
from content.events import ReviewMoved
from content.holding import hold
from content.models import Article
from content.review_steps import WAITING, Act, ReviewState
from content.reviews import Review, ReviewStep


def open_review(session: Session, article: Article, *, lock: bool = False) -> Review | None:
    """The review of this article that is not over, if there is one."""
    wanted = select(Review).where(Review.article_id == article.id, col(Review.ended_at).is_(None))
    if lock:
        hold(session, article)
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.exec(wanted).first()


def record(
    session: Session,
    review: Review,
    act: Act,
    state: ReviewState,
    *,
    by: Actor,
    message: str = "",
    at: datetime | None = None,
) -> None:
    """Write down where it is from now on and how it came there, and promise what follows."""
    review.state = state
    review.due_at = in_working_days(now(), settings().review_days) if state in WAITING else None
    review.reminded_at = None
    review.ended_at = now() if state.is_over else None
    session.add(review)
    session.flush()
    step = ReviewStep(
        review_id=review.id,
        revision_id=review.revision_id,
        act=act,
        to=state,
        by_id=by.user_id,
        message=message,
        publish_at=at,
    )
    session.add(step)
    session.flush()
    announce(session, ReviewMoved(step_id=step.id))

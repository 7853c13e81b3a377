"""Notices about reviews: beside each letter, the same in the inbox of whoever reads and whoever wrote."""

from typing import Final

from sqlmodel import Session, col, select

from app.core.database import writing
from app.feeds.noticing import About, done, tell
from content.events import ReviewMoved
from content.models import Article, Revision
from content.review_letters import hears_of, readers_of, writers_of
from content.review_steps import WAITING, ReviewState
from content.reviews import Review, ReviewStep

NAMES: Final = {
    ReviewState.WITH_AUTHOR: "sent_back",
    ReviewState.SCHEDULED: "approved",
    ReviewState.PUBLISHED: "published",
    ReviewState.REFUSED: "sent_back",
    ReviewState.TAKEN_BACK: "taken_back",
}


def notice_step(happened: ReviewMoved) -> None:
    """Tell those whom this step concerns, on the site; what waited for somebody else before waits no more."""
    with writing() as session:
        step = session.get(ReviewStep, happened.step_id)
        if step is None:
            return
        review = session.get_one(Review, step.review_id)
        earlier = select(ReviewStep.id).where(ReviewStep.review_id == review.id, col(ReviewStep.id) < step.id)
        for number in session.exec(earlier).all():
            done(session, _key(number))
        if step.to in WAITING:
            if review.state == step.to:
                _ask(session, review, step)
        elif step.to in NAMES and hears_of(review, step):
            _answer(session, review, step)


def _ask(session: Session, review: Review, step: ReviewStep) -> None:
    article = session.get_one(Article, review.article_id)
    about = About("review_asked", _key(step.id), f"/beoordelen/{review.id}")
    told = {"title": session.get_one(Revision, review.revision_id).content.title}
    for user in readers_of(session, review, article):
        if user.id != step.by_id:
            tell(session, user.id, about, told=told, article=article, awaits=True)


def _answer(session: Session, review: Review, step: ReviewStep) -> None:
    article = session.get_one(Article, review.article_id)
    is_back = step.to == ReviewState.WITH_AUTHOR
    about = About(NAMES[step.to], _key(step.id), f"/beoordelen/{review.id}")
    told = {"title": session.get_one(Revision, step.revision_id).content.title}
    for user in writers_of(session, review, article):
        if user.id != step.by_id:
            tell(session, user.id, about, told=told, article=article, awaits=is_back)


def _key(step_id: int) -> str:
    return f"review-step-{step_id}"

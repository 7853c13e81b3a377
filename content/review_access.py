"""Who sees a text on its way to readers, and who decides about it: one rule in Python and in SQL, side by side.

Whoever reads at a desk sees the text that lies there, and so do the editors of the organisation that owns the piece.
"""

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col

from app.people.actor import Actor
from content.models import Article
from content.review_steps import ReviewState
from content.reviews import Review


def decides(actor: Actor, review: Review, article: Article) -> bool:
    """Whether it is this actor's turn: an owner of the company, then somebody of the knowledge centre.

    Where nobody at the company can answer, the knowledge centre does.
    """
    if review.state == ReviewState.AT_COMPANY:
        return review.company_id in actor.owns if review.company_id is not None else actor.is_steward
    if review.state in (ReviewState.AT_CENTRE, ReviewState.SCHEDULED):
        return reads_at_centre(actor, article)
    return False


def reads_at_centre(actor: Actor, article: Article) -> bool:
    """Stewards, and editors of the organisation that was asked to review; nobody reviews for their own organisation."""
    is_asked = article.reviewer_id is not None and article.reviewer_id in actor.edits_for
    return actor.is_steward or (is_asked and article.reviewer_id != article.owner_id)


def follows(actor: Actor, review: Review, article: Article) -> bool:
    """Whether this actor sees the review at all."""
    return (
        actor.is_steward
        or article.owner_id in actor.edits_for
        or (review.company_id is not None and review.company_id in actor.owns)
        or reads_at_centre(actor, article)
    )


def followed_by(actor: Actor) -> ColumnElement[bool]:
    """The same for a query on Review and Article."""
    if actor.is_steward:
        return true()
    ways: list[ColumnElement[bool]] = []
    if actor.edits_for:
        ways.append(col(Article.owner_id).in_(actor.edits_for))
        ways.append(and_(col(Article.reviewer_id).in_(actor.edits_for), col(Article.reviewer_id) != Article.owner_id))
    if actor.owns:
        ways.append(col(Review.company_id).in_(actor.owns))
    return or_(*ways) if ways else false()

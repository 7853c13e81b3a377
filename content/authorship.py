"""Authorship: what a person wrote and with whom, as far as the reader sees it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.people.actor import Actor
from app.people.models import User, UserState
from content.access import seen_by
from content.models import Article, ArticleAuthor
from content.subjects import Pilot
from content.unnamed import tells_author


def written_by(user_id: int) -> ColumnElement[bool]:
    """Pieces that this person is an author of, whether readers are told so or not."""
    return col(Article.id).in_(select(ArticleAuthor.article_id).where(ArticleAuthor.user_id == user_id))


def told_by(user_id: int) -> ColumnElement[bool]:
    """Pieces on which readers see this person's name: a condition for shelves."""
    return and_(written_by(user_id), tells_author(user_id))


def wrote_with(session: Session, actor: Actor, user_id: int) -> Sequence[tuple[User, int]]:
    """The co-authors, each with how many pieces they wrote together, most first. One query."""
    other = aliased(ArticleAuthor)
    together = func.count(func.distinct(col(Article.piece_id)))
    return session.exec(
        select(User, together)
        .join(other, col(other.user_id) == User.id)
        .join(Article, col(Article.id) == other.article_id)
        .where(told_by(user_id), tells_author(User.id))
        .where(other.user_id != user_id, User.state == UserState.ACTIVE, seen_by(actor))
        .group_by(col(User.id))
        .order_by(together.desc(), col(User.name))
    ).all()


def contact_for(session: Session, user_id: int) -> Sequence[Pilot]:
    """The pilots that this person answers questions about, by number."""
    return session.exec(select(Pilot).where(Pilot.contact_id == user_id).order_by(col(Pilot.number))).all()

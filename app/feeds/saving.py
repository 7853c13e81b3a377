"""Saving: pieces that somebody keeps for later."""

from collections.abc import Sequence

from sqlmodel import Session, col, delete, select

from app.feeds.models import SavedPiece
from app.people.actor import Actor
from content import shelves
from content.access import seen_by
from content.models import Article
from content.shelves import Listed

MOST_SHOWN = 200


def save(session: Session, article: Article, *, by: Actor) -> None:
    """Keep it for later. Doing it again changes nothing."""
    if by.user_id is not None and not is_saved(session, article, by):
        session.add(SavedPiece(user_id=by.user_id, piece_id=article.piece_id))
        session.flush()


def let_go(session: Session, piece_id: int | None, *, by: Actor) -> None:
    """Do not keep it any more; nothing happens when they did not."""
    session.exec(delete(SavedPiece).where(col(SavedPiece.user_id) == by.user_id, col(SavedPiece.piece_id) == piece_id))


def is_saved(session: Session, article: Article, actor: Actor) -> bool:
    """Whether they keep it."""
    if actor.user_id is None:
        return False
    found = select(SavedPiece.id).where(SavedPiece.user_id == actor.user_id, SavedPiece.piece_id == article.piece_id)
    return session.exec(found).first() is not None


def saved(session: Session, actor: Actor, language: str) -> list[Listed]:
    """What they keep and may still see, the last one first."""
    ids: Sequence[int] = session.exec(
        select(Article.id)
        .join(SavedPiece, col(SavedPiece.piece_id) == Article.piece_id)
        .where(SavedPiece.user_id == actor.user_id, seen_by(actor), shelves.preferring(language, actor))
        .order_by(col(SavedPiece.id).desc())
        .limit(MOST_SHOWN)
    ).all()
    return shelves.listed(session, ids)

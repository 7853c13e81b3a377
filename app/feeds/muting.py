"""Muting one piece: hear nothing more of it, whatever one follows, until one says otherwise."""

from sqlmodel import Session, col, delete, select

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.feeds.models import MutedPiece
from app.people.actor import Actor
from content import shelves
from content.access import seen_by
from content.models import Article

MOST_SHOWN = 200


def mute_piece(session: Session, piece_id: int | None, *, by: Actor) -> None:
    """Hear nothing more of it. Doing it again changes nothing; raises NotFound for one that they may not see."""
    seen = session.exec(select(Article.id).where(Article.piece_id == piece_id, seen_by(by))).first()
    if seen is None or piece_id is None or by.user_id is None:
        raise NotFound(_("There is nothing at this address."))
    if not is_muted(session, piece_id, by.user_id):
        session.add(MutedPiece(user_id=by.user_id, piece_id=piece_id))
        session.flush()


def hear_piece(session: Session, piece_id: int | None, *, by: Actor) -> None:
    """Hear of it again; nothing happens when it was not muted."""
    session.exec(delete(MutedPiece).where(col(MutedPiece.user_id) == by.user_id, col(MutedPiece.piece_id) == piece_id))


def seen_piece(session: Session, piece_id: int, actor: Actor, language: str) -> Article | None:
    """It in the language that suits them, if they may see it."""
    there = (Article.piece_id == piece_id, seen_by(actor), shelves.preferring(language, actor))
    return session.exec(select(Article).where(*there)).first()


def is_muted(session: Session, piece_id: int, user_id: int) -> bool:
    """Whether somebody hears nothing of it."""
    found = select(MutedPiece.id).where(MutedPiece.user_id == user_id, MutedPiece.piece_id == piece_id)
    return session.exec(found).first() is not None


def muted_pieces(session: Session, actor: Actor, language: str) -> list[Article]:
    """What they muted and may still see, the last one first."""
    return list(
        session.exec(
            select(Article)
            .join(MutedPiece, col(MutedPiece.piece_id) == Article.piece_id)
            .where(MutedPiece.user_id == actor.user_id, seen_by(actor), shelves.preferring(language, actor))
            .order_by(col(MutedPiece.id).desc())
            .limit(MOST_SHOWN)
        ).all()
    )

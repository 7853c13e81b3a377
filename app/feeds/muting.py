"""Muting: hear nothing of something that is followed, or of one piece at all, until one says otherwise."""

from datetime import timedelta

from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.feeds import following
from app.feeds.models import MutedPiece, Subscription
from app.people.actor import Actor
from content import shelves
from content.access import seen_by
from content.models import Article

MOST_SHOWN = 200

# --- what is followed -------------------------------------------------------------------------------------------------


def mute(session: Session, row: Subscription, *, by: Actor, lasting: timedelta | None) -> Subscription:
    """Hear nothing of it for a while, or until they say so.

    Of what their organisation follows, they mute it for themselves alone.
    """
    if row.user_id is None:
        if by.user_id is None or row.organisation_id not in by.reads_for:
            raise NotFound(_("There is nothing at this address."))
        row = _own_to_mute(session, row, by.user_id)
    elif row.only_mutes:
        row.ended_at = None
    row.muted_at, row.muted_until = now(), now() + lasting if lasting else None
    session.add(row)
    session.flush()
    return row


def _own_to_mute(session: Session, row: Subscription, user_id: int) -> Subscription:
    """What takes the place of their organisation's for them. One that they stopped sends no mail by being muted."""
    own = session.exec(select(Subscription).where(Subscription.user_id == user_id, Subscription.key == row.key)).first()
    if own is None:
        kept = {"id", "created_at", "version", "user_id", "organisation_id", "by_mail", "due_at", "became_id"}
        own = Subscription(**row.model_dump(exclude=kept), user_id=user_id)
        own.only_mutes = True
    elif own.ended_at is not None:
        own.ended_at, own.by_mail, own.only_mutes = None, False, True
    return own


def unmute(session: Session, row: Subscription) -> None:
    """Hear it again, also what appeared meanwhile."""
    row.muted_at = row.muted_until = None
    if row.only_mutes:
        row.ended_at = now()
    following.plan(session, row)


def muted(session: Session, number: int | None, *, by: Actor) -> Subscription | None:
    """A subscription of their own that is muted at this moment."""
    row = session.get(Subscription, number) if number else None
    return row if row is not None and row.user_id == by.user_id and row.is_muted_at(now()) else None


# --- one piece --------------------------------------------------------------------------------------------------------


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

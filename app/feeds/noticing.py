"""Noticing: messages to one person on the site, such as a question, an invitation or the outcome of a review.

Other rooms call `tell` in the transaction of what happened, or in a reaction to it:

    tell(session, author.id, About("question_asked", f"question-{question.id}", f"/vragen/{question.id}"),
         told={"who": me.name, "title": article.title}, article=article, awaits=True)

The sentence for each name stands in `app/web/notice_texts.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.feeds.models import Notice
from app.people.actor import Actor
from content.access import edited_by, readable_by
from content.credits import CreditInvitation, waits_for
from content.models import Article
from content.publishing import SHOWN
from content.review_access import followed_by
from content.reviews import Review

KEPT: Final = timedelta(days=365)

MOST_SHOWN: Final = 100

OF_TEXTS_ON_THEIR_WAY: Final = ("review_asked", "sent_back", "taken_back", "approved")
"""Notices that tell the title of a text that readers do not see: they are there for whoever follows it."""


@dataclass(frozen=True)
class About:
    """What a notice is about. Whoever tells it again with the same key tells it once."""

    name: str
    key: str
    path: str = ""
    """Where it leads, without the language prefix."""


def tell(
    session: Session,
    user_id: int,
    about: About,
    *,
    told: Mapping[str, Any] | None = None,
    article: Article | None = None,
    invitation_id: int | None = None,
    awaits: bool = False,
) -> None:
    """Tell somebody something. `article`: the notice is there for them only while they may see or edit that one, or
    follow its text on its way; `invitation_id`: only while that waits for an answer of theirs.
    """
    known = session.exec(select(Notice.id).where(Notice.user_id == user_id, Notice.key == about.key)).first()
    if known is not None:
        return
    session.add(
        Notice(
            user_id=user_id,
            key=about.key,
            name=about.name,
            told=dict(told or {}),
            path=about.path,
            article_id=article.id if article else None,
            invitation_id=invitation_id,
            awaits=awaits,
            at=now(),
        )
    )
    session.flush()


def done(session: Session, key: str) -> None:
    """What these notices waited for has happened: they wait for nobody any more."""
    for row in session.exec(select(Notice).where(Notice.key == key, col(Notice.awaits).is_(True))).all():
        row.awaits, row.read_at = False, row.read_at or now()
        session.add(row)
    session.flush()


def inbox(session: Session, actor: Actor, *, most: int | None = MOST_SHOWN) -> Sequence[Notice]:
    """Somebody's notices, the latest first, without those about what they may not see any more."""
    return session.exec(
        select(Notice)
        .outerjoin(Article, col(Article.id) == Notice.article_id)
        .where(*_theirs(actor))
        .order_by(col(Notice.at).desc(), col(Notice.id).desc())
        .limit(most)
    ).all()


def unread(session: Session, actor: Actor) -> int:
    """How many of those they have not read."""
    rows = session.exec(
        select(Notice.id)
        .outerjoin(Article, col(Article.id) == Notice.article_id)
        .where(*_theirs(actor), col(Notice.read_at).is_(None))
        .limit(MOST_SHOWN)
    ).all()
    return len(rows)


def mark(session: Session, actor: Actor, numbers: Sequence[int], *, is_read: bool) -> None:
    """They read these, or want to read them again. Others' are left alone."""
    rows = session.exec(select(Notice).where(Notice.user_id == actor.user_id, col(Notice.id).in_(numbers))).all()
    for row in rows:
        row.read_at = (row.read_at or now()) if is_read else None
        session.add(row)
    session.flush()


def forget_old_notices(session: Session) -> None:
    """Notices of long ago."""
    session.exec(delete(Notice).where(col(Notice.at) <= now() - KEPT))


def _theirs(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    is_of_text = col(Notice.name).in_(OF_TEXTS_ON_THEIR_WAY)
    # Its visibility says who may read a piece once it appears; until then nobody does by that alone.
    reads = and_(~is_of_text, col(Article.stage).in_(SHOWN), readable_by(actor))
    follows = exists(select(Review.id).where(Review.article_id == Article.id, followed_by(actor)).correlate(Article))
    is_about_no_piece = and_(~is_of_text, col(Notice.article_id).is_(None))
    may = or_(is_about_no_piece, reads, edited_by(actor), and_(is_of_text, follows))
    waiting = select(CreditInvitation.id).where(waits_for(actor))
    waits = or_(col(Notice.invitation_id).is_(None), col(Notice.invitation_id).in_(waiting))
    return (col(Notice.user_id) == actor.user_id, may, waits)

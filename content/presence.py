"""Presence: who has a piece open to write in it right now. A courtesy, no lock: nobody is kept from writing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Field, Session, SQLModel, col, delete, select

from app.core.clock import now
from app.core.record import moment
from app.people.actor import Actor
from app.people.models import User
from content.access import require_editor
from content.models import Article

EVERY: Final = timedelta(seconds=20)
"""How often an open editor says that somebody is there."""

GONE_AFTER: Final = timedelta(seconds=50)
"""Two times missed: the window was closed, or the connection is gone."""


class Presence(SQLModel, table=True):
    """Somebody who has the editor of an article open."""

    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE")
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, index=True, ondelete="CASCADE")
    seen_at: datetime = moment(nullable=False, index=True)


def be_there(session: Session, article: Article, *, by: Actor) -> None:
    """Say that this person has the piece open."""
    require_editor(by, article)
    if by.user_id is None:
        return
    found = session.get(Presence, (article.id, by.user_id)) or Presence(article_id=article.id, user_id=by.user_id)
    found.seen_at = now()
    session.add(found)
    session.flush()


def others_there(session: Session, article: Article, *, than: Actor) -> Sequence[str]:
    """The names of the others who have it open, by name."""
    return session.exec(
        select(User.name)
        .join(Presence, col(Presence.user_id) == User.id)
        .where(Presence.article_id == article.id, User.id != than.user_id, Presence.seen_at > now() - GONE_AFTER)
        .order_by(User.name)
    ).all()


def forget_who_left(session: Session) -> None:
    """Take away those who were not seen for an hour: who was where is kept no longer than it helps."""
    session.exec(delete(Presence).where(col(Presence.seen_at) < now() - timedelta(hours=1)))

"""Reading along: a draft as colleagues read it who do not write, while its authors allow that."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.people.actor import Actor
from content.access import edited_by, require_editor
from content.models import Article, Draft, Stage
from content.writing import draft_of

MOST: Final = 100
"""Drafts that one list shows."""


def let_read_along(session: Session, article: Article, is_allowed: bool, *, by: Actor) -> None:
    """Say whether everybody of the organisation that owns it may read the draft. It counts at once."""
    require_editor(by, article)
    draft = draft_of(session, article, is_locked=True)
    if draft.is_read_along != is_allowed:
        draft.is_read_along = is_allowed
        session.add(draft)
        session.flush()


def read_along(session: Session, article_id: int, actor: Actor) -> Article:
    """The article of this number, when this actor may read its draft. NotFound for every other, there or not."""
    theirs = and_(col(Draft.is_read_along).is_(True), col(Article.owner_id).in_(actor.reads_for))
    found = session.exec(
        select(Article)
        .join(Draft, col(Draft.article_id) == Article.id)
        .where(Article.id == article_id, or_(edited_by(actor), theirs))
    ).first()
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def of_colleagues(session: Session, actor: Actor) -> Sequence[tuple[Article, Draft]]:
    """Drafts on their way that this actor may read and does not write, what was saved last first."""
    return session.exec(
        select(Article, Draft)
        .join(Draft, col(Draft.article_id) == Article.id)
        .where(
            col(Draft.is_read_along).is_(True),
            col(Article.owner_id).in_(actor.reads_for - actor.edits_for),
            col(Article.stage).not_in((Stage.PUBLISHED, Stage.WITHDRAWN)),
        )
        .order_by(col(Draft.saved_at).desc(), col(Article.id).desc())
        .limit(MOST)
    ).all()

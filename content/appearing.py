"""Appearing: what the clock does to pieces. They appear at their minute and end after their last day."""

import logging
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from app.core.clock import now, today
from app.core.errors import Problem
from app.people.actor import the_operator
from content.models import Article, Revision, Stage
from content.publishing import SHOWN, publish, unschedule, withdraw
from content.review_moves import note_appeared, note_failed

log = logging.getLogger(__name__)

OVER_NL: Final = "Dit stuk was tot een vaste dag te lezen, en die is voorbij."
OVER_EN: Final = "This piece could be read until a certain day, and that has passed."


def something_due(session: Session) -> bool:
    """Whether a piece's moment has come, or its last day has passed."""
    return session.exec(select(Article.id).where(or_(_is_due(), _is_over())).limit(1)).first() is not None


def publish_due(session: Session) -> int:
    """Publish everything whose moment has come, in the revision that was chosen then; how many that were.

    Late after a stop, never early. One that cannot be published, because what it names is gone, goes back to its
    author and holds up no other.
    """
    due = session.exec(select(Article).where(_is_due()).order_by(col(Article.publish_at)).with_for_update()).all()
    done = 0
    for article in due:
        revision = session.get(Revision, article.next_revision_id) if article.next_revision_id else None
        try:
            with session.begin_nested():
                publish(session, article, by=the_operator, at=article.publish_at, revision=revision)
        except Problem as problem:
            log.warning("a scheduled piece could not be published", extra={"slug": article.slug, "why": str(problem)})
            unschedule(session, article)
            note_failed(session, article, str(problem))
        else:
            done += 1
            if revision is not None:
                note_appeared(session, article, revision)
    return done


def end_what_is_over(session: Session) -> int:
    """Take back every piece whose last day has passed; how many that were. Readers found it no more since midnight."""
    over = session.exec(select(Article).where(_is_over()).order_by(col(Article.id)).with_for_update()).all()
    done = 0
    for article in over:
        if article.stage == Stage.PUBLISHED:
            withdraw(session, article, by=the_operator, reason_nl=OVER_NL, reason_en=OVER_EN)
            done += 1
    return done


def _is_due() -> ColumnElement[bool]:
    # Looked for by its moment: few rows have one. What was withdrawn comes back with a text that was scheduled after
    # that: to withdraw takes away the moment of what was waiting then.
    return and_(col(Article.publish_at) <= now(), col(Article.stage).in_((Stage.SCHEDULED, *SHOWN)))


def _is_over() -> ColumnElement[bool]:
    return and_(col(Article.last_day) < today(), col(Article.stage) == Stage.PUBLISHED)

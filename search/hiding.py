"""Hiding: pieces that the index may still show to somebody from whom the database hides them by now.

A change of who may see a piece is written down together with a promise to tell the index, and that may take long while
the engine takes no writes. Until then every question leaves those pieces out, so that totals and counts are right too.
"""

from typing import Final

from sqlalchemy import and_, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, select

from app.core import remembering
from app.core.clock import today
from app.core.jobs import Job
from app.people.actor import Actor
from content.access import seen_by
from content.events import ArticleReachChanged, ArticleRemoved, ArticleWithdrawn
from content.models import Article, Stage
from search.engine import EngineAway

MOST: Final = 1000
"""Leaving out so many costs the engine a quarter of its time; with more the database had better answer."""

_STRICTER: Final = (ArticleWithdrawn.__name__, ArticleReachChanged.__name__)


def hidden_from(session: Session, actor: Actor) -> frozenset[int]:
    """The pieces to leave out for this reader; almost always none. Raises EngineAway where they are too many.

    Looked up once in an epoch and a day for readers with the same rights, as `visible` does it. A promise that is kept
    meanwhile begins no epoch, but who may see a piece is asked of the database: what is left out too long is hidden.
    """
    rights = actor.is_steward, actor.is_member, actor.reads_for
    found = remembering.once(session, ("hidden", rights, today()), lambda: _looked_up(session, actor))
    if len(found) > MOST:
        raise EngineAway("the index shows too much that is hidden by now")
    return found


def _looked_up(session: Session, actor: Actor) -> frozenset[int]:
    version = aliased(Article)
    is_seen = exists().where(col(version.piece_id) == col(Article.piece_id), seen_by(actor, version))
    changed = select(col(Job.told)["article_id"].as_integer()).where(col(Job.event).in_(_STRICTER))
    # What ended at midnight is taken back a moment later, and promised then.
    is_over = and_(col(Article.last_day) < today(), col(Article.stage) == Stage.PUBLISHED)
    maybe = union(select(Article.id).where(col(Article.id).in_(changed)), select(Article.id).where(is_over))
    hidden = select(Article.piece_id).where(col(Article.id).in_(maybe), ~is_seen).distinct().limit(MOST + 1)
    gone = select(col(Job.told)["piece_id"].as_integer()).where(Job.event == ArticleRemoved.__name__)
    return frozenset({*session.exec(hidden).all(), *session.exec(gone).all()})

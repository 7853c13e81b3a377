"""Relating: what to read next, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from app.core.language import gettext as _
from app.people.actor import Actor
from content.access import seen_by
from content.models import Article, ArticleTopic
from content.reading import Opened
from content.shelves import Listed, listed, preferring

MOST_COMPARED: Final = 200
"""Only so many of the nearest pieces are looked at, whether the reader sees them or not. Topics that thousands of
pieces share would else make every page wait for all of them."""


@dataclass(frozen=True)
class Related:
    """A piece worth reading next, and why it is offered."""

    listed: Listed
    reason: str


def related(session: Session, opened: Opened, actor: Actor, *, language: str, most: int = 3) -> list[Related]:
    """Pieces with the most topics in common, those of the same pilot first among equals; each with its reason."""
    article = opened.article
    near = (
        select(ArticleTopic.article_id, func.count().label("shared"))
        .where(col(ArticleTopic.topic_id).in_([topic.id for topic in opened.topics]))
        .group_by(col(ArticleTopic.article_id))
        .order_by(func.count().desc(), col(ArticleTopic.article_id).desc())
        .limit(MOST_COMPARED)
        .subquery()
    )
    # A piece without a pilot has none in common with another such piece: compared with 0, never with NULL.
    same_pilot = case((col(Article.pilot_id) == (article.pilot_id or 0), 1), else_=0)
    ids = session.exec(
        select(Article.id)
        .join(near, near.c.article_id == Article.id)
        .where(Article.piece_id != article.piece_id, seen_by(actor), preferring(language, actor))
        .order_by(near.c.shared.desc(), same_pilot.desc(), col(Article.published_at).desc(), col(Article.id))
        .limit(most)
    ).all()
    topics_of = _topics_of(session, ids)
    return [Related(row, _reason(opened, row, topics_of[row.article.id])) for row in listed(session, ids)]


def successor(session: Session, withdrawn: Article, actor: Actor, *, language: str) -> Listed | None:
    """What to read instead of a withdrawn article, as far as this reader may see it."""
    ids = session.exec(
        select(Article.id).where(
            Article.piece_id == withdrawn.successor_id, seen_by(actor), preferring(language, actor)
        )
    ).all()
    return next(iter(listed(session, ids)), None)


def _reason(opened: Opened, row: Listed, topics: Sequence[int]) -> str:
    if opened.pilot is not None and row.article.pilot_id == opened.pilot.id:
        return _("From the same pilot: %(pilot)s", pilot=opened.pilot.name)
    common = next((topic for topic in opened.topics if topic.id in topics), None)
    return _("Also about %(topic)s", topic=common.name) if common else ""


def _topics_of(session: Session, ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {id_: [] for id_ in ids}
    rows = session.exec(
        select(ArticleTopic.article_id, ArticleTopic.topic_id).where(col(ArticleTopic.article_id).in_(ids))
    )
    for article_id, topic_id in rows.all():
        found[article_id].append(topic_id)
    return found

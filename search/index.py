"""The index, as others use it: follow a change, build anew, compare and repair, tell how far behind it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.database import reading
from app.core.jobs import Job, NotNow
from app.core.lanes import lane_of
from content.events import ArticlePublished, ArticleReachChanged, ArticleWithdrawn, FileRead
from content.models import Article
from search.engine import EngineAway
from search.keeping import file, settle
from search.models import SearchState
from search.rebuilding import rebuild, rebuild_when_outdated
from search.reconciling import reconcile, reconcile_some
from search.state import is_leased

__all__ = ["Lag", "lag", "rebuild", "rebuild_when_outdated", "reconcile", "reconcile_some", "sync_article"]

MOST_FILED: Final = 200
"""So many changes get their cards at once while the engine is away."""

LAG_LIMIT: Final = 10.0
"""Seconds that a change may take before the index is called behind."""


def sync_article(event: ArticlePublished | ArticleWithdrawn | ArticleReachChanged | FileRead) -> None:
    """Bring what can be found of an article's piece up to the state of today. Raises what `settle` does, to be tried
    again.
    """
    with reading() as session:
        piece_id = session.exec(select(Article.piece_id).where(Article.id == event.article_id)).first()
    # Of an article that is gone altogether the next round of reconciling takes the rest away.
    if piece_id is None:
        return
    try:
        settle([piece_id])
    except (EngineAway, NotNow):
        # Its lane rests now. The database answers meanwhile, so the changes that wait behind this one get their cards.
        file(_waiting())
        raise


def _waiting() -> set[int]:
    """The pieces of the changes that wait longest, at most MOST_FILED of them."""
    with reading() as session:
        told = session.exec(
            select(Job.told).where(Job.lane == lane_of(sync_article)).order_by(col(Job.id)).limit(MOST_FILED)
        ).all()
        articles = [event["article_id"] for event in told if "article_id" in event]
        return set(session.exec(select(Article.piece_id).where(col(Article.id).in_(articles))).all())


@dataclass(frozen=True)
class Lag:
    """How far the index is behind the database."""

    seconds: float
    """Age of the oldest change that cannot be found yet."""
    waiting: int
    """How many changes that are."""
    is_building: bool
    """Whether a new index is being filled."""
    reconciled_at: datetime | None
    """When index and database were last compared from end to end."""

    @property
    def is_behind(self) -> bool:
        """Whether a change waits longer than it should."""
        return self.seconds > LAG_LIMIT


def lag(session: Session) -> Lag:
    """How far the index is behind now."""
    waiting, oldest = session.exec(
        select(func.count(col(Job.id)), func.min(Job.created_at)).where(Job.lane == lane_of(sync_article))
    ).one()
    state = session.exec(select(SearchState)).first() or SearchState()
    return Lag(
        seconds=(now() - oldest).total_seconds() if oldest else 0.0,
        waiting=waiting,
        is_building=is_leased(state.building_until),
        reconciled_at=state.reconciled_at,
    )

"""Bulk orders: what a steward has done to many pieces at once, as it is kept: the order, and each piece in it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, Session, UniqueConstraint, col, select

from app.core.record import Record, choice, moment, plain_json
from content.models import Article


class What(StrEnum):
    """What is done to each piece."""

    ADD_TOPIC = "add_topic"
    REMOVE_TOPIC = "remove_topic"
    OWNER = "owner"
    REVIEWER = "reviewer"
    WITHDRAW = "withdraw"


class ItemState(StrEnum):
    """How far a piece of an order is."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    """It could not be done, or need not; `why` says so."""
    UNDOING = "undoing"
    UNDONE = "undone"
    KEPT = "kept"
    """It could not be undone: it changed since."""


class BulkOrder(Record, table=True):
    """The same thing, to be done to many pieces by somebody."""

    key: str = Field(unique=True, max_length=64)
    """Of the page on which it was confirmed: a second press there is the same order."""
    what: What = Field(sa_type=choice(What))
    told: dict[str, Any] = plain_json({})
    """What it needs to know: a topic, an organisation, a reason."""
    by_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="SET NULL")
    undo_asked_at: datetime | None = moment()


class BulkItem(Record, table=True):
    """One piece of an order."""

    __table_args__ = (UniqueConstraint("order_id", "article_id"),)

    order_id: int = Field(foreign_key="bulkorder.id", index=True, ondelete="CASCADE")
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE")
    revision_id: int
    """What readers saw of it when the order was given."""
    state: ItemState = Field(default=ItemState.WAITING, sa_type=choice(ItemState))
    why: str = Field(default="", max_length=300)
    before: dict[str, Any] = plain_json({})
    """What to go back to."""


def items_of(session: Session, order: BulkOrder) -> Sequence[tuple[BulkItem, Article]]:
    """The pieces of an order, as they were chosen."""
    return session.exec(
        select(BulkItem, Article)
        .join(Article, col(Article.id) == BulkItem.article_id)
        .where(BulkItem.order_id == order.id)
        .order_by(col(BulkItem.id))
    ).all()


def latest_orders(session: Session) -> Sequence[BulkOrder]:
    """What was ordered lately, the newest first."""
    return session.exec(select(BulkOrder).order_by(col(BulkOrder.id).desc()).limit(20)).all()

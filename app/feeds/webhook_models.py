"""Webhooks of organisations, and what was or will be delivered to each of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field

from app.core.clock import now
from app.core.record import Record, UTCDateTime, choice, moment, plain_json


class Hears(StrEnum):
    """What a webhook is told of, as far as its organisation may see it."""

    FOLLOWED = "followed"
    """What the organisation follows."""
    NEW = "new"
    """Every piece, when it appears."""
    EVERYTHING = "everything"
    """Every piece, and every new version of one."""


class DeliveryState(StrEnum):
    """How far a delivery is. Only one that waits is sent."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    """It was tried for more than a day."""
    HIDDEN = "hidden"
    """When it was to be sent, the organisation might not be told of it any more."""


class Webhook(Record, table=True):
    """An address of an organisation's own that is told of pieces, signed as Standard Webhooks says."""

    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=80)
    address: str = Field(max_length=500)
    """It may hold a secret in its path, so nobody but owners sees it, and no log."""
    hears: Hears = Field(default=Hears.NEW, sa_type=choice(Hears))
    language: str = Field(max_length=2)
    """Of the version that it is told of where a piece has several."""
    since: datetime = Field(default_factory=now, sa_type=UTCDateTime, nullable=False)
    """Only what appeared after this is news."""
    secret: str = Field(max_length=400)
    """Locked up: we sign with it, so its digest would not do."""
    former_secret: str = Field(default="", max_length=400)
    former_until: datetime | None = moment()
    """Until when what is sent is signed with the former secret too."""
    failures: int = 0
    """In a row."""
    failing_since: datetime | None = moment()
    rests_until: datetime | None = moment()
    """After a failure nothing is sent for a moment."""
    off_at: datetime | None = moment()
    off_code: str = Field(default="", max_length=20)
    """What it answered when we switched it off; empty when an owner did."""
    ended_at: datetime | None = moment()
    """Kept for a while, so that removing can be undone."""
    due_at: datetime | None = moment(index=True)
    """When somebody has to look whether there is anything to do."""
    leased_until: datetime | None = moment()
    """Until when it is in the hands of a worker; after a kill others take over this late."""
    turn: int = 0
    """Counts how often it was taken in hand, and so tells whose it is."""


class Delivery(Record, table=True):
    """One message to one webhook. Its key goes along with every try, so that whoever gets it twice can tell."""

    webhook_id: int = Field(foreign_key="webhook.id", index=True, ondelete="CASCADE")
    piece_id: int | None = Field(default=None, foreign_key="piece.id", index=True, ondelete="CASCADE")
    """None for a try-out."""
    key: str = Field(unique=True, max_length=60)
    kind: str = Field(max_length=40)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=choice(DeliveryState))
    tries: int = 0
    """Since it was written, or since somebody had it sent again."""
    due_at: datetime = moment(nullable=False)
    settled_at: datetime | None = moment(index=True)
    delivered_at: datetime | None = moment()
    """When it was taken first."""
    version_at: datetime | None = moment()
    """Of the version of the piece that arrived last."""
    attempts: list[dict[str, Any]] = plain_json([])
    """The latest ones: when, what came back, and after how many milliseconds."""

"""Questions to organisations, and what was said on both sides."""

from datetime import datetime

from sqlmodel import Field, Index

from app.core.clock import now
from app.core.record import Record, UTCDateTime, moment

LONGEST_TITLE = 120
LONGEST_TEXT = 4000


class Question(Record, table=True):
    """Somebody asks an organisation something. Two sides read it: who asked, and those who edit for who was asked."""

    __table_args__ = (
        Index("ix_question_asked_of", "organisation_id", "last_at"),
        Index("ix_question_asked_by", "asker_id", "last_at"),
    )

    organisation_id: int = Field(foreign_key="organisation.id", ondelete="CASCADE")
    asker_id: int = Field(foreign_key="user_account.id", ondelete="CASCADE")
    asker_organisation_id: int | None = Field(default=None, foreign_key="organisation.id", ondelete="SET NULL")
    """For whom they asked; None for a steward."""
    piece_id: int | None = Field(default=None, foreign_key="piece.id", ondelete="SET NULL")
    pilot_id: int | None = Field(default=None, foreign_key="pilot.id", ondelete="SET NULL")
    title: str = Field(max_length=LONGEST_TITLE)
    last_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, nullable=False)
    waits_for_answer: bool = True
    """Whether the side that was asked has to say something."""
    closed_at: datetime | None = moment()
    """Taken away by the knowledge centre: neither side reads it any more or can go on."""


class Message(Record, table=True):
    """One thing said. What a person of the asked side wrote stays when they are erased, without their name."""

    question_id: int = Field(foreign_key="question.id", index=True, ondelete="CASCADE")
    author_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    is_answer: bool
    """Whether the side that was asked says it."""
    text: str = Field(max_length=LONGEST_TEXT)

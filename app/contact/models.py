"""Questions to organisations, what was said on both sides, and reports of what should not stand here."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Index

from app.core.clock import now
from app.core.record import Record, UTCDateTime, choice, moment

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
LONGEST_REPORT = 2000


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


class Reported(StrEnum):
    """What a report is about."""

    PIECE = "piece"
    ORGANISATION = "organisation"
    PERSON = "person"
    QUESTION = "question"


class Ruling(StrEnum):
    """What was decided on a report."""

    WAITING = "waiting"
    TAKEN_AWAY = "taken_away"
    LEFT = "left"


class Report(Record, table=True):
    """Somebody says that a thing should not stand here. Decided by a steward; whom that harms appeals once."""

    what: Reported = Field(sa_type=choice(Reported))
    piece_id: int | None = Field(default=None, foreign_key="piece.id", ondelete="CASCADE")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", ondelete="CASCADE")
    person_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="CASCADE")
    question_id: int | None = Field(default=None, foreign_key="question.id", ondelete="CASCADE")
    reason: str = Field(max_length=20)
    told: str = Field(max_length=LONGEST_REPORT)
    by_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="SET NULL")
    mail: str = Field(default="", max_length=254)
    """Of somebody without an account who wants to hear of it; wiped when it is all over."""
    language: str = Field(default="nl", max_length=2)
    """In which we write to them."""
    due_at: datetime = moment(nullable=False)
    """By when we promised to look at it, or at the appeal."""
    reminded_at: datetime | None = moment()
    ruling: Ruling = Field(default=Ruling.WAITING, sa_type=choice(Ruling), index=True)
    decision: str = Field(default="", max_length=LONGEST_REPORT)
    decided_at: datetime | None = moment()
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    appeal: str = Field(default="", max_length=LONGEST_REPORT)
    appealed_at: datetime | None = moment()
    review: str = Field(default="", max_length=LONGEST_REPORT)
    reviewed_at: datetime | None = moment()
    reviewed_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")

    @property
    def is_appealed(self) -> bool:
        """Whether an appeal waits for another look."""
        return self.appealed_at is not None and self.reviewed_at is None

    @property
    def is_open(self) -> bool:
        """Whether stewards have to do something."""
        return self.decided_at is None or self.is_appealed

"""What is kept of the way of a text to its readers: where it is now, and everything that happened to it."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from app.core.record import Record, choice, moment, plain_json
from content.review_steps import Act, ReviewState


class Review(Record, table=True):
    """A text on its way to readers, from the first time it is sent in until it appears, is refused or is taken back.

    An article has one that is not over at most. Whatever is decided is about one revision: the one that was read.
    """

    __table_args__ = (
        Index(
            "uq_review_open",
            "article_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")
    revision_id: int = Field(foreign_key="revision.id", index=True, ondelete="CASCADE")
    """The text that lies there."""
    state: ReviewState = Field(sa_type=choice(ReviewState), index=True)
    sent_by_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="SET NULL")
    sent_at: datetime = moment(nullable=False)
    note: str = Field(default="", max_length=500)
    """What the author says about this text."""
    company_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    """Who is asked whether anything in it is confidential; None when nobody there can answer."""
    agreed_revision_id: int | None = None
    """The text that the company said yes to."""
    reviewer_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="SET NULL")
    """Who reads it at the knowledge centre."""
    wanted_at: datetime | None = moment()
    """When its author would like it to appear."""
    due_at: datetime | None = moment(index=True)
    """By when whoever has to read it is asked to answer."""
    reminded_at: datetime | None = moment()
    checked: list[str] = plain_json([])
    """What the reader at the knowledge centre has gone through, of this text."""
    ended_at: datetime | None = moment()


class ReviewStep(Record, table=True):
    """One thing that happened to a review: who did what to which text, and said what."""

    review_id: int = Field(foreign_key="review.id", index=True, ondelete="CASCADE")
    revision_id: int = Field(foreign_key="revision.id", ondelete="CASCADE")
    act: Act = Field(sa_type=choice(Act))
    to: ReviewState = Field(sa_type=choice(ReviewState))
    """Where the text was from then on."""
    by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    message: str = Field(default="", max_length=2000)
    publish_at: datetime | None = moment()
    told_at: datetime | None = moment()
    """When those whom it concerns were written to."""

"""Pieces, their language versions, drafts and revisions, and the files that belong to them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from app.core.clock import now, today
from app.core.language import pick
from app.core.record import Record, UTCDateTime, choice, frozen, moment, plain_json
from content.snapshot import Part, Snapshot, TakenOut, Visibility


class Stage(StrEnum):
    """How far an article is on its way to readers."""

    DRAFT = "draft"
    AT_COMPANY = "at_company"
    AT_CENTRE = "at_centre"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Piece(Record, table=True):
    """What the language versions of one story share. Following, reading and citing hang on the piece."""

    key: str = Field(unique=True, max_length=80)
    kind: str = Field(max_length=20)


class Article(Record, table=True):
    """One language version of a piece. Holds no text of its own: what readers see is its live revision.

    The columns below `stage` are projected from the live revision by `publishing.publish` alone, for lists, filters
    and order. Visibility is never versioned: it applies to every version that was ever published.
    """

    __table_args__ = (
        UniqueConstraint("piece_id", "language"),
        # A shelf is walked in its own order and left after a page, however many pieces stand on it. None begins with
        # the stage: nearly all have the same, but SQLite takes an equal column for rare and would look nowhere else.
        Index("ix_article_shelf", "published_at", "id"),
        Index("ix_article_shelf_of_kind", "kind", "published_at", "id"),
        Index("ix_article_shelf_of_pilot", "pilot_id", "published_at", "id"),
    )

    piece_id: int = Field(foreign_key="piece.id", index=True)
    language: str = Field(max_length=2)
    slug: str = Field(unique=True, max_length=120)
    kind: str = Field(max_length=20)
    owner_id: int = Field(foreign_key="organisation.id", index=True)
    visibility: Visibility = Field(default=Visibility.MEMBERS, sa_type=choice(Visibility))
    members_since: datetime | None = moment()
    """When members could see it first, and everyone: whoever follows what it is about hears of it then."""
    everyone_since: datetime | None = moment()
    news_at: datetime | None = moment(index=True)
    """The last moment at which it was news to anybody: it or a version appeared, or it was shown to others."""
    stage: Stage = Field(default=Stage.DRAFT, sa_type=choice(Stage))
    example: bool = False
    newest_revision: int = 0
    live_revision_id: int | None = None
    """Id of the revision that readers see. Not a foreign key: the two tables would need each other first."""
    publish_at: datetime | None = moment(index=True)
    next_revision_id: int | None = None
    """Id of the revision that readers see from `publish_at` on: the one that was read, whatever was written since."""
    embargo_until: datetime | None = moment()
    """Before this moment nothing of it appears."""
    last_day: date | None = Field(default=None, index=True)
    """The last day, in Amsterdam, on which readers see it. A day: pages that are kept count for one."""
    withdrawn_at: datetime | None = moment()
    withdrawn_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    withdrawn_reason_nl: str = Field(default="", max_length=600)
    withdrawn_reason_en: str = Field(default="", max_length=600)
    successor_id: int | None = Field(default=None, foreign_key="piece.id")
    submitted_at: datetime | None = moment()
    reviewer_id: int | None = Field(default=None, foreign_key="organisation.id")

    # Projected from the live revision:
    title: str = Field(default="", max_length=110)
    summary: str = Field(default="", max_length=320)
    published_at: datetime | None = moment()
    changed_at: datetime | None = moment(index=True)
    live_number: int = 0
    """n of `/v/n` of the live revision."""
    review_due: date | None = None
    """Before this day somebody says whether it is still true."""
    asked_at: datetime | None = moment()
    """When its owner was asked whether it is still true, since it was due."""
    topic_id: int | None = Field(default=None, foreign_key="topic.id", index=True)
    lead_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    pilot_id: int | None = Field(default=None, foreign_key="pilot.id")
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id", index=True)
    author_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    anonymous: bool = False
    licence: str = Field(default="", max_length=30)
    told: dict[str, Any] = plain_json({})
    """The kind's fields of the live revision, for the right-hand column of lists."""
    investment_low: int | None = None
    investment_high: int | None = None
    payback_months: int | None = None
    company_size_fte: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.last_day is not None and self.last_day < today()

    @property
    def withdrawn_reason(self) -> str:
        """Why it was withdrawn, in the reader's language."""
        return pick(self.withdrawn_reason_nl, self.withdrawn_reason_en)


class Draft(Record, table=True):
    """The one mutable text of an article that autosave writes. Private to those who may edit, unless they let others
    of their organisation read along.
    """

    article_id: int = Field(foreign_key="article.id", unique=True, ondelete="CASCADE")
    content: Snapshot = frozen(Snapshot)
    text_version: int = 1
    """The version at which the text was saved last: adding a file moves `version` and not this one."""
    save_key: str = Field(default="", max_length=32)
    """Of the save that made this text, when an open page gave it one: so it knows its own save again."""
    saved_at: datetime = moment(nullable=False)
    saved_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    is_read_along: bool = False
    """Whether everybody of the organisation that owns it may read it."""


class Revision(Record, table=True):
    """An unchanging snapshot of all of an article, by someone, at a time. Its HTML is rendered once, here."""

    __table_args__ = (UniqueConstraint("article_id", "number"),)

    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")
    number: int
    published_number: int | None = Field(default=None, index=True)
    """n of `/v/n`; only revisions that were published have one."""
    published_at: datetime | None = moment()
    content: Snapshot = frozen(Snapshot)
    html: str = ""
    headings: list[dict[str, Any]] = plain_json([])
    plain: str = ""
    """The text without marks, for search, excerpts and reading time."""
    note: str = Field(default="", max_length=500)
    saved_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    from_seed: bool = False


class Attachment(Record, table=True):
    """A stored file, addressed by the hash of its content, belonging to an article."""

    __table_args__ = (UniqueConstraint("article_id", "name", "hash"),)

    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=160)
    hash: str = Field(max_length=64, index=True)
    size: int
    media_type: str = Field(max_length=120)
    width: int | None = None
    height: int | None = None
    unused_since: datetime | None = moment()
    """Since when no draft and no version is known to use it."""
    taken_out: TakenOut | None = frozen(TakenOut, nullable=True)
    """How the draft used it when it was taken out."""


class OldSlug(Record, table=True):
    """An address that an article had before. It answers 301 for ever and is never given away again."""

    slug: str = Field(unique=True, max_length=120)
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")


class ArticleAllowed(SQLModel, table=True):
    """The organisations that an article with visibility "organisations" names."""

    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE")
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, ondelete="CASCADE")
    since: datetime | None = Field(default_factory=now, sa_type=UTCDateTime, nullable=True)


class ArticleTopic(SQLModel, table=True):
    """Topics of the live revision; position 0 is the main one."""

    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE")
    topic_id: int = Field(foreign_key="topic.id", primary_key=True, index=True)
    position: int = 0


class ArticleSector(SQLModel, table=True):
    """Sectors of the live revision."""

    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE")
    sector_id: int = Field(foreign_key="sector.id", primary_key=True, index=True)


class ArticleOrganisation(SQLModel, table=True):
    """Organisations of the live revision and what they did."""

    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE")
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, index=True)
    part: Part = Field(primary_key=True, sa_type=choice(Part))
    position: int = 0


class ArticleAuthor(SQLModel, table=True):
    """Authors of the live revision, in order."""

    article_id: int = Field(foreign_key="article.id", primary_key=True, ondelete="CASCADE")
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, index=True, ondelete="CASCADE")
    position: int = 0

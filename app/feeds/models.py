"""What people and organisations follow, what they were told of it, and how they want to be reached."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, UniqueConstraint

from app.core.clock import now
from app.core.record import Record, UTCDateTime, choice, moment, plain_json


class Followed(StrEnum):
    """What can be followed."""

    TOPIC = "topic"
    """With its narrower ones."""
    PILOT = "pilot"
    ORGANISATION = "organisation"
    PERSON = "person"
    SEARCH = "search"
    """A question, also one that finds nothing yet."""
    PIECE = "piece"
    """One piece: its new versions."""


class Scope(StrEnum):
    """What somebody wants to hear of it."""

    EVERYTHING = "everything"
    """New pieces, and new versions of those that are there."""
    NEW = "new"
    """Each piece once, when it appears."""


class Rhythm(StrEnum):
    """How often mail comes. The editions of one morning come in one letter."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Channel(StrEnum):
    """Where somebody was told of a piece. What was read on the site is not mailed any more."""

    SITE = "site"
    MAIL = "mail"
    WEBHOOK = "webhook"


class Subscription(Record, table=True):
    """A wish to hear about something, of exactly one person or one organisation.

    An organisation's fills the feed of its people. A person's own on the same thing takes its place for them: that is
    how they get mail about it (settled: 15), or none of it.
    """

    __table_args__ = (UniqueConstraint("user_id", "key"), UniqueConstraint("organisation_id", "key"))

    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="CASCADE")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE")
    key: str = Field(max_length=80, index=True)
    """What is followed, in one word: `topic-12`, or `search-` and a digest of the question."""
    what: Followed = Field(sa_type=choice(Followed))
    topic_id: int | None = Field(default=None, foreign_key="topic.id", index=True, ondelete="CASCADE")
    pilot_id: int | None = Field(default=None, foreign_key="pilot.id", index=True, ondelete="CASCADE")
    followed_id: int | None = Field(default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE")
    person_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="CASCADE")
    piece_id: int | None = Field(default=None, foreign_key="piece.id", index=True, ondelete="CASCADE")
    question: str = Field(default="", max_length=1000)
    """The question as it stands in the address of a search, without the question mark."""
    scope: Scope = Field(default=Scope.NEW, sa_type=choice(Scope))
    rhythm: Rhythm = Field(default=Rhythm.WEEKLY, sa_type=choice(Rhythm))
    by_mail: bool = False
    since: datetime = Field(default_factory=now, sa_type=UTCDateTime, nullable=False)
    """Only what appeared after this is news."""
    muted_at: datetime | None = moment()
    muted_until: datetime | None = moment()
    """When it is heard again; without it, when they say so."""
    only_mutes: bool = False
    """It is there to mute what an organisation of theirs follows: heard again, it goes, and that one is back."""
    ended_at: datetime | None = moment()
    """Kept for a while, so that stopping can be undone."""
    due_at: datetime | None = moment(index=True)
    """When mail about it may be due next; none without mail."""
    became_id: int | None = Field(default=None, foreign_key="subscription.id", index=True, ondelete="CASCADE")
    """Where two became one: the one that it went into. It is kept for the links in letters that were sent."""

    def is_muted_at(self, at: datetime) -> bool:
        """Whether nothing of it is heard at this moment."""
        return self.muted_at is not None and (self.muted_until is None or self.muted_until > at)


class Reader(Record, table=True):
    """How somebody wants to be reached, and whether that works."""

    user_id: int = Field(foreign_key="user_account.id", unique=True, ondelete="CASCADE")
    weekday: int = 1
    """Of the weekly edition: 0 is Monday."""
    hour: int = 7
    """Of every edition, on a clock in Amsterdam."""
    paused_until: datetime | None = moment()
    refusals: int = 0
    """In a row, by the mail server of their address."""
    gone_at: datetime | None = moment()
    """Since when their address takes nothing any more: no mail until they say that it does."""
    gone_code: str = Field(default="", max_length=20)
    works_since: datetime | None = moment()
    """Since when their address counts as good once more: what was sent before tells nothing of it."""
    feed_digest: str | None = Field(default=None, unique=True, max_length=64)
    """Of the secret word in the address of their own feed."""
    feed_made_at: datetime | None = moment()
    feed_used_at: datetime | None = moment()


class Edition(Record, table=True):
    """One letter to one reader for one period: written before it is sent, closed once a mail server took it."""

    __table_args__ = (UniqueConstraint("user_id", "channel", "period"),)

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    channel: Channel = Field(default=Channel.MAIL, sa_type=choice(Channel))
    period: str = Field(max_length=40)
    letter_id: int | None = Field(default=None, index=True)
    """Of the letter that carries it; letters are forgotten, editions are not."""
    chosen_at: datetime | None = moment()
    """When its pieces were chosen: after that none is added, since it may have arrived."""
    closed_at: datetime | None = moment()
    outcome: str = Field(default="", max_length=20)
    """`sent`, `refused`, `late`, or `empty` when there was nothing to tell any more."""


class Told(Record, table=True):
    """That a reader was told of a piece in a channel. The ledger that keeps anything from being told twice.

    A reader is exactly one person, or one webhook of an organisation.
    """

    __table_args__ = (
        UniqueConstraint("user_id", "piece_id", "channel"),
        UniqueConstraint("webhook_id", "piece_id", "channel"),
    )

    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="CASCADE")
    webhook_id: int | None = Field(default=None, foreign_key="webhook.id", index=True, ondelete="CASCADE")
    piece_id: int = Field(foreign_key="piece.id", index=True, ondelete="CASCADE")
    channel: Channel = Field(sa_type=choice(Channel))
    at: datetime = moment(nullable=False)
    """A version that appeared later is news to those who want everything."""
    edition_id: int | None = Field(default=None, foreign_key="edition.id", index=True, ondelete="SET NULL")


class Notice(Record, table=True):
    """One message to one person on the site, such as a question or an invitation."""

    __table_args__ = (UniqueConstraint("user_id", "key"),)

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    key: str = Field(max_length=80)
    """What it is about, so that whoever repeats themselves is heard once."""
    name: str = Field(max_length=40)
    """Which sentence: see `app/web/notice_texts.py`."""
    told: dict[str, Any] = plain_json({})
    """What stands in the sentence."""
    path: str = Field(default="", max_length=300)
    article_id: int | None = Field(default=None, foreign_key="article.id", index=True, ondelete="CASCADE")
    """It is shown only to whoever may see or edit this one at that moment."""
    invitation_id: int | None = Field(default=None, foreign_key="creditinvitation.id", index=True, ondelete="CASCADE")
    """It is shown only as long as this invitation waits for an answer of theirs."""
    awaits: bool = False
    """Whether it waits for an act of theirs."""
    at: datetime = moment(nullable=False)
    read_at: datetime | None = moment()


class SavedPiece(Record, table=True):
    """A piece that somebody keeps for later."""

    __table_args__ = (UniqueConstraint("user_id", "piece_id"),)

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    piece_id: int = Field(foreign_key="piece.id", index=True, ondelete="CASCADE")


class MutedPiece(Record, table=True):
    """A piece that somebody wants to hear nothing more of, whatever they follow."""

    __table_args__ = (UniqueConstraint("user_id", "piece_id"),)

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    piece_id: int = Field(foreign_key="piece.id", index=True, ondelete="CASCADE")


class Consent(Record, table=True):
    """That somebody agreed to mail: to which words, where and when. Kept as the proof of it (GDPR, article 7(1))."""

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    key: str = Field(max_length=80)
    wording: str = Field(max_length=1000)
    source: str = Field(max_length=300)
    """The page on which it was asked for."""
    asked_at: datetime = moment(nullable=False)


class FollowRequest(Record, table=True):
    """Somebody without an account wants to follow a topic by mail and has not confirmed it yet."""

    token_digest: str = Field(unique=True, max_length=64)
    mail: str = Field(max_length=254, index=True)
    topic_id: int = Field(foreign_key="topic.id", index=True, ondelete="CASCADE")
    rhythm: Rhythm = Field(default=Rhythm.WEEKLY, sa_type=choice(Rhythm))
    language: str = Field(max_length=2)
    wording: str = Field(max_length=1000)
    source: str = Field(max_length=300)
    expires_at: datetime = moment(nullable=False, index=True)

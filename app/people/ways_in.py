"""The ways into an organisation: applying for it, being invited, and an address in a mail domain that it proved."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, Index, UniqueConstraint, text

from app.core.clock import now
from app.core.record import Record, choice, moment, plain_json
from app.people.models import Role


class Asks(StrEnum):
    """What an application asks for, and of whom."""

    ADMISSION = "admission"
    """That an organisation may take part: of the stewards."""
    PLACE = "place"
    """A place in an organisation that takes part already: of its owners."""


class Answer(StrEnum):
    """How far an application is."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class Application(Record, table=True):
    """Somebody with a proven mail address asks to be let in. It is kept after the answer, so that both can be read."""

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    asks: Asks = Field(sa_type=choice(Asks))
    answer: Answer = Field(default=Answer.WAITING, sa_type=choice(Answer), index=True)
    looking_for: str = Field(default="", max_length=1000)
    wishes: dict[str, Any] = plain_json({})
    """What they want to hear of and how often, in their own words of that moment: the proof of their consent."""
    due_at: datetime = moment(nullable=False)
    """By when we promised an answer."""
    reminded_at: datetime | None = moment()
    answered_at: datetime | None = moment()
    answered_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    reason: str = Field(default="", max_length=40)
    message: str = Field(default="", max_length=2000)

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answer == Answer.WAITING


class InvitationState(StrEnum):
    """How far an invitation is."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Invitation(Record, table=True):
    """A place offered to one mail address. Holds the digest of its token; the token itself stands in the letter alone.

    Without an organisation it makes a steward (settled: 13).
    """

    __table_args__ = (
        UniqueConstraint("organisation_id", "mail"),
        # To a database no two nothings are equal, so those without an organisation need a rule of their own.
        Index(
            "uq_invitation_steward",
            "mail",
            unique=True,
            sqlite_where=text("organisation_id IS NULL"),
            postgresql_where=text("organisation_id IS NULL"),
        ),
    )

    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE")
    mail: str = Field(max_length=254, index=True)
    role: Role = Field(default=Role.READER, sa_type=choice(Role))
    token_digest: str = Field(unique=True, max_length=64)
    message: str = Field(default="", max_length=1000)
    invited_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    sent_at: datetime = moment(nullable=False)
    expires_at: datetime = moment(nullable=False)
    accepted_at: datetime | None = moment()
    withdrawn_at: datetime | None = moment()

    @property
    def state(self) -> InvitationState:
        """How far it is at this moment."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if self.expires_at <= now() else InvitationState.OPEN

    @property
    def makes_steward(self) -> bool:
        """Whether accepting it gives the care of the whole portal."""
        return self.organisation_id is None


class Joins(StrEnum):
    """How people with an address in a proven domain come in; the owner chooses."""

    AT_ONCE = "at_once"
    ON_REQUEST = "on_request"


class MailDomain(Record, table=True):
    """A mail domain that an organisation proved to be its own, by a code sent to an address in it."""

    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    domain: str = Field(unique=True, max_length=253)
    joins: Joins = Field(default=Joins.ON_REQUEST, sa_type=choice(Joins))
    proven_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    proven_at: datetime = moment(nullable=False)


class JoinDraft(Record, table=True):
    """What somebody has filled in so far on the way in. Forgotten after a day or two, or once they are in."""

    token_digest: str = Field(unique=True, max_length=64)
    told: dict[str, Any] = plain_json({})
    expires_at: datetime = moment(nullable=False, index=True)

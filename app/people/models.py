"""Organisations, users, memberships and sign-in sessions."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text

from app.core.language import pick
from app.core.record import Record, choice, moment, plain_json


class Admission(StrEnum):
    """How far an organisation is with joining."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    """Takes part no longer until stewards say otherwise: its page is not there, its people read what is public."""
    MENTIONED = "mentioned"
    """Named in a public source: not a member, not counted, not claimable (settled: 10)."""


class Role(StrEnum):
    """What a person may do for an organisation; each includes the one before."""

    READER = "reader"
    EDITOR = "editor"
    OWNER = "owner"


class UserState(StrEnum):
    """How we know a person."""

    ACTIVE = "active"
    MAIL_ONLY = "mail_only"
    SUSPENDED = "suspended"
    """Cannot sign in until stewards say otherwise; what they wrote stays."""
    ERASED = "erased"


class ProfilePart(StrEnum):
    """What a public page may show besides the name."""

    TITLE = "title"
    WORKPLACE = "workplace"
    BIO = "bio"
    TOPICS = "topics"
    ORCID = "orcid"


REAL_AND_ADMITTED: Final = "admission = 'admitted' AND NOT example AND kvk_number != ''"


class Organisation(Record, table=True):
    """A company, knowledge institution or public body."""

    __table_args__ = (
        # Only who takes part and really exists has a number for itself: applicants may be two of one company, and
        # examples use the test numbers of the register (settled: 16).
        Index(
            "uq_organisation_kvk_number",
            "kvk_number",
            unique=True,
            sqlite_where=text(REAL_AND_ADMITTED),
            postgresql_where=text(REAL_AND_ADMITTED),
        ),
    )

    slug: str = Field(unique=True, max_length=80)
    name: str = Field(max_length=160, index=True)
    name_en: str = Field(default="", max_length=160)
    kind: str = Field(max_length=40)
    admission: Admission = Field(default=Admission.APPLIED, sa_type=choice(Admission), index=True)
    example: bool = False
    """Whether it came with the example content, which brings real ones too: see `is_invented`."""
    kvk_number: str = Field(default="", max_length=8)
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id", index=True)
    about_nl: str = Field(default="", max_length=2000)
    about_en: str = Field(default="", max_length=2000)
    shares_nl: str = Field(default="", max_length=500)
    shares_en: str = Field(default="", max_length=500)
    website: str = Field(default="", max_length=300)
    founded: int | None = None
    size_fte: int | None = None
    size_band: str = Field(default="", max_length=20)
    """Slug of a band of sizes: what an applicant chose as long as nobody has told the number."""
    visit: str = Field(default="", max_length=20)
    takes_questions: bool = True
    """Whether members may ask it something; its owners decide."""
    logo: str = Field(default="", max_length=64)
    """Hash of the stored picture."""
    asks_company: bool = True
    """Whether a piece about it, or of it, waits for its yes before others see it."""
    asks_centre: bool = True
    """Whether its pieces wait for the knowledge centre's yes."""
    sources: list[str] = plain_json([])
    changed_at: datetime | None = moment()

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return pick(self.name, self.name_en)

    @property
    def about(self) -> str:
        """What it is, in the reader's language."""
        return pick(self.about_nl, self.about_en)

    @property
    def shares(self) -> str:
        """What it shares with others, in the reader's language."""
        return pick(self.shares_nl, self.shares_en)

    @property
    def is_mentioned_only(self) -> bool:
        """Whether it is only named in a public source."""
        return self.admission == Admission.MENTIONED

    @property
    def is_invented(self) -> bool:
        """Whether it does not exist: of the example content, all that are not mentioned in a public source."""
        return self.example and not self.is_mentioned_only


class OrganisationSector(SQLModel, table=True):
    """In which sectors an organisation works."""

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, ondelete="CASCADE")
    sector_id: int = Field(foreign_key="sector.id", primary_key=True)


class User(Record, table=True):
    """A person with a sign-in. The handle stands in addresses and never changes."""

    __tablename__ = "user_account"

    handle: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=120)
    mail: str = Field(unique=True, max_length=254)
    state: UserState = Field(default=UserState.ACTIVE, sa_type=choice(UserState))
    is_steward: bool = False
    example: bool = False
    has_profile: bool = False
    is_hidden: bool = False
    """Stewards took the public page off: the person cannot put it on again until they say otherwise."""
    title_nl: str = Field(default="", max_length=160)
    title_en: str = Field(default="", max_length=160)
    bio_nl: str = Field(default="", max_length=1000)
    bio_en: str = Field(default="", max_length=1000)
    topics: list[str] = plain_json([])
    """Slugs of the topics that this person can be asked about."""
    language: str = Field(default="nl", max_length=2)
    """In which we write to them."""
    orcid: str = Field(default="", max_length=19)
    hides: list[str] = plain_json([])
    """What they keep off their public page, though it has one: see `ProfilePart`."""

    @property
    def title(self) -> str:
        """Their work, in the reader's language."""
        return pick(self.title_nl, self.title_en)

    @property
    def bio(self) -> str:
        """One sentence about them, in the reader's language."""
        return pick(self.bio_nl, self.bio_en)

    def shows(self, part: ProfilePart) -> bool:
        """Whether this stands on their public page."""
        return self.has_profile and part not in self.hides


class Membership(Record, table=True):
    """A user's place in an organisation. Ended, not deleted: what somebody wrote keeps its history."""

    __table_args__ = (UniqueConstraint("user_id", "organisation_id"),)

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    role: Role = Field(default=Role.READER, sa_type=choice(Role))
    ended_at: datetime | None = moment()


class SignInSession(Record, table=True):
    """A signed-in browser. Holds the digest of its token; the token itself lives only in the cookie."""

    token_digest: str = Field(unique=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    device: str = Field(default="", max_length=200)
    is_strong: bool = False
    """Whether a second step was taken."""
    seen_at: datetime = moment(nullable=False)
    expires_at: datetime = moment(nullable=False, index=True)
    views_as_id: int | None = Field(default=None, foreign_key="user_account.id", index=True, ondelete="SET NULL")
    """Whose pages a steward looks at in it, until `views_until`."""
    views_until: datetime | None = moment()

"""What pieces are about: topics and their words, and the pilots that they come from."""

from datetime import date
from typing import Any

from sqlmodel import Field, SQLModel

from app.core.language import pick
from app.core.record import Record, choice, plain_json
from content.snapshot import Part


class Topic(Record, table=True):
    """A curated subject. Two levels: a topic without a broader one is a group, implied by its topics."""

    slug: str = Field(unique=True, max_length=80)
    slug_nl: str = Field(unique=True, max_length=80)
    broader_id: int | None = Field(default=None, foreign_key="topic.id", index=True)
    position: int = 0
    name_nl: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    definition_nl: str = Field(default="", max_length=500)
    definition_en: str = Field(default="", max_length=500)
    start_here: list[str] = plain_json([])
    """Keys of up to three pieces to begin with."""

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return pick(self.name_nl, self.name_en)

    @property
    def definition(self) -> str:
        """One line about what it is."""
        return pick(self.definition_nl, self.definition_en)


class FormerTopic(Record, table=True):
    """What a topic was called before: its address word, and its key when it was merged into another."""

    slug: str | None = Field(default=None, unique=True, max_length=80)
    slug_nl: str = Field(unique=True, max_length=80)
    topic_id: int = Field(foreign_key="topic.id", index=True, ondelete="CASCADE")


class GlossaryGroup(Record, table=True):
    """Words that mean the same, or that lead from one to another: the raw material of search."""

    slug: str = Field(unique=True, max_length=80)
    position: int = 0
    told: dict[str, Any] = plain_json({})
    """As in the glossary: type, terms per language, from, to, misspellings, risk, note."""


class Pilot(Record, table=True):
    """One of the proefprojecten: host, partners, topics, period. `verified` ones say only what a source says."""

    slug: str = Field(unique=True, max_length=80)
    number: int = Field(unique=True)
    example: bool = False
    """Whether it came with the example content, which brings real ones too: see `is_invented`."""
    verified: bool = False
    name_nl: str = Field(max_length=160)
    name_en: str = Field(max_length=160)
    summary_nl: str = Field(default="", max_length=1000)
    summary_en: str = Field(default="", max_length=1000)
    status: str = Field(default="", max_length=20)
    starts_on: date | None = None
    ends_on: date | None = None
    budget_eur: int | None = None
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id")
    contact_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    phases: list[dict[str, Any]] = plain_json([])
    goals: list[dict[str, Any]] = plain_json([])
    output: list[str] = plain_json([])
    """Keys of the pieces it brought."""
    lesson_nl: str = Field(default="", max_length=500)
    lesson_en: str = Field(default="", max_length=500)
    sources: list[str] = plain_json([])

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return pick(self.name_nl, self.name_en)

    @property
    def summary(self) -> str:
        """What it is about, in the reader's language."""
        return pick(self.summary_nl, self.summary_en)

    @property
    def is_invented(self) -> bool:
        """Whether it does not exist: of the example content, all that no source tells of."""
        return self.example and not self.verified

    @property
    def lesson(self) -> str:
        """What it taught so far, in the reader's language."""
        return pick(self.lesson_nl, self.lesson_en)


class PilotOrganisation(SQLModel, table=True):
    """Who takes part in a pilot, and as what."""

    pilot_id: int = Field(foreign_key="pilot.id", primary_key=True, ondelete="CASCADE")
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, index=True)
    part: Part = Field(sa_type=choice(Part))
    position: int = 0


class PilotTopic(SQLModel, table=True):
    """What a pilot is about."""

    pilot_id: int = Field(foreign_key="pilot.id", primary_key=True, ondelete="CASCADE")
    topic_id: int = Field(foreign_key="topic.id", primary_key=True, index=True)
    position: int = 0

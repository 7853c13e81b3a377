"""Topics, pilots and organisations, in a list and whole."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.web.api.shapes.base import Moment, Named, Shape, Words
from app.web.api.shapes.pieces import ArticleShort, Contributor, Sector
from content.kinds.case_study import Better
from content.snapshot import Part


class TopicShort(Named):
    """A topic; one without a broader topic is a group, and counts the pieces of its topics."""

    definition: Words
    broader: str | None
    pieces: int = Field(ge=0, description="As many as whoever asks may see.")
    url: str


class Topic(TopicShort):
    """A topic with what is around it."""

    narrower: list[Named]
    start_here: list[ArticleShort] = Field(description="Up to three pieces to begin with.")


class PilotShort(Named):
    """A pilot."""

    number: int
    summary: Words
    status: str
    starts: date | None
    ends: date | None
    municipality: Named | None
    is_verified: bool = Field(description="Whether it says only what a public source says.")
    is_example: bool
    url: str


class PilotPhase(Named):
    """A part of a pilot's time."""

    start: date
    end: date
    state: Literal["done", "now", "next"]


class Goal(Shape):
    """A figure that a pilot wants to reach."""

    name: Words
    indicator: str | None
    organisation: str | None = Field(description="Slug of where it is measured.")
    unit: Words
    begin: float
    now: float | None
    target: float
    as_of: date | None = Field(description="The day of `now`.")
    better: Better


class Pilot(PilotShort):
    """A pilot with all that is told of it."""

    organisations: list[Contributor]
    topics: list[Named]
    budget_eur: int | None
    phases: list[PilotPhase]
    goals: list[Goal]
    lesson: Words
    articles: list[ArticleShort] = Field(description="What it brought, as far as whoever asks may see it.")
    sources: list[str]


class OrganisationShort(Named):
    """An organisation that takes part, or that a public source mentions."""

    kind: str
    is_member: bool
    is_example: bool
    municipality: Named | None
    url: str


class OrganisationPilot(Named):
    """A pilot and what the organisation does in it."""

    part: Part


class Organisation(OrganisationShort):
    """An organisation with all that is told of it."""

    about: Words
    shares: Words
    website: str
    founded: int | None
    size_fte: int | None
    sectors: list[Sector]
    pilots: list[OrganisationPilot]
    sources: list[str]
    changed: Moment | None

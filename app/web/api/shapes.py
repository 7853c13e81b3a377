"""The shapes of what the API answers. Every field stands here by name, so nothing goes out that nobody meant to.

Names are told in both languages, so that an answer is the same for everybody; `lang` says in which language a text is.
Times are RFC 3339 in UTC. Addresses are whole ones.
"""

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from content.kinds import CaseStudy, Lesson, Technology
from content.kinds.case_study import Better, Method
from content.snapshot import Licence, Part, Visibility

ItemT = TypeVar("ItemT", bound=BaseModel)

Lang = Literal["nl", "en"]
Kind = Literal["case_study", "lesson", "technology"]
Telling = CaseStudy | Lesson | Technology

Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.replace(microsecond=0))]
"""A moment in UTC, to the second."""


class Shape(BaseModel):
    """The base: frozen, and complete."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Listing(Shape, Generic[ItemT]):
    """A part of a list. `next` goes back as `cursor` for the part after it; null at the end."""

    items: list[ItemT]
    next: str | None = Field(description="Give this back as `cursor` for what comes after; null at the end.")
    total: int = Field(ge=0, description="How many there are in the whole list, for whoever asks.")


class Words(Shape):
    """A text in both languages. Where there is no translation, both say the same."""

    nl: str
    en: str

    @classmethod
    def of(cls, dutch: str, english: str) -> "Words":
        """Both, each standing in for the other when it is empty."""
        return cls(nl=dutch or english, en=english or dutch)


class Named(Shape):
    """Something with a page of its own: the key that stays, and its name."""

    slug: str
    name: Words


class Measure(Shape):
    """A figure before and after."""

    name: str
    unit: str
    baseline: float
    result: float
    change_percent: float | None = Field(description="Null when the baseline is 0: there is no percentage then.")
    improvement_percent: float | None = Field(description="The change in the good direction; negative when worse.")
    better: Better = Field(description="Which way is good.")
    period: str
    method: Method
    indicator: str | None = Field(description="Figures of one indicator can be compared.")


class ArticleShort(Shape):
    """An article, that is one language version of a piece, as it stands in a list."""

    slug: str
    piece: str = Field(description="The same for every language version of a piece.")
    kind: Kind
    lang: Lang
    title: str
    summary: str
    url: str = Field(description="Its page for people.")
    organisation: Named | None = Field(description="Where it happened; null when that is not told.")
    owner: Named = Field(description="Who answers for it.")
    topics: list[Named]
    metric: Measure | None = Field(description="The first figure of a case study.")
    investment_eur: int | None = Field(description="Of a case study: what it cost, own hours included, without VAT.")
    payback_months: int | None
    visibility: Visibility
    is_example: bool = Field(description="Whether it is invented.")
    version: int = Field(ge=1)
    published: Moment = Field(description="When the first version appeared.")
    changed: Moment = Field(description="When this version appeared.")


class Version(Shape):
    """A published version of an article."""

    number: int = Field(ge=1)
    published: Moment
    note: str = Field(description="What changed, by its author.")
    url: str
    is_live: bool


class Author(Shape):
    """Who wrote it. `handle` only of people who want a public profile."""

    name: str
    handle: str | None


class Contributor(Named):
    """An organisation and what it did."""

    part: Part


class Sector(Shape):
    """A division of section C of SBI 2025 (NACE Rev. 2.1)."""

    code: str
    name: Words


class File(Shape):
    """A file that may be opened by whoever asked."""

    name: str
    title: Words
    media_type: str
    size: int = Field(ge=0, description="Bytes.")
    url: str


class Terms(Shape):
    """A licence. `url` is null when all rights are reserved."""

    id: Licence
    url: str | None


class Profile(Shape):
    """What is told of a company that is not named."""

    sector: str
    size_band: str
    province: str


class Translation(Shape):
    """Another language version of the same piece."""

    lang: Lang
    slug: str
    url: str


class Article(ArticleShort):
    """A whole article, in its live version."""

    translations: list[Translation]
    organisations: list[Contributor]
    authors: list[Author]
    pilot: Named | None
    municipality: Named | None
    sectors: list[Sector]
    anonymous: Profile | None = Field(description="Told instead of the company's name.")
    audience: list[str] = Field(description="Reader roles that it is written for; never a permission.")
    told: Telling = Field(description="The fields of its kind.")
    metrics: list[Measure]
    html: str = Field(description="The text, sanitised; addresses in it are whole ones.")
    markdown: str = Field(description="The text as it was written.")
    reading_minutes: int = Field(ge=1)
    licence: Terms
    identifier: str = Field(description="DOI or other lasting reference, when it came from elsewhere; else empty.")
    review_due: date | None
    files: list[File]
    versions: list[Version] = Field(description="Newest first.")


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


class Phase(Named):
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
    phases: list[Phase]
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


# --- searching ---------------------------------------------------------------------------------------------------


class Found(ArticleShort):
    """An article that a search found. In `title_html` and `snippet_html` only `<mark>` is markup."""

    title_html: str
    snippet_html: str
    distance_km: int | None = Field(description="As the crow flies, about; null when no place was asked for.")


class FacetCount(Shape):
    """A value of a facet and how many pieces there would be with it."""

    value: str
    label: str
    count: int = Field(ge=0)


class Corrected(Shape):
    """A question of which the spelling was repaired."""

    asked: str = Field(alias="from", serialization_alias="from")
    meant: str = Field(alias="to", serialization_alias="to")


class Linked(Named):
    """Something found beside the pieces, with its page."""

    url: str


class Groups(Shape):
    """What was found beside the pieces; it counts in no total."""

    pilots: list[Linked]
    organisations: list[Linked]


class Results(Shape):
    """One page of what a search found."""

    items: list[Found]
    total: int = Field(ge=0, description="Pieces found in all, as many as whoever asks may see.")
    facets: dict[str, list[FacetCount]] = Field(description="By the name of the parameter that narrows.")
    corrected: Corrected | None
    groups: Groups
    degraded: bool = Field(description="The search engine is away and the database answered, more simply.")
    notices: list[str] = Field(description="Sentences for people about what could not be done.")
    took_ms: int = Field(ge=0)


class Suggestion(Shape):
    """One thing that somebody who begins to type may be after."""

    kind: Literal["topic", "piece", "pilot", "organisation", "search"]
    label: str
    slug: str | None = Field(description="Of what can be read here; null for a search.")
    url: str = Field(description="Its page for people.")
    lang: Lang | None = Field(description="Of the title of a piece.")


class Suggestions(Shape):
    """In the order in which they are best offered."""

    items: list[Suggestion]

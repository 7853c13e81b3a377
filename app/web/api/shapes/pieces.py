"""Articles, in a list and whole."""

from datetime import date

from pydantic import Field

from app.web.api.shapes.base import Kind, Lang, Moment, Named, Shape, Words
from content.kinds import CaseStudy, Lesson, Technology
from content.kinds.case_study import Better, Method
from content.snapshot import AuthorPart, Licence, Part, Visibility

Telling = CaseStudy | Lesson | Technology


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
    owner: Named | None = Field(description="Who answers for it. `null` when its company is not named and that is it.")
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
    part: AuthorPart = Field(description="What they did.")


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
    publishers: list[Named] = Field(description="Who publishes it together with its owner.")
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

"""What a search found, and what may be meant by who begins to type."""

from typing import Literal

from pydantic import Field

from app.web.api.shapes.base import Lang, Named, Shape
from app.web.api.shapes.pieces import ArticleShort


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

    kind: Literal["topic", "term", "piece", "pilot", "organisation", "search"]
    label: str
    slug: str | None = Field(description="Of what can be read here; null for a word and for a search.")
    url: str = Field(description="Its page for people.")
    lang: Lang | None = Field(description="Of the title of a piece.")


class Suggestions(Shape):
    """In the order in which they are best offered."""

    items: list[Suggestion]

"""Drafts: what nobody but those who write a piece sees of it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.web.api.shapes.base import Kind, Lang, Moment, Named, Shape
from content.models import Stage
from content.snapshot import Licence, Part, Visibility

Key = Annotated[str, Field(min_length=1, max_length=120, pattern="^[a-z0-9-]+$")]
Code = Annotated[str, Field(pattern="^[0-9]{2}$")]

TOLD = "The fields of the kind, as an article has them. A draft may have gaps."


class DraftContributor(Shape):
    """An organisation and what it did."""

    organisation: Key
    part: Part


class Unnamed(Shape):
    """What is said of a company that is not named."""

    sector: str = Field(max_length=40)
    size_band: str = Field(max_length=40)
    province: str = Field(max_length=40)


class Need(Shape):
    """Something that is missing, or worth another look."""

    field: str
    sentence: str
    blocks: bool = Field(description="Whether the piece cannot be sent in like this.")


class DraftContent(Shape):
    """What a draft tells, or told."""

    title: str
    summary: str
    body: str = Field(description="Markdown.")
    told: dict[str, Any] = Field(description=TOLD)
    topics: list[str]
    sectors: list[str]
    audience: list[str]
    pilot: str | None
    municipality: str | None
    organisations: list[DraftContributor]
    licence: Licence
    authors: list[str]
    anonymous: Unnamed | None


class Draft(DraftContent):
    """The text that is being written."""

    id: int
    slug: str
    kind: Kind
    lang: Lang
    owner: Named
    stage: Stage
    version: int = Field(description="The same as in `ETag`: send it back in `If-Match`.")
    saved: Moment
    url: str = Field(description="The editor, for people.")
    needs: list[Need]


class Drafts(Shape):
    """One's own drafts, what was saved last first."""

    items: list[Draft]


class DraftChange(BaseModel):
    """What changes. A field that is left out stays as it is; in `told`, null takes a field out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = Field(default=None, max_length=110)
    summary: str | None = Field(default=None, max_length=320)
    body: str | None = Field(default=None, max_length=100_000)
    told: dict[str, Any] | None = Field(default=None, description=TOLD)
    topics: list[Key] | None = Field(default=None, max_length=40)
    sectors: list[Code] | None = Field(default=None, max_length=40)
    audience: list[Key] | None = Field(default=None, max_length=20)
    pilot: Key | None = None
    municipality: Key | None = None
    organisations: list[DraftContributor] | None = Field(default=None, max_length=20)
    licence: Licence | None = None
    anonymous: Unnamed | None = None


class NewArticle(DraftChange):
    """A piece that begins, with as much of it as is known."""

    kind: Kind
    lang: Lang
    organisation: Key = Field(description="The one that owns it: one that you write for.")


class DraftFile(Shape):
    """A picture or file of a draft."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    width: int | None = Field(description="Of a picture, in pixels.")
    height: int | None
    title: str = Field(description="In the language of the piece.")
    shows: str = Field(description="What is to be seen on a picture.")
    is_decorative: bool
    is_listed: bool = Field(description="Whether it stands under the files beside the text.")
    is_looked_over: bool = Field(
        description="Whether its author says that a picture shows no face without consent and nothing confidential."
    )
    visibility: Visibility | None = Field(description="Only when it is for fewer people than the piece.")
    markdown: str = Field(description="How the text shows it, or leads to it.")


class DraftFiles(Shape):
    """The files of a draft, in the author's order."""

    version: int = Field(description="Of the draft: send it back in `If-Match`.")
    items: list[DraftFile]


class FileChange(BaseModel):
    """What is said of a file. A field that is left out stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = Field(default=None, max_length=200)
    shows: str | None = Field(default=None, max_length=300)
    is_decorative: bool | None = None
    is_listed: bool | None = None
    is_looked_over: bool | None = None
    visibility: Visibility | None = Field(default=None, description="For fewer people than the piece; null: as it.")

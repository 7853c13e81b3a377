"""Texts of a piece that were put aside."""

from pydantic import BaseModel, ConfigDict, Field

from app.web.api.shapes.base import Moment, Shape
from app.web.api.shapes.drafts import DraftContent


class RevisionShort(Shape):
    """A text that was put aside."""

    number: int = Field(description="Counts the texts of this piece that were put aside.")
    at: Moment = Field(description="When it was put aside.")
    by: str | None = Field(description="Who wrote it.")
    note: str
    published_version: int | None = Field(description="The version that readers got, when it was published.")


class Revisions(Shape):
    """The texts that were put aside, the newest first."""

    version: int = Field(description="Of the draft: send it back in `If-Match`.")
    items: list[RevisionShort]


class Revision(DraftContent, RevisionShort):
    """A text that was put aside, as it was. Who stands on it is told as it is now."""


class NewRevision(BaseModel):
    """What is said of the text that is put aside."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: str = Field(default="", max_length=500, description="To find it again by.")

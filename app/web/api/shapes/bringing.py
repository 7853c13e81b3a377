"""What is brought in: a document into a draft, and pieces out of a zip."""

from typing import Literal

from pydantic import Field

from app.web.api.shapes.base import Lang, Shape
from app.web.api.shapes.drafts import Draft

Became = Literal["new", "changed", "unchanged", "left_alone", "not_taken"]


class LeftBehind(Shape):
    """A sort of thing that does not come along."""

    what: str = Field(description="A word for programs: `pictures`, `comments`; more may be added.")
    count: int
    sentence: str = Field(description="The same for people.")


class DocumentPreview(Shape):
    """What would come in of a document."""

    version: int = Field(description="Of the draft: send it back in `If-Match`.")
    title: str = Field(description="It becomes that of the draft when that has none.")
    markdown: str
    words: int
    headings: int
    tables: int
    pictures: int
    minutes: int = Field(description="To read it.")
    left_behind: list[LeftBehind]
    is_draft_untouched: bool = Field(description="Whether the draft holds nothing yet but the headings it began with.")


class DocumentTaken(Shape):
    """What came in of a document."""

    version: int = Field(description="Of the draft: send it back in `If-Match`.")
    draft: Draft
    left_behind: list[LeftBehind]
    pictures_left: list[int] = Field(description="Which pictures stayed behind, counted as they stand in the document.")


class BundleText(Shape):
    """A text of a zip, and what becomes of it."""

    path: str = Field(description="In the zip.")
    title: str
    lang: Lang | None
    state: Became
    article: str | None = Field(description="The `slug` of its piece, where there is one.")
    left_out: list[str] = Field(description="What did not come along, in sentences.")


class Bundle(Shape):
    """What becomes of a zip with pieces."""

    organisation: str
    items: list[BundleText]
    files: int = Field(description="Pictures and files that can come along with the texts.")
    left: list[str] = Field(
        description="What stays in the zip: damaged, locked, leading out of it, or used by no text."
    )

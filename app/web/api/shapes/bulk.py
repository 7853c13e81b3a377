"""The same thing done to many pieces, by stewards."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.web.api.shapes.base import Kind, Lang, Moment, Named, Shape, Slug
from content.bulk import MOST
from content.bulk_orders import ItemState, What
from content.models import Stage
from content.snapshot import Visibility

Reason = Annotated[str, Field(max_length=600, description="To take back: why, for readers who kept the link.")]


class BulkVersion(BaseModel):
    """A piece, in the version that was looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: Slug = Field(description="Its `slug`. It is changed in all its languages.")
    version: int = Field(ge=1, le=2**31 - 1, description="Left alone when another one appears meanwhile.")


Versions = Annotated[list[BulkVersion], Field(min_length=1, max_length=MOST)]


class BulkChoice(BaseModel):
    """What is to be done to each piece, and what that needs to know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: What
    topic: Slug = Field(default="", description="To add a topic, or take one off: its `slug`.")
    organisation: Slug = Field(
        default="", description="The `slug` of the new owner, or of who is asked to review; empty for nobody."
    )
    reason_nl: Reason = ""
    reason_en: Reason = ""
    successor: Slug = Field(default="", description="To take back: the `slug` of what to read instead.")


class BulkSearch(BulkChoice):
    """What would be done to what a search finds."""

    search: str = Field(
        default="", max_length=2000, description="As behind the question mark of `/search`: `q=cobot&kind=lesson`."
    )


class NewBulkOrder(BulkChoice):
    """What is to be done, and to which pieces."""

    articles: Versions


class BulkForeseen(Shape):
    """A piece, and what would be done to it."""

    article: str
    version: int = Field(description="Send both back in an order.")
    lang: Lang
    title: str
    owner: Named
    now: str = Field(description="How it is, in words.")
    then: str = Field(description="How it would be.")
    why: str = Field(description="Why it would be left as it is; empty when it would not.")


class BulkPreview(Shape):
    """What a search found, and what would be done to each piece of this page."""

    items: list[BulkForeseen]
    total: int = Field(ge=0, description="How many pieces the search found: `page` in it asks for the others.")


class BulkOrderShort(Shape):
    """Something that was ordered."""

    id: int
    do: What
    topic: str | None
    organisation: str | None
    reason_nl: str | None
    reason_en: str | None
    successor: str | None
    ordered: Moment
    undo_asked: Moment | None = Field(description="When somebody asked to have it undone.")


class BulkOrders(Shape):
    """What was ordered lately, the newest first, 20 at most."""

    items: list[BulkOrderShort]


class BulkItem(Shape):
    """What came of an order for one piece."""

    article: str
    title: str
    state: ItemState
    why: str = Field(description="Why it was left as it was, or not undone.")


class BulkOrder(BulkOrderShort):
    """An order, and what came of it. It is carried out piece by piece, shortly afterwards."""

    is_done: bool = Field(description="Whether no piece waits any more.")
    items: list[BulkItem]


class BulkExport(BaseModel):
    """Which pieces are given out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    articles: Versions


class BulkExportedPiece(Shape):
    """A piece as it is given out: as it is now."""

    slug: str
    url: str
    kind: Kind
    lang: Lang
    title: str
    summary: str
    owner: str = Field(description="The `slug` of who answers for it.")
    organisation: str | None = Field(description="Where it happened; null when that is not told.")
    topics: list[str]
    stage: Stage
    visibility: Visibility
    version: int
    published: Moment | None
    changed: Moment | None
    review_due: date | None = Field(description="Until when it was found true.")


class BulkExported(Shape):
    """The chosen pieces, in their order."""

    items: list[BulkExportedPiece]

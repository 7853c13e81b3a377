"""A text on its way to readers, what is said about it, and what readers see of it."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.web.api.shapes.base import Kind, Lang, Moment, Named, Shape, Slug, Words
from content.models import Stage
from content.review_steps import Act, ReviewState
from content.snapshot import Visibility

LAST_NUMBER = 2**31 - 1

Number = Annotated[int, Field(ge=1, le=LAST_NUMBER)]

LAST_MOMENT = datetime(2199, 12, 31, tzinfo=UTC)

Coming = Annotated[AwareDatetime, Field(le=LAST_MOMENT)]
"""A moment that somebody can mean: later ones are no moment in Amsterdam any more."""


class Step(Shape):
    """One thing that happened to a text on its way."""

    id: int
    act: Act
    to: ReviewState = Field(description="Where the text was from then on.")
    version: int = Field(description="The text that it happened to.")
    by: str | None = Field(description="Whose act it was; null for the clock.")
    at: Moment
    message: str
    publish_at: Moment | None


class Reader(Shape):
    """Somebody who reads at the knowledge centre."""

    handle: str
    name: str


class Readers(Shape):
    """Who can be asked to read a text, by name."""

    items: list[Reader]


class Review(Shape):
    """A text on its way to readers, from the first time it is sent in."""

    article: str = Field(description="The `slug` of the article.")
    title: str
    lang: Lang
    kind: Kind
    owner: Named
    state: ReviewState
    version: int = Field(description="The text that lies there; the same as in `ETag`: send it back in `If-Match`.")
    is_yours: bool = Field(description="Whether whoever asks may decide now.")
    sent_by: str | None
    sent: Moment
    note: str = Field(description="What the author says about this text.")
    company: Named | None = Field(description="Who is asked whether anything in it is confidential.")
    reader: Reader | None = Field(description="Who reads it at the knowledge centre; null for whoever has time.")
    due: Moment | None = Field(description="By when an answer is asked for.")
    wanted: Moment | None = Field(description="When its author would like it to appear.")
    publish_at: Moment | None = Field(description="When it appears, once that is settled.")
    checks: list[str] = Field(description="What has to be gone through before it is placed or scheduled.")
    steps: list[Step] = Field(description="Everything that happened, newest first.")
    url: str = Field(description="The page of the review, for people.")


class Reviews(Shape):
    """Everything on its way that whoever asks follows: what waits for them first, then what waits longest."""

    items: list[Review]


class SentIn(BaseModel):
    """What is said when a text is sent in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: str = Field(default="", max_length=500)
    publish_at: Coming | None = Field(default=None, description="When it should appear, if not at once.")


class ReviewChange(BaseModel):
    """Who reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reader: Annotated[str, Field(max_length=60)] | None = Field(
        description="The `handle` of somebody at the knowledge centre; null for whoever has time."
    )


class Decision(BaseModel):
    """What is decided about the text that was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Literal["agree", "place", "schedule", "send_back", "refuse"]
    message: str = Field(default="", max_length=2000, description="Needed to send back and to refuse.")
    publish_at: Coming | None = Field(default=None, description="Needed to schedule.")
    checked: list[Annotated[str, Field(max_length=40)]] = Field(
        default=[], max_length=20, description="Which of `checks` were gone through: all, to place or to schedule."
    )
    after: Number | None = Field(
        default=None,
        description="The `id` of the newest step that you read: 409 when something happened since, to this very text.",
    )


class Answer(Shape):
    """An answer to a remark."""

    id: int
    by: str | None
    at: Moment
    body: str


class Remark(Shape):
    """What somebody says about a passage of a text on its way."""

    id: int
    by: str | None
    at: Moment
    passage: str = Field(description="The words that it is about; empty for the whole text.")
    body: str
    suggestion: str | None = Field(description="What could stand there instead.")
    is_resolved: bool
    is_applied: bool = Field(description="Whether the suggestion stands in the draft.")
    answers: list[Answer]


class Remarks(Shape):
    """Every remark on an article, oldest first."""

    items: list[Remark]


class NewRemark(BaseModel):
    """Something to say about a passage, about the whole text, or in answer to a remark."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage: str = Field(default="", max_length=2000)
    body: str = Field(default="", max_length=2000)
    suggestion: str | None = Field(default=None, max_length=2000)
    answers: Number | None = Field(default=None, description="The `id` of the remark that this is an answer to.")


class RemarkChange(BaseModel):
    """Whether a remark is settled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_resolved: bool


class NewPublication(BaseModel):
    """When the draft appears."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publish_at: Coming | None = Field(default=None, description="At once without it.")


class PublicationChange(BaseModel):
    """When a piece may be read, and by whom. What is left out stays as it is; null takes a moment or a day off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    visibility: Visibility | None = Field(default=None, description="Who may see it; null leaves it as it is.")
    named: Annotated[list[Slug], Field(max_length=100)] | None = Field(
        default=None, description="For `organisations`: the `slug` of each beside its owner. Without it only the owner."
    )

    embargo_until: Coming | None = Field(default=None, description="Nothing of it appears before that.")
    last_day: Annotated[date, Field(le=LAST_MOMENT.date())] | None = Field(
        default=None, description="The last day on which it can be read, in Amsterdam."
    )


class Publication(Shape):
    """What readers see of an article, for those who write it."""

    article: str = Field(description="The `slug` of the article.")
    stage: Stage
    version: int = Field(description="The version that readers see, 0 for none; the same as in `ETag`.")
    published: Moment | None = Field(description="When readers saw it first.")
    publish_at: Moment | None = Field(description="When the text that waits appears.")
    embargo_until: Moment | None
    last_day: date | None = Field(description="The last day on which it can be read.")
    visibility: Visibility
    named: list[str] = Field(description="For `organisations`: the `slug` of each beside its owner.")
    review_due: date | None = Field(description="Until when it was found true.")
    withdrawn: Moment | None
    reason: Words | None = Field(description="Why it was taken back.")
    successor: str | None = Field(description="The `slug` of what to read instead.")
    url: str = Field(description="The page of the article.")

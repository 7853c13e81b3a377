"""A translation beside its original."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.web.api.shapes.base import Lang, Shape
from content.side_by_side import State

NAME = "`body-0` and so on for the passages of the text in their order, else the name of a field."


class TranslationPart(Shape):
    """A field or a passage in both languages."""

    part: str = Field(description=NAME)
    original: str = Field(description="What the original tells there now; empty when it tells nothing any more.")
    seen: str | None = Field(description="What it told when this was translated; null when nobody said.")
    words: str = Field(description="The translation; empty while there is none.")
    state: State
    is_to_do: bool = Field(description="Whether a translator should look at it.")


class TranslationBeside(Shape):
    """A translation, part by part beside what the original tells: to its readers, or in its draft before it has any."""

    article: str = Field(description="The `slug` of the translation.")
    lang: Lang
    original: str = Field(description="The `slug` of the original.")
    version: int = Field(description="Of the draft of the translation: send it back in `If-Match`.")
    to_do: int = Field(description="How many parts should be looked at.")
    parts: list[TranslationPart]


class PartChange(BaseModel):
    """Other words for a part, that it fits, or both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: Annotated[str, Field(min_length=1, max_length=80, pattern="^[a-z0-9_-]+$", description=NAME)]
    original: Annotated[str, Field(max_length=100_000, description="What the original told there when you read it.")]
    words: Annotated[
        str | None, Field(max_length=100_000, description="The translation, Markdown in a passage; left out: as it is.")
    ] = None
    fits: Annotated[
        bool, Field(description="Whether it tells again what the original does. Where there were no words, it does.")
    ] = False


class TranslationChange(BaseModel):
    """The parts that change. All others stay as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parts: Annotated[list[PartChange], Field(min_length=1, max_length=5000)]

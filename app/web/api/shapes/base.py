"""What the shapes are made of."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

ItemT = TypeVar("ItemT", bound=BaseModel)

Lang = Literal["nl", "en"]
Kind = Literal["case_study", "lesson", "technology"]

Slug = Annotated[str, Field(max_length=120, pattern="^[a-z0-9-]*$")]
"""The key of something with a page of its own, as a program sends it. PostgreSQL takes no text with a NUL."""

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

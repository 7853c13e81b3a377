"""The base of the three kinds: how a piece is told, as a class with typed fields.

The class drives validation, the page, the search text and the API. Field labels and guidance are English texts that
the catalogue translates; `told()` marks them for extraction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from app.core.language import gettext, pick

MOST: Final = 2_000_000_000
"""The largest number that a field holds: what a column of whole numbers takes on both databases."""

Whole = Annotated[int, Field(ge=0, le=MOST)]
"""A whole number from 0."""


SuchAs = str | int | tuple[int, int]
"""An example of an answer: words of the catalogue, a number, or from and to."""


def told(label: str, *, help: str = "", such_as: SuchAs = "", unit: str = "", **constraints: Any) -> Any:
    """A field of a kind: its label, a line of guidance for the author, an example and, for a number, its unit."""
    extra: dict[str, Any] = {"unit": unit, "such_as": such_as}
    return Field(title=label, description=help, json_schema_extra=extra, **constraints)


@dataclass(frozen=True)
class Section:
    """A heading that the body is expected to have."""

    slug: str
    nl: str
    en: str
    required: bool

    @property
    def name(self) -> str:
        """The heading in the reader's language."""
        return pick(self.nl, self.en)


@dataclass(frozen=True)
class Group:
    """Fields that an author is asked together, under one heading."""

    slug: str
    title: str
    fields: tuple[str, ...]
    note: str = ""


class Kind(BaseModel):
    """How a piece is told. Frozen: a changed telling is a new value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: ClassVar[str]
    address: ClassVar[str]
    """Word in the page address, `/kennis/<address>`."""
    label: ClassVar[str]
    plural: ClassVar[str]
    lead: ClassVar[str]
    """One line about the kind, for readers."""
    icon: ClassVar[str]
    sections: ClassVar[tuple[Section, ...]]
    groups: ClassVar[tuple[Group, ...]]
    """How an author is asked for the fields, figures first. Each field stands in one of them."""
    ages_months: ClassVar[int] = 24
    """After how many months a piece of this kind is looked at again."""

    @classmethod
    def name(cls) -> str:
        """The kind in the reader's language."""
        return gettext(cls.label)

    @classmethod
    def names(cls) -> str:
        """Several of the kind, in the reader's language."""
        return gettext(cls.plural)

    @classmethod
    def about(cls) -> str:
        """One line about the kind, in the reader's language."""
        return gettext(cls.lead)

    @classmethod
    def skeleton(cls, language: str) -> str:
        """The text that a new piece begins with: the headings that readers expect, in the language of the piece."""
        headings = [section.nl if language == "nl" else section.en for section in cls.sections if section.required]
        return "\n\n\n".join(f"## {heading}" for heading in headings)

    @property
    def investment(self) -> tuple[float, float] | None:
        """From and to what it costs, in euros without VAT; None when it is not told."""
        return None

    def texts(self) -> Iterator[str]:
        """Every text that an author wrote into the fields, for search."""
        for field in type(self).model_fields:
            yield from _texts(getattr(self, field))


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case BaseModel():
            for field in type(value).model_fields:
                if field in getattr(type(value), "searched", type(value).model_fields):
                    yield from _texts(getattr(value, field))
        case tuple() | list():
            for item in value:
                yield from _texts(item)

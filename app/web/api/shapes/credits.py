"""Who stands on a piece, and who is asked to."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.web.api.shapes.base import Moment, Named, Shape, Slug
from content.credits import CreditState
from content.snapshot import AuthorPart

Handle = Annotated[str, Field(max_length=60)]


class CreditedAuthor(Shape):
    """Somebody who stands on the piece."""

    handle: str
    name: str
    part: AuthorPart = Field(description="What they did.")


class Credit(Shape):
    """Somebody, or an organisation, that is asked. Until they say yes their name stands nowhere."""

    id: int
    mail: str | None = Field(description="Of a person who is asked.")
    organisation: Named | None = Field(description="Which organisation is asked to publish it as well.")
    part: AuthorPart | None = Field(description="What a person did.")
    message: str
    state: CreditState
    sent: Moment
    until: Moment = Field(description="Until when an answer counts.")
    answered: Moment | None


class Credits(Shape):
    """Everybody who stands on a piece, in order, and everybody who was asked, the last one first."""

    authors: list[CreditedAuthor]
    organisations: list[Named] = Field(description="Who publishes it together with its owner.")
    invitations: list[Credit]


class NewCredit(BaseModel):
    """Who is asked: a person by their mail address, or an organisation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mail: str | None = Field(default=None, max_length=254)
    organisation: Slug | None = Field(default=None, description="The `slug` of an organisation.")
    part: AuthorPart = Field(default=AuthorPart.WROTE, description="What a person did.")
    message: str = Field(default="", max_length=500, description="Your own words in the letter.")


class CreditOrder(BaseModel):
    """In which order the names stand. A name that is left out comes after those that are told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    authors: list[Handle] = Field(default=[], max_length=100, description="Each by its `handle`.")
    organisations: list[Slug] = Field(default=[], max_length=100, description="Each by its `slug`.")

"""Links to a draft."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.web.api.shapes.base import Moment, Shape


class Preview(Shape):
    """A link to a draft: whoever has it reads that, without an account."""

    id: int
    note: str = Field(description="To whom it was given.")
    url: str | None = Field(description="The link itself; null when it does not work any more.")
    by: str | None = Field(description="Who made it.")
    made: Moment
    until: Moment = Field(description="Until when it works, unless it is taken back before.")
    revoked: Moment | None
    opens: int = Field(ge=0, description="How often it was opened, some seconds late.")
    opened: Moment | None = Field(description="When it was opened last.")


class Previews(Shape):
    """Every link to a draft, the newest first."""

    items: list[Preview]


class NewPreview(BaseModel):
    """A link to make."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Literal[1, 7, 30] = Field(default=7, description="How long it works.")
    note: Annotated[str, Field(max_length=160, description="To whom it is given.")] = ""

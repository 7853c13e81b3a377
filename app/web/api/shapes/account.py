"""Shapes of whoever asks: who they are, and their tokens."""

from typing import Literal

from pydantic import Field

from app.web.api.shapes.base import Moment, Named, Shape

Scope = Literal["read", "write", "publish", "account"]


class Place(Shape):
    """An organisation that takes part, and what this person may do for it."""

    organisation: Named
    role: Literal["reader", "editor", "owner"]


class Token(Shape):
    """A token, without the secret itself: that is shown once, when it is made."""

    id: int
    name: str
    ending: str = Field(description="Its last letters, to know it by.")
    scopes: list[Scope]
    organisation: Named | None = Field(description="The one place that it counts for; null when it counts for all.")
    created: Moment
    expires: Moment
    used: Moment | None = Field(description="About when it was last used.")


class Tokens(Shape):
    """Somebody's tokens, the newest first."""

    items: list[Token]


class Me(Shape):
    """Whoever asks."""

    handle: str
    name: str
    mail: str
    is_member: bool
    places: list[Place]
    token: Token | None = Field(description="The token that this was asked with; null in a session.")

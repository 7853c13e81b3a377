"""Lanes: jobs that may be slow together stand in one, so that they hold up no others."""

from collections.abc import Callable
from typing import Any, TypeVar

ReactionT = TypeVar("ReactionT", bound=Callable[[Any], None])

_own_lanes: dict[Callable[[Any], None], str] = {}


def in_lane(name: str) -> Callable[[ReactionT], ReactionT]:
    """Give a reaction a lane of its own, when it may be slower than the rest of its room."""

    def put(reaction: ReactionT) -> ReactionT:
        _own_lanes[reaction] = name
        return reaction

    return put


def lane_of(reaction: Callable[[Any], None]) -> str:
    """Jobs of one room share a lane, so that a slow room holds up no other: `search`, `app.feeds`."""
    if reaction in _own_lanes:
        return _own_lanes[reaction]
    room, *inner = reaction.__module__.split(".")
    return f"{room}.{inner[0]}" if room == "app" and inner else room

"""Lanes: jobs that may be slow together stand in one, so that they hold up no others."""

from collections.abc import Callable
from typing import Any, TypeVar

ReactionT = TypeVar("ReactionT", bound=Callable[[Any], Any])

_own_lanes: dict[Callable[[Any], Any], str] = {}
_abreast: dict[str, int] = {}


def in_lane(name: str, *, abreast: int = 1) -> Callable[[ReactionT], ReactionT]:
    """Give a reaction a lane of its own, when it may be slower than the rest of its room.

    `abreast`: so many of its jobs run beside each other in a worker, such as those that mostly wait for others.
    """

    def put(reaction: ReactionT) -> ReactionT:
        _own_lanes[reaction], _abreast[name] = name, abreast
        return reaction

    return put


def abreast_in(lane: str) -> int:
    """How many jobs of this lane run beside each other in a worker."""
    return _abreast.get(lane, 1)


def lane_of(reaction: Callable[[Any], Any]) -> str:
    """Jobs of one room share a lane, so that a slow room holds up no other: `search`, `app.feeds`."""
    if reaction in _own_lanes:
        return _own_lanes[reaction]
    room, *inner = reaction.__module__.split(".")
    return f"{room}.{inner[0]}" if room == "app" and inner else room

"""The actor: who is doing this, and what they may read and write for. The only thing that rules ask."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Actor:
    """A frozen value, made afresh for every request, so that a right taken away is gone at the next one.

    `reads_for` are the admitted organisations with an active membership; `edits_for` those as editor or owner.
    """

    user_id: int | None = None
    handle: str = ""
    name: str = ""
    is_steward: bool = False
    reads_for: frozenset[int] = frozenset()
    edits_for: frozenset[int] = frozenset()
    owns: frozenset[int] = frozenset()
    lacks_second_step: bool = False
    """Rights that need a second step are withheld in this session, since none was taken."""
    viewed_until: datetime | None = None
    """A steward looks at what this person sees, until then, and changes nothing (people/viewing.py)."""

    @property
    def is_signed_in(self) -> bool:
        """Whether we know who this is."""
        return self.user_id is not None

    @property
    def is_viewed(self) -> bool:
        """Whether it is a steward who asks, to see what this person sees."""
        return self.viewed_until is not None

    @property
    def is_member(self) -> bool:
        """A user with an active membership of an admitted organisation; stewards count as members."""
        return self.is_steward or bool(self.reads_for)


someone_passing_by = Actor()
"""Nobody we know."""

the_operator = Actor(is_steward=True)
"""Whoever may run commands on the machine may do what stewards may. No request is ever theirs."""


def anyone_reading_for(organisation_id: int) -> Actor:
    """Whoever has a place in this organisation that takes part, as far as all of them may read."""
    return Actor(reads_for=frozenset({organisation_id}))

"""Pages of a list: numbered for people, with a cursor for machines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

from app.core.errors import BadRequest
from app.core.language import gettext as _

ItemT = TypeVar("ItemT")

LAST_PAGE = 1000
"""Beyond this page nobody reads; a deeper one is refused instead of being counted through."""


@dataclass(frozen=True)
class Page(Generic[ItemT]):
    """One page of a list: its items, its number from 1, the size of a page and the total of the whole list."""

    items: Sequence[ItemT]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """Number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.size))

    @property
    def next(self) -> int | None:
        """Number of the next page, if there is one."""
        return self.number + 1 if self.number < self.last else None

    @property
    def previous(self) -> int | None:
        """Number of the page before, if there is one; from beyond the end that is the last one."""
        return min(self.number - 1, self.last) if self.number > 1 else None


def page_number(text: str | None) -> int:
    """The page a reader asks for in an address; anything that is no page is the first one."""
    if text and text.isascii() and text.isdigit() and len(text) <= 6:
        return min(max(int(text), 1), LAST_PAGE)
    return 1


# --- a place in a list that grows at its head: what is new there moves nothing that comes after the place ----------

Place = tuple[datetime, int]
"""The moment that a list is sorted by, newest first, and the id of the last one seen of that moment."""

PLACE: Final = "([0-9]{1,17})-([0-9]{1,9})"
"""How a place is written."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def place_word(place: Place) -> str:
    """`1764061200000000-12`: microseconds since 1970 and the id."""
    moment, id_ = place
    return f"{(moment - _EPOCH) // _MICROSECOND}-{id_}"


def place_of(word: str | None, *, field: str) -> Place | None:
    """The place that this word means; BadRequest, naming the field, for one that we did not write."""
    if not word:
        return None
    found = re.fullmatch(PLACE, word)
    if found is None:
        raise BadRequest(_("This cursor is not one of ours. Start again without it."), field=field)
    return _EPOCH + int(found[1]) * _MICROSECOND, int(found[2])

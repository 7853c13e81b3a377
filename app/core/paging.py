"""Pages of a list: numbered for people, with a cursor for machines."""

import base64
import binascii
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


def cursor(offset: int) -> str:
    """Where the next page begins, as a word without meaning for the client."""
    return base64.urlsafe_b64encode(f"o:{offset}".encode()).decode().rstrip("=")


def offset_of(cursor_text: str | None) -> int:
    """The offset in a cursor; BadRequest for one that we did not make."""
    if not cursor_text:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor_text + "=" * (-len(cursor_text) % 4)).decode()
        kind, _sep, digits = text.partition(":")
        if kind == "o" and digits.isascii() and digits.isdigit() and len(digits) <= 9:
            return int(digits)
    except (binascii.Error, UnicodeError, ValueError):
        pass
    raise _not_ours("cursor")


# --- a place in a list that grows at its head: what is new there moves nothing that comes after the place ----------

Place = tuple[datetime, int]
"""The moment that a list is sorted by, newest first, and the id of the last one seen of that moment."""

_PLACE: Final = re.compile(r"(\d{1,17})-(\d{1,9})", re.ASCII)
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
    found = _PLACE.fullmatch(word)
    if found is None:
        raise _not_ours(field)
    return _EPOCH + int(found[1]) * _MICROSECOND, int(found[2])


def _not_ours(field: str) -> BadRequest:
    return BadRequest(_("This cursor is not one of ours. Start again without it."), field=field)

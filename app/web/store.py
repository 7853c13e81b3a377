"""The page store: rendered public bytes, kept inside the process and consulted before routing.

Only for requests without a session. An entry counts only for the epoch and the day it was rendered under, so a
withdrawn or hidden piece is gone from it at the next request. It holds no more than so many bytes; what was not asked
for longest goes first.
"""

import asyncio
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from starlette.types import Message

from app.core.clock import today
from app.core.epoch import Watch
from app.core.metrics import STORE_HITS, STORE_MISSES, Tally

Moment = tuple[int, date]
"""What an answer counts for: an epoch and a day."""

Key = tuple[bytes, bytes, str, str]
"""Path, query, theme and encoding. The language is in the path."""

MOST_BYTES = 64_000_000
LARGEST_ENTRY = 2_000_000

_NOTHING: Final[Message] = {"type": "http.response.body", "body": b""}

OVERHEAD = 1_500
"""Bytes that an entry costs besides its body and its key, about: headers, tuples and the dictionary's slot. Without it
a million small answers would fit, each under a query that somebody made up."""


@dataclass(frozen=True)
class Kept:
    """An answer as it goes over the wire, and the shorter one for those who have it already."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: bytes
    short_headers: list[tuple[bytes, bytes]]
    """For a 304: without length and type."""

    @property
    def is_whole(self) -> bool:
        """False when a route only said that it has not changed: good for those who have it, and for nobody else."""
        return self.status != 304

    @cached_property
    def whole(self) -> tuple[Message, Message]:
        """Both messages of the answer, made once."""
        return self._start(self.status, self.headers), {"type": "http.response.body", "body": self.body}

    @cached_property
    def head(self) -> tuple[Message, Message]:
        """For somebody who only asked about it."""
        return self._start(self.status, self.headers), _NOTHING

    @cached_property
    def unchanged(self) -> tuple[Message, Message]:
        """For somebody who has it already."""
        return self._start(304, self.short_headers), _NOTHING

    @staticmethod
    def _start(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
        return {"type": "http.response.start", "status": status, "headers": headers}


class PageStore:
    """What one process keeps."""

    def __init__(self, watch: Watch, *, most_bytes: int = MOST_BYTES) -> None:
        self._watch = watch
        self._most_bytes = most_bytes
        self._entries: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._hits, self._misses = Tally(STORE_HITS), Tally(STORE_MISSES)
        self._now: Moment = (-1, date.min)
        self._has_looked = False
        self._day = today()
        self._day_read = time.monotonic()

    def moment(self) -> Moment:
        """What an answer rendered from here on counts for. A database that is away keeps the last known epoch.

        Looked at once in each turn of the event loop: all requests that are begun in a turn had arrived before its
        first one looks, so that none of them can have been sent after a change that this look does not see.
        """
        if self._has_looked:
            return self._now
        moment = self._look()
        if moment != self._now:
            self._entries.clear()
            self._bytes, self._now = 0, moment
        with suppress(RuntimeError):  # nobody's turn: no event loop is running
            asyncio.get_running_loop().call_soon(self._end_turn)
            self._has_looked = True
        return moment

    def _end_turn(self) -> None:
        self._has_looked = False

    def _look(self) -> Moment:
        if time.monotonic() - self._day_read > 1:
            self._day, self._day_read = today(), time.monotonic()
        try:
            number = self._watch.number()
        except Exception:
            number = self._now[0]
        return number, self._day

    def find(self, key: Key) -> Kept | None:
        """The answer for this key, if one was kept in the present epoch."""
        self.moment()
        kept = self._entries.get(key)
        if kept is None:
            self._misses.number += 1
            return None
        self._hits.number += 1
        self._entries.move_to_end(key)
        return kept

    def carry_counts(self) -> None:
        """Tell the metrics what was found and what not, since the last time."""
        self._hits.carry()
        self._misses.carry()

    def keep(self, key: Key, kept: Kept, moment: Moment) -> None:
        """Keep an answer that was rendered under `moment`; too late or too large ones are let go."""
        if moment != self._now or len(kept.body) > LARGEST_ENTRY:
            return
        replaced = self._entries.pop(key, None)
        self._bytes += _size(key, kept) - (_size(key, replaced) if replaced else 0)
        self._entries[key] = kept
        while self._bytes > self._most_bytes:
            oldest = self._entries.popitem(last=False)
            self._bytes -= _size(*oldest)


def _size(key: Key, kept: Kept) -> int:
    return len(kept.body) + len(key[0]) + len(key[1]) + OVERHEAD

"""Tallies: how often each of many did a thing in the last minute, counted by all processes of a machine together.

They lie in one file that every process maps into its memory, so counting costs some microseconds and writes no
database. It is a count-min sketch: each name has a place in every row, shared with others by chance, and the lowest
of its counts is taken. A name never counts for less than it did, and hardly ever for more (decision 0011).
"""

import logging
import math
import mmap
import os
import time
from hashlib import blake2b
from pathlib import Path
from typing import Final

from app.core.seals import seal

log = logging.getLogger(__name__)

MINUTE: Final = 60
ROWS: Final = 3
WIDTH: Final = 1 << 14
TABLE: Final = ROWS * WIDTH
HEAD: Final = 2
"""Before the tables of the odd and the even minutes: of which minute each of them is."""
SIZE: Final = 4 * (HEAD + 2 * TABLE)
"""Bytes: 393 kB."""


class Tallies:
    """The counts of one file; of this process alone when there is none."""

    def __init__(self, path: Path | None) -> None:
        self._key = seal("tallies", "places").encode()[:32]
        self._numbers = memoryview(_mapped(path)).cast("I")
        self._nothing = memoryview(bytes(4 * TABLE)).cast("I")

    def take(self, name: str, *, most: int, at: float | None = None) -> int:
        """Count once more for this name, and return 0; or the seconds to wait when that is more than `most` a minute.

        The minute slides: what was counted in the one before weighs as much as of it lies within the last sixty
        seconds. Whoever is refused is not counted, so that waiting always helps.
        """
        minute, passed = divmod(time.time() if at is None else at, MINUTE)
        now, before = int(minute) % 2, 1 - int(minute) % 2
        self._begin(now, int(minute))
        places = self._places(name)
        counted = min(self._numbers[_start(now) + place] for place in places)
        former = 0
        if self._numbers[before] == _stamp(int(minute) - 1):
            former = min(self._numbers[_start(before) + place] for place in places)
        if counted + former * (1 - passed / MINUTE) + 1 > most:
            return _wait(counted, former, most, passed)
        for place in places:
            self._numbers[_start(now) + place] += 1
        return 0

    def _begin(self, table: int, minute: int) -> None:
        """Empty the table when it is of an earlier minute. Two processes may both do so: a few counts are lost."""
        if self._numbers[table] != _stamp(minute):
            self._numbers[_start(table) : _start(table) + TABLE] = self._nothing
            self._numbers[table] = _stamp(minute)

    def _places(self, name: str) -> list[int]:
        # Keyed, so that nobody can work out whose place they share.
        mark = blake2b(name.encode(), digest_size=4 * ROWS, key=self._key).digest()
        return [row * WIDTH + int.from_bytes(mark[4 * row : 4 * row + 4]) % WIDTH for row in range(ROWS)]


def _start(table: int) -> int:
    return HEAD + table * TABLE


def _stamp(minute: int) -> int:
    return minute % (1 << 32)


def _wait(counted: int, former: int, most: int, passed: float) -> int:
    """Whole seconds until one more fits, if nothing else is asked for meanwhile."""
    room = most - 1 - counted
    if room >= 0:
        seconds = MINUTE * (1 - room / former) - passed if former else 0.0
    else:
        seconds = MINUTE - passed + MINUTE * (1 - (most - 1) / counted)
    return max(1, math.ceil(seconds))


def _mapped(path: Path | None) -> mmap.mmap:
    try:
        if path is not None:
            return _mapped_file(path)
    except OSError as away:
        log.warning("this process counts visitors for itself alone: %s", away)
    return mmap.mmap(-1, SIZE)


def _mapped_file(path: Path) -> mmap.mmap:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # Room that is really there: a hole in the file could not be filled on a full disk, and the operating system
        # ends the process that tries (SIGBUS). Never made shorter, since others may have it mapped.
        # Where that cannot be asked for (macOS), zeros are written once.
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, SIZE)
        elif os.fstat(handle).st_size < SIZE:
            os.pwrite(handle, bytes(SIZE), 0)
        return mmap.mmap(handle, SIZE)
    finally:
        os.close(handle)

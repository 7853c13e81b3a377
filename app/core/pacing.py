"""Pacing: letters to one domain go one after the other, since providers turn away who brings many in one moment.

A letter whose domain is busy gets a turn of its own and waits for it, while letters to others go on. Kept in memory: a
restart only begins counting anew.
"""

import threading
import time
from typing import Final

from app.core.settings import settings

LONGEST: Final = 20 * 60.0
"""Seconds. Whoever's turn is further away asks again then."""

_turns: dict[str, float] = {}
"""Domain -> when the next letter to it may go."""
_reserved: dict[int, float] = {}
"""Letter -> its turn."""
_lock = threading.Lock()


def turn_of(domain: str, letter_id: int) -> float:
    """Seconds until this letter may go; 0 when it may go now. Its turn is kept for it."""
    at = time.monotonic()
    with _lock:
        turn = _reserved.pop(letter_id, None)
        if turn is None:
            turn = max(at, _turns.get(domain, 0.0))
            _turns[domain] = turn + 1 / settings().mail_domain_pace
        if turn <= at:
            return 0.0
        _reserved[letter_id] = turn
        return min(turn - at, LONGEST)

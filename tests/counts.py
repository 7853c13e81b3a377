"""How often a test repeats itself: `make prove` runs the full counts of the promises, everything else a smaller one."""

import os
import time
from typing import Final, TypeVar

CountT = TypeVar("CountT")

FULL = os.environ.get("PROOF") == "full"


def full(many: CountT, few: CountT) -> CountT:
    """`many` under `make prove`, `few` otherwise."""
    return many if FULL else few


USUAL: Final = 0.02
"""Seconds that the sum of `OwnSeconds` takes on a machine of one's own with Python 3.11."""


class OwnSeconds:
    """Seconds as a machine of one's own would have counted them, for promises that name some.

    A machine that is shared may be three times slower in one second than in the next: ask often.
    """

    def __init__(self) -> None:
        self.passed = 0.0
        """Until it was asked last."""
        self.by_the_clock = 0.0
        self._began = self._asked = time.monotonic()

    def ask(self) -> float:
        """How many passed, counting those since it was asked last by how slow the machine is now."""
        began = time.perf_counter()
        sum(number for number in range(330_000))
        times_slower = max(1.0, (time.perf_counter() - began) / USUAL)
        at = time.monotonic()
        self.passed += (at - self._asked) / times_slower
        self._asked, self.by_the_clock = at, at - self._began
        return self.passed

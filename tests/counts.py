"""How often a test repeats itself: `make prove` runs the full counts of the promises, everything else a smaller one."""

import os
from typing import TypeVar

CountT = TypeVar("CountT")

FULL = os.environ.get("PROOF") == "full"


def full(many: CountT, few: CountT) -> CountT:
    """`many` under `make prove`, `few` otherwise."""
    return many if FULL else few

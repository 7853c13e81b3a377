"""How often a test repeats itself: `make prove` runs the full counts of the promises, everything else a smaller one."""

import os

FULL = os.environ.get("PROOF") == "full"


def full(many: int, few: int) -> int:
    """`many` under `make prove`, `few` otherwise."""
    return many if FULL else few

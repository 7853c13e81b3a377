"""How much of the files of a piece is read and counts in a search: every limit on it, and what to say beyond them."""

from collections.abc import Mapping
from typing import Final

MOST_LETTERS: Final = 300_000
"""Of one file, and of all files of a piece together: a report of a hundred pages. What is read can be found, then, and
a hit can say where. In tokens that is what the engine sees of a field (`search.documents`).
"""

MOST_PAGES: Final = 500
"""Of one file: pages, slides, or parts of sheets and of running text."""

LETTERS_IN_A_PART: Final = 6_000
"""Of a text that has no pages of its own: about two on paper, so that a search opens near the words."""

MOST_SECONDS: Final = 12.0
"""Of processor time for one file; what was read by then counts. Fewer than `app.core.apart` gives it."""

MOST_IN_A_PART: Final = 60_000_000
"""Bytes of one part of an office document once it is unpacked; reading ends there."""


def counted(letters: Mapping[str, int]) -> dict[str, int]:
    """File -> how many of its letters count among the files of its piece: all, or an equal share of the longest."""
    told: dict[str, int] = {}
    left = MOST_LETTERS
    for place, (name, length) in enumerate(sorted(letters.items(), key=lambda pair: pair[1])):
        told[name] = min(length, left // (len(letters) - place))
        left -= told[name]
    return told

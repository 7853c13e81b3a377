"""Allowances: how often one visitor may ask for what is expensive to make.

Only for what is made: an answer from the page store costs nothing and passes before. A visitor is an address of the
internet, as the connection or a trusted proxy names it; no header that a visitor sends changes that. Whoever sits at
this very machine is not counted.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from app.core.errors import TooMany
from app.core.language import ngettext
from app.core.limits import network_of
from app.core.settings import settings
from app.core.tallies import Tallies
from app.web.visit import LOOPBACK, Visit


@dataclass(frozen=True)
class Allowance:
    """What may be asked for so many times a minute."""

    name: str
    path: re.Pattern[str]
    most: int


ALLOWANCES: Final = (
    # As one types: an answer for every pause in it.
    Allowance("suggestions", re.compile(r"/zoeken/suggesties|/api/v1/suggest"), 600),
    Allowance("search", re.compile(r"/zoeken|/api/v1/search|/feeds/zoeken\.[a-z]+"), 240),
    Allowance("comparing", re.compile(r"/vergelijk|/kennis/[^/]+/versies"), 120),
    Allowance("pictures", re.compile(r"/kennis/[^/]+/deelbeeld\.png"), 120),
    # Keeps a draft for whoever begins, and asks the trade register.
    Allowance("joining", re.compile(r"/aanmelden(/[a-z-]+)?"), 240),
    # Each asks a provider of identity, and waits for it.
    Allowance("providers", re.compile(r"/inloggen/[^/]+/terug"), 60),
    Allowance("paper", re.compile(r"/kennis/.+\.pdf"), 60),
)
"""Generous enough for a class of students behind one address: they share it."""


OF_A_TOKEN: Final = 600
"""Requests a minute with one token, wherever they come from."""

HEARD: Final = 240
"""Searches and openings a minute of one visitor that the store answers and the search log still counts."""


def refuse_too_many(token_id: int) -> None:
    """Count a request with this token, which is known to be a real one. Raises TooMany."""
    seconds = _tallies(settings().data_dir / "tallies").take(f"token {token_id}", most=OF_A_TOKEN)
    if seconds:
        raise _too_many(seconds)


def is_heard(peer: str) -> bool:
    """Whether this visitor's kept searches and openings still count, so that nobody fills the search log alone."""
    return not _tallies(settings().data_dir / "tallies").take(f"heard {network_of(peer)}", most=HEARD)


@cache
def _tallies(path: Path) -> Tallies:
    return Tallies(path)


def _too_many(seconds: int) -> TooMany:
    sentence = ngettext(
        "You ask for this more often than we can make it. Wait a second and try again.",
        "You ask for this more often than we can make it. Wait %(n)s seconds and try again.",
        seconds,
    )
    return TooMany(sentence, seconds=seconds)


class Allowances:
    """What every visitor has left."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @cached_property
    def _tallies(self) -> Tallies:
        return Tallies(self._path)

    def refusal(self, visit: Visit) -> TooMany | None:
        """Why this visit is turned away, None when it may pass. Counts it."""
        if not visit.peer or visit.peer in LOOPBACK:
            return None
        asked = next((one for one in ALLOWANCES if one.path.fullmatch(visit.path)), None)
        if asked is None:
            return None
        seconds = self._tallies.take(f"{asked.name} {network_of(visit.peer)}", most=asked.most)
        return _too_many(seconds) if seconds else None

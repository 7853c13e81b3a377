"""The formats that a feed is written in. A new format is a module here and its name in FORMATS."""

from typing import Final

from app.feeds.formats.atom import ATOM
from app.feeds.formats.format import Format
from app.feeds.formats.jsonfeed import JSON_FEED
from app.feeds.formats.rss import RSS

FORMATS: Final[dict[str, Format]] = {form.ending: form for form in (ATOM, RSS, JSON_FEED)}
"""Formats by the ending of their address."""

__all__ = ["FORMATS", "Format"]

"""What every format is: an ending, a media type, a name, and a way to write a feed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from app.core.paging import Place, place_word
from app.feeds.streams import Feed

GENERATOR: Final = "Proeftuin"


@dataclass(frozen=True)
class Format:
    """A way to write a feed down."""

    ending: str
    name: str
    media_type: str
    write: Callable[["Format", Feed], bytes]

    def address(self, feed: Feed, place: Place | None = None) -> str:
        """The whole address of this feed in this format, from this place on."""
        query = "?" + urlencode({"verder": place_word(place)}) if place else ""
        return f"{feed.address}.{self.ending}{query}"

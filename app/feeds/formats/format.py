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
        parts = [part for part in (feed.question, urlencode({"verder": place_word(place)}) if place else "") if part]
        return f"{feed.address}.{self.ending}" + (f"?{'&'.join(parts)}" if parts else "")

    def pages(self, feed: Feed) -> dict[str, str]:
        """This part of the feed and the others by what they are to it (RFC 5005, 3): relation -> whole address.

        There is no last one: parts are found from a place on, so that what is new moves none of them.
        """
        found = {"self": self.address(feed, feed.place)}
        if feed.place is not None or feed.older is not None:
            found["first"] = self.address(feed)
        if feed.older is not None:
            found["next"] = self.address(feed, feed.older)
        return found

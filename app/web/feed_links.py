"""The feeds of a page: as links to follow, and as announcements in its head."""

from app.feeds.formats import FORMATS
from app.web import showing
from app.web.frame import FeedLink
from app.web.rows import Link


def feed_links(path: str) -> list[Link]:
    """A link for each format. `path` is the feed's address without its ending."""
    return [Link(format.name, showing.here(f"{path}.{format.ending}")) for format in FORMATS.values()]


def announced(path: str, title: str) -> list[FeedLink]:
    """The same for feed readers that look into the head of a page."""
    return [
        FeedLink(showing.here(f"{path}.{format.ending}"), f"{title} ({format.name})", format.media_type)
        for format in FORMATS.values()
    ]

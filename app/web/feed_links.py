"""The feeds of a page: as links to follow, and as announcements in its head."""

from app.feeds.formats import FORMATS
from app.web import showing
from app.web.frame import FeedLink
from app.web.rows import Link


def feed_links(path: str, question: str = "") -> list[Link]:
    """A link for each format. `path` is the feed's address without its ending, `question` what stands behind that."""
    return [Link(format.name, _address(path, format.ending, question)) for format in FORMATS.values()]


def announced(path: str, title: str, question: str = "") -> list[FeedLink]:
    """The same for feed readers that look into the head of a page."""
    return [
        FeedLink(_address(path, format.ending, question), f"{title} ({format.name})", format.media_type)
        for format in FORMATS.values()
    ]


def _address(path: str, ending: str, question: str) -> str:
    return showing.here(f"{path}.{ending}") + (f"?{question}" if question else "")

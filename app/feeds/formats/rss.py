"""RSS 2.0, for readers that know nothing else."""

from email.utils import format_datetime
from typing import Final
from xml.etree.ElementTree import Element

from app.feeds.entries import Entry
from app.feeds.formats.format import GENERATOR, Format
from app.feeds.formats.xml import ATOM_NAMES, CONTENT_NAMES, DUBLIN_CORE_NAMES, add, document
from app.feeds.streams import Feed

LINK: Final = f"{{{ATOM_NAMES}}}link"


def _write(form: Format, feed: Feed) -> bytes:
    root = Element("rss", {"version": "2.0"})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.page)
    add(channel, "description", feed.about)
    add(channel, "language", feed.language)
    add(channel, "lastBuildDate", format_datetime(feed.updated, usegmt=True))
    add(channel, "generator", GENERATOR)
    for relation, address in form.pages(feed).items():
        add(channel, LINK, rel=relation, href=address, type=form.media_type)
    for entry in feed.entries:
        _item(add(channel, "item"), entry)
    return document(root)


def _item(item: Element, entry: Entry) -> None:
    add(item, "title", entry.title)
    add(item, "link", entry.address)
    add(item, "guid", entry.id, isPermaLink="false")
    add(item, "pubDate", format_datetime(entry.published, usegmt=True))
    add(item, f"{{{ATOM_NAMES}}}updated", entry.updated.isoformat())
    # Not RSS's own <author>: that one must be a mail address.
    for author in entry.authors:
        add(item, f"{{{DUBLIN_CORE_NAMES}}}creator", author)
    for category in (entry.kind, *entry.topics):
        add(item, "category", category.label, domain=category.scheme)
    add(item, f"{{{DUBLIN_CORE_NAMES}}}language", entry.language)
    add(item, f"{{{DUBLIN_CORE_NAMES}}}rights", entry.licence.name)
    if entry.licence.address:
        add(item, LINK, rel="license", href=entry.licence.address)
    # One at most: readers take the first or the last of several, each as it likes. The others are in Atom and JSON.
    for file in entry.enclosures[:1]:
        add(item, "enclosure", url=file.address, length=str(file.size), type=file.media_type)
    add(item, "description", entry.summary)
    add(item, f"{{{CONTENT_NAMES}}}encoded", entry.html)


RSS: Final = Format("rss", "RSS", "application/rss+xml", _write)

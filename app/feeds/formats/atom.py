"""Atom (RFC 4287): the richest of the three, and the one that pages announce."""

from typing import Final
from xml.etree.ElementTree import Element

from app.feeds.entries import Category, Entry
from app.feeds.formats.format import GENERATOR, Format
from app.feeds.formats.xml import ATOM_NAMES, LANGUAGE, add, document
from app.feeds.streams import Feed


def _write(form: Format, feed: Feed) -> bytes:
    # The namespace as an attribute: no prefix before any name, which some readers cannot bear.
    root = Element("feed", {"xmlns": ATOM_NAMES, LANGUAGE: feed.language})
    add(root, "id", feed.id)
    add(root, "title", feed.title)
    add(root, "subtitle", feed.about)
    add(root, "updated", feed.updated.isoformat())
    add(root, "generator", GENERATOR)
    add(root, "icon", feed.icon)
    _link(root, "alternate", feed.page, "text/html")
    for relation, address in form.pages(feed).items():
        _link(root, relation, address, form.media_type)
    for entry in feed.entries:
        _entry(add(root, "entry"), entry)
    return document(root)


def _entry(item: Element, entry: Entry) -> None:
    item.set(LANGUAGE, entry.language)
    add(item, "id", entry.id)
    add(item, "title", entry.title)
    add(item, "published", entry.published.isoformat())
    add(item, "updated", entry.updated.isoformat())
    _link(item, "alternate", entry.address, "text/html")
    for author in entry.authors:
        add(add(item, "author"), "name", author)
    for category in (entry.kind, *entry.topics):
        _category(item, category)
    add(item, "rights", entry.licence.name)
    if entry.licence.address:
        _link(item, "license", entry.licence.address)
    for file in entry.enclosures:
        _link(item, "enclosure", file.address, file.media_type, length=str(file.size), title=file.title)
    add(item, "summary", entry.summary)
    add(item, "content", entry.html, type="html")


def _category(item: Element, category: Category) -> None:
    add(item, "category", term=category.term, label=category.label, scheme=category.scheme)


def _link(parent: Element, relation: str, address: str, media_type: str = "", **more: str) -> None:
    kind = {"type": media_type} if media_type else {}
    add(parent, "link", rel=relation, href=address, **kind, **more)


ATOM: Final = Format("atom", "Atom", "application/atom+xml", _write)

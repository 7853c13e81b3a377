"""The map of the site for search engines (sitemaps.org 0.9), with the language versions of each page.

Invented content stands in it only on a machine that nobody else reaches, as it is kept out of their lists elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, register_namespace

from sqlmodel import Session

from app.core.addresses import whole
from app.core.language import LANGUAGES
from app.core.settings import settings
from app.feeds.formats.xml import add, document
from app.web.standing import PAGES
from content.kinds import KINDS
from content.mapping_out import other_pages, piece_pages

MOST: Final = 5_000
"""Entries in one file; the standard allows ten times as many, but a file has to be made and kept whole."""

NAMES: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
LINK_NAMES: Final = "http://www.w3.org/1999/xhtml"

register_namespace("xhtml", LINK_NAMES)


@dataclass(frozen=True)
class Entry:
    """One address."""

    address: str
    changed_at: datetime | None
    versions: Sequence[tuple[str, str]]
    """Language and address of the same content, when it is there in more than one."""


def entries(session: Session) -> list[Entry]:
    """Every page that everybody may read and that search engines may list."""
    with_examples = settings().is_loopback
    pieces = piece_pages(session, with_examples=with_examples)
    newest = max((piece.changed_at for piece in pieces if piece.changed_at), default=None)
    fixed = ["/kennis", *(f"/kennis/{kind.address}" for kind in KINDS.values()), "/onderwerpen", "/proefprojecten"]
    others = [*fixed, "/kaart", "/organisaties", "/mensen", *(page.path for page in PAGES.values())]
    found = [*_in_both("/", newest)]
    for path in [*others, *other_pages(session, with_examples=with_examples)]:
        found += _in_both(path)
    for piece in pieces:
        versions = [(language, whole(f"/kennis/{slug}", language)) for language, slug in piece.versions]
        address = whole(f"/kennis/{piece.slug}", piece.language)
        found.append(Entry(address, piece.changed_at, versions if len(versions) > 1 else ()))
    return found


def sheet(listed: Sequence[Entry]) -> bytes:
    """These entries as one file."""
    root = Element("urlset", {"xmlns": NAMES})
    for entry in listed:
        place = add(root, "url")
        add(place, "loc", entry.address)
        if entry.changed_at:
            add(place, "lastmod", _moment(entry.changed_at))
        for language, address in entry.versions:
            add(place, f"{{{LINK_NAMES}}}link", rel="alternate", hreflang=language, href=address)
    return document(root)


def index(listed: Sequence[Entry]) -> bytes:
    """A file that leads to the files, for a site with more entries than fit in one."""
    root = Element("sitemapindex", {"xmlns": NAMES})
    for number, part in enumerate(parts(listed), start=1):
        place = add(root, "sitemap")
        add(place, "loc", whole(f"/sitemap-{number}.xml"))
        newest = max((entry.changed_at for entry in part if entry.changed_at), default=None)
        if newest:
            add(place, "lastmod", _moment(newest))
    return document(root)


def parts(listed: Sequence[Entry]) -> list[Sequence[Entry]]:
    """The entries, file by file."""
    return [listed[begin : begin + MOST] for begin in range(0, len(listed), MOST)]


def _in_both(path: str, changed_at: datetime | None = None) -> Iterator[Entry]:
    versions = [(language, whole(path, language)) for language in LANGUAGES]
    for _language, address in versions:
        yield Entry(address, changed_at, versions)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")

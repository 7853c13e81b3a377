"""What search engines, browsers and finders of weaknesses look for at addresses that everybody knows."""

import json
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final
from xml.etree.ElementTree import Element

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.core.addresses import address, whole
from app.core.clock import AMSTERDAM, today
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.settings import settings
from app.feeds.formats.xml import add, document
from app.people.actor import someone_passing_by
from app.web import site_map
from app.web.assets import asset
from app.web.citing import SITE
from app.web.handing_out import hand_out
from app.web.needs import Here, Reading

router = APIRouter()

ROBOTS: Final = """User-agent: *
Disallow: /zoeken
Disallow: /en/zoeken
Disallow: /inloggen
Disallow: /en/inloggen
Disallow: /api/
"""

XML: Final = "application/xml"
OPENSEARCH_NAMES: Final = "http://a9.com/-/spec/opensearch/1.1/"

GOOD_FOR: Final = timedelta(days=180)
"""How long security.txt may be believed: less than a year (RFC 9116, 2.5.5), and always so long from today."""


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """Robots stay away from what has no end (searches) and from what is no page. A page says itself if it is theirs."""
    text = f"{ROBOTS}\nSitemap: {whole('/sitemap.xml')}\n"
    return _for_everybody(request, text.encode(), "text/plain; charset=utf-8")


@router.get("/sitemap.xml")
def sitemap(request: Request, session: Reading) -> Response:
    """Every page that everybody may read, or the files that hold them."""
    entries = site_map.entries(session)
    written = site_map.sheet(entries) if len(entries) <= site_map.MOST else site_map.index(entries)
    return _for_everybody(request, written, XML)


@router.get("/sitemap-{number}.xml")
def sitemap_part(request: Request, session: Reading, number: Annotated[int, Path(ge=1, le=10_000)]) -> Response:
    """One of those files."""
    parts = site_map.parts(site_map.entries(session))
    if len(parts) < max(number, 2):
        raise NotFound(_("There is nothing at this address."))
    return _for_everybody(request, site_map.sheet(parts[number - 1]), XML)


@router.get("/opensearch.xml")
def opensearch(request: Request, here: Here) -> Response:
    """How a browser searches here from its own field (OpenSearch 1.1, draft 6)."""
    root = Element("OpenSearchDescription", {"xmlns": OPENSEARCH_NAMES})
    add(root, "ShortName", SITE)
    add(root, "Description", _("Search the knowledge of Proeftuin"))
    add(root, "Tags", _("smart industry factories knowledge"))
    add(root, "InputEncoding", "UTF-8")
    add(root, "Language", here.language)
    icon = settings().address + asset("icons/icon-192.png")
    add(root, "Image", icon, height="192", width="192", type="image/png")
    add(root, "Url", type="text/html", template=whole("/zoeken", here.language) + "?q={searchTerms}")
    own = whole("/opensearch.xml", here.language)
    add(root, "Url", type="application/opensearchdescription+xml", rel="self", template=own)
    return _for_everybody(request, document(root), "application/opensearchdescription+xml")


@router.get("/.well-known/security.txt")
def security(request: Request) -> Response:
    """Whom to tell of a weakness (RFC 9116). Its end moves along, a day every day."""
    contact = settings().security_contact
    expires = datetime.combine(today() + GOOD_FOR, time.min, AMSTERDAM)
    lines = (
        f"Contact: {contact if contact.startswith('https://') else f'mailto:{contact}'}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: nl, en",
        f"Canonical: {whole('/.well-known/security.txt')}",
    )
    return _for_everybody(request, ("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8")


@router.get("/manifest.webmanifest")
def manifest(request: Request, here: Here) -> Response:
    """How the site looks on a home screen (W3C, Web Application Manifest)."""
    told: dict[str, Any] = {
        "id": "/",
        "name": _("Proeftuin, knowledge from smart factories"),
        "short_name": SITE,
        "description": _("Practical knowledge from the smart factories of Groningen, Friesland and Drenthe."),
        "lang": here.language,
        "dir": "ltr",
        "start_url": address("/", here.language),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#f7f8f5",
        "theme_color": "#f7f8f5",
        "icons": [
            {"src": asset("icons/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": asset("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": asset("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            {"src": asset("icons/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
        "shortcuts": [{"name": _("Search knowledge"), "url": address("/zoeken", here.language)}],
    }
    return _for_everybody(request, json.dumps(told, ensure_ascii=False).encode(), "application/manifest+json")


def _for_everybody(request: Request, body: bytes, media_type: str) -> Response:
    return hand_out(request, someone_passing_by, body, media_type)

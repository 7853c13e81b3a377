"""Our own icons, the mark and the arrow: a 20 px grid, lines of 1.6, butt caps and mitred joins, as a fitter draws.

Icons are decoration beside a word, so they are hidden from assistive technology; the word is never left out.
"""

from typing import Final

from markupsafe import Markup

from app.web.drawing.svg import svg

ICONS: Final[dict[str, str]] = {
    "search": '<circle cx="8.5" cy="8.5" r="5.5"/><path d="M12.6 12.6l5 5"/>',
    "menu": '<path d="M2.5 5h15M2.5 10h15M2.5 15h15"/>',
    "close": '<path d="M4.5 4.5l11 11M15.5 4.5l-11 11"/>',
    "down": '<path d="M5 7.5l5 5 5-5"/>',
    "right": '<path d="M7.5 5l5 5-5 5"/>',
    "left": '<path d="M12.5 5l-5 5 5 5"/>',
    "arrow": '<path d="M2.5 10h14M11.5 4.8l5.2 5.2-5.2 5.2"/>',
    "check": '<path d="M3.5 10.5l4.5 4.5 8.5-10"/>',
    "plus": '<path d="M10 3.5v13M3.5 10h13"/>',
    "minus": '<path d="M3.5 10h13"/>',
    "bell": '<path d="M5 14V9a5 5 0 0 1 10 0v5l1.6 1.5H3.4zM8 18h4"/>',
    "bookmark": '<path d="M5 3h10v14l-5-3.8L5 17z"/>',
    "cite": '<path d="M3.5 10.5h5v5h-5zM3.5 10.5c0-3.3 1.4-5 4-5.7M11.5 10.5h5v5h-5zM11.5 10.5c0-3.3 1.4-5 4-5.7"/>',
    "download": '<path d="M10 2.5v10M5.5 8.2L10 12.7l4.5-4.5M3 16.8h14"/>',
    "print": '<path d="M6 7V2.8h8V7M6 14H2.8V7h14.4v7H14M6 11.5h8v5.7H6z"/>',
    "rss": '<circle cx="5" cy="15" r="1.3"/><path d="M3.7 9.3a7 7 0 0 1 7 7M3.7 4.2a12 12 0 0 1 12.1 12.1"/>',
    "mail": '<path d="M2.5 4.5h15v11h-15zM2.8 5l7.2 6 7.2-6"/>',
    "calendar": '<path d="M3 5h14v12H3zM3 9h14M7 2.5v4M13 2.5v4"/>',
    "pin": '<path d="M10 18s5.8-5.4 5.8-10A5.8 5.8 0 0 0 4.2 8c0 4.6 5.8 10 5.8 10z"/><circle cx="10" cy="8" r="2"/>',
    "factory": '<path d="M2.5 17V8.2l5 3.2V8.2l5 3.2V3h4.5v14zM6 14h2M10.5 14h2"/>',
    "user": '<circle cx="10" cy="6.3" r="3.3"/><path d="M3.3 17.5c.5-4 3-6 6.7-6s6.2 2 6.7 6"/>',
    "users": (
        '<circle cx="7.5" cy="7" r="2.8"/>'
        '<path d="M2 16.8c.4-3.5 2.5-5.2 5.5-5.2s5.1 1.7 5.5 5.2"/>'
        '<path d="M12.8 4.5a2.8 2.8 0 0 1 0 5M14.8 12c1.9.7 3 2.3 3.2 4.8"/>'
    ),
    "clock": '<circle cx="10" cy="10" r="7.2"/><path d="M10 5.5V10l3.2 2"/>',
    "euro": '<path d="M15.8 5a6.2 6.2 0 1 0 0 10M2.8 8.4h8.7M2.8 11.6h8.7"/>',
    "caliper": '<path d="M1.8 4h16.4v3.2H1.8zM4 7.2v9.3l3-3.6V7.2M11.5 7.2v5.7l3 3.6V7.2"/>',
    "book": (
        '<path d="M10 5.5C8 4 5.5 3.7 2.5 4v11c3-.3 5.5 0 7.5 1.5 2-1.5 4.5-1.8 7.5-1.5V4c-3-.3-5.5 0-7.5 1.5z"/>'
        '<path d="M10 5.5v11"/>'
    ),
    "chip": '<path d="M5.5 5.5h9v9h-9zM8 2.5v3M12 2.5v3M8 14.5v3M12 14.5v3M2.5 8h3M2.5 12h3M14.5 8h3M14.5 12h3"/>',
    "plot": '<path d="M5.3 3h4L7 17H3zM12 3h5.5l-1 6h-5.6zM10.5 11.5h5.7L15.2 17H9.6z"/>',
    "filter": (
        '<path d="M2.5 5.5h7M14 5.5h3.5M2.5 14.5H6M10.5 14.5h7"/><circle cx="11.8" cy="5.5" r="2"/>'
        '<circle cx="8.2" cy="14.5" r="2"/>'
    ),
    "theme": '<circle cx="10" cy="10" r="6.8"/><path class="solid" d="M10 3.2a6.8 6.8 0 0 1 0 13.6z"/>',
    "edit": '<path d="M3.5 16.5l1-4.2L13.3 3.5l3.2 3.2-8.8 8.8z"/>',
    "eye": (
        '<path d="M1.5 10S4.8 4.5 10 4.5 18.5 10 18.5 10 15.2 15.5 10 15.5 1.5 10 1.5 10z"/>'
        '<circle cx="10" cy="10" r="2.4"/>'
    ),
    "undo": '<path d="M7 3.5L3 7.5l4 4M3 7.5h8.5a4.8 4.8 0 0 1 0 9.6H7"/>',
    "warn": '<path d="M10 2.8L18.2 17H1.8zM10 7.8v4.7M10 14v1.6"/>',
    "info": '<circle cx="10" cy="10" r="7.2"/><path d="M10 9v5.2M10 5.6v1.7"/>',
    "pause": '<path d="M6.8 4v12M13.2 4v12"/>',
    "external": '<path d="M8 4H4v12h12v-4M11 4h5v5M16 4l-7.5 7.5"/>',
    "file": '<path d="M5 2.5h7l4 4v11H5zM12 2.5v4h4"/>',
    "comment": '<path d="M3 4h14v10H9.5L6 17v-3H3z"/>',
    "door": '<path d="M4.5 17.2V2.8h8v14.4M2 17.2h16M12.5 5h3v12.2M9.8 9v2.4"/>',
    "drag": '<path d="M7 4v12M13 4v12"/>',
    "list": '<path d="M7 5h10.5M7 10h10.5M7 15h10.5M2.5 5h2M2.5 10h2M2.5 15h2"/>',
    "image": '<path d="M2.5 4h15v12h-15zM2.8 14l4.5-4.5 3.5 3.5 2.7-2.5 3.8 3.5"/><circle cx="13" cy="7.5" r="1.2"/>',
    "table": '<path d="M2.5 4h15v12h-15zM2.5 8h15M2.5 12h15M8 4v12"/>',
    "link": '<path d="M8.3 11.7l3.4-3.4M9 6l2-2a3.3 3.3 0 0 1 5 5l-2 2M11 14l-2 2a3.3 3.3 0 0 1-5-5l2-2"/>',
    "trash": '<path d="M3 5.5h14M7.5 5.5v-3h5v3M5 5.5l.8 12h8.4l.8-12"/>',
    "stop": '<path d="M6.2 2.8h7.6l3.4 3.4v7.6l-3.4 3.4H6.2l-3.4-3.4V6.2zM6.5 10h7"/>',
    "mute": '<path d="M5 14V9a5 5 0 0 1 8.6-3.5M15 9v5l1.6 1.5H6M8 18h4M2.5 17.5l15-15"/>',
    "share": '<path d="M10 12.5V2.8M6 6.5l4-4 4 4M4 10.5v7h12v-7"/>',
}


def icon(name: str, extra_class: str = "") -> Markup:
    """One icon, by name. Raises KeyError for a name that nobody drew."""
    classes = f"icon {extra_class}".rstrip()
    return svg(
        f'<svg class="{classes}" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">'
        f"{ICONS[name]}</svg>"
    )


def logo() -> Markup:
    """A P laid out as three plots of land seen from above; one of them is the test plot."""
    return svg(
        '<svg class="brand__mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">'
        '<path class="m1" d="M6.5 2h7.2L9.2 30H2z"/><path class="m2" d="M16.2 2h6.2l-2.7 17h-6.2z"/>'
        '<path class="m3" d="M25 2h6l-2.7 17h-6z"/></svg>'
    )


def arrow() -> Markup:
    """From before to after. Our fonts have no arrow; the words "from" and "to" stand beside it, hidden."""
    return svg(
        '<svg class="to" viewBox="0 0 26 12" width="26" height="12" aria-hidden="true" focusable="false">'
        '<path d="M0 6h24M18.5 1l5.5 5-5.5 5"/></svg>'
    )

"""Devices: a name by which somebody knows their own computer or telephone again, from what its browser says of itself.

Rough on purpose: what is not recognised is called a browser, and no version is kept.
"""

from typing import Final

from app.core.language import gettext as _
from app.core.text import one_line

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
"""What stands in a browser's name, and what people call it. The first that fits counts: most claim to be others too."""

SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_kept(agent: str) -> str:
    """What is kept of a User-Agent: `Firefox/Linux`, or nothing. Never all of it, by which people are followed."""
    told = one_line(agent[:400])
    browser = next((name for mark, name in BROWSERS if mark in told), "")
    system = next((name for mark, name in SYSTEMS if mark in told), "")
    return f"{browser}/{system}" if browser or system else ""


def device_name(kept: str) -> str:
    """The same in words, in the reader's language."""
    browser, slash, system = kept.partition("/")
    if not slash:
        return kept or _("A browser")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or _("A browser on %(system)s", system=system)

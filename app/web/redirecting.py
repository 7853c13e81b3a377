"""Where to go after a change: always a path of this site (CWE-601)."""

from typing import Final
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse

LONGEST: Final = 2000
"""Characters of a path that somebody may be led back to."""


def safe_path(wanted: str, otherwise: str) -> str:
    """The path that somebody wants to go to, if it is one of ours; else the other one.

    Refuses other hosts, `//host`, `/\\host` (browsers read a backslash as a slash) and control characters.
    """
    if not wanted.isprintable() or len(wanted) >= LONGEST or "\\" in wanted:
        return otherwise
    if not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted


def see(path: str) -> RedirectResponse:
    """303: the change is made, look here."""
    return RedirectResponse(path, status_code=303, headers={"cache-control": "no-store"})

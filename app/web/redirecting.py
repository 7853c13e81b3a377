"""Where to go after a change: always a path of this site (CWE-601)."""

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse


def safe_path(wanted: str, otherwise: str) -> str:
    """The path that somebody wants to go to, if it is one of ours; else the other one.

    Refuses other hosts, `//host`, `/\\host` (browsers read a backslash as a slash) and control characters.
    """
    parts = urlsplit(wanted) if wanted.isprintable() and len(wanted) < 2000 else urlsplit("")
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if is_ours and not parts.scheme and not parts.netloc else otherwise


def see(path: str) -> RedirectResponse:
    """303: the change is made, look here."""
    return RedirectResponse(path, status_code=303, headers={"cache-control": "no-store"})

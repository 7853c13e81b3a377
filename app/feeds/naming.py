"""Naming: what a piece and a stream are called for ever, whatever their title and address become (RFC 4151)."""

from urllib.parse import quote, urlsplit

from app.core.settings import settings

YEAR = "2026"
"""From when on we name things. RFC 4151 wants a date at which the host was ours; it never changes."""


def piece_tag(key: str) -> str:
    """The name of a piece, the same in all its languages and versions."""
    return _tag(f"stuk/{key}")


def stream_tag(path: str, language: str) -> str:
    """The name of a stream in one language, the same in all its formats."""
    return _tag(f"{path.strip('/')}/{language}")


def _tag(specific: str) -> str:
    host = urlsplit(settings().address).hostname or ""
    # An address of IPv6 is no name in the sense of RFC 4151; it stands for a try-out on one machine.
    authority = "localhost" if ":" in host else host
    return f"tag:{authority},{YEAR}:{quote(specific, safe='/-._~')}"

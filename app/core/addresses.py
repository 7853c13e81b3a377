"""Addresses of this site: the language prefix, and whole ones for whoever reads them elsewhere."""

from app.core.settings import settings


def address(path: str, language: str) -> str:
    """The path under its language's prefix: Dutch at `/…`, English at `/en/…`."""
    if language == "en":
        return "/en" if path == "/" else f"/en{path}"
    return path


def whole(path: str, language: str = "nl") -> str:
    """The whole address of a path on this site, as it stands in feeds, mail and answers to machines."""
    return settings().address + address(path, language)

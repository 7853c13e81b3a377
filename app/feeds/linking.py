"""Linking: whole addresses inside a text that is read away from our pages."""

import re
from typing import Final

from app.core.settings import settings

_TAG: Final = re.compile(r'<(?:a|img)(?: [a-z-]+="[^"]*")*>')
"""A tag as our sanitiser writes it: one blank before each attribute, every value in double quotes."""

_ATTRIBUTE: Final = re.compile(r'([a-z-]+)="([^"]*)"')


def absolute(html: str, page: str) -> str:
    """This HTML of ours with whole addresses. Places on the page itself lead to `page`, its whole address."""
    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(lambda found: _whole(found[1], found[2], page), tag[0]), html)


def _whole(name: str, value: str, page: str) -> str:
    if name == "srcset":
        value = ", ".join(settings().address + one for one in value.split(", "))
    elif name in ("href", "src") and value.startswith("#"):
        value = page + value
    elif name in ("href", "src") and value.startswith("/"):
        value = settings().address + value
    return f'{name}="{value}"'

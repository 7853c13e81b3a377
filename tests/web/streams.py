"""Reading a feed as a reader does: all of it, part by part."""

from typing import Any
from urllib.parse import urlencode

from tests.web.client import Client


def items(client: Client, path: str, asked: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Everything in a stream, part by part."""
    found: list[dict[str, Any]] = []
    address = f"{path}.json" + (f"?{urlencode(asked)}" if asked else "")
    while address:
        read = client.get(address).json()
        found += read["items"]
        address = read.get("next_url", "").removeprefix("http://proeftuin.example")
    return found

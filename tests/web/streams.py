"""Reading a feed as a reader does: all of it, part by part."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from app.feeds.formats import FORMATS, Format
from app.feeds.streams import Feed
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


def watch_writing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ending of each feed that is written from here on."""
    seen: list[str] = []

    def watched(form: Format) -> Format:
        def write(given: Format, feed: Feed) -> bytes:
            seen.append(form.ending)
            return form.write(given, feed)

        return replace(form, write=write)

    for ending, form in list(FORMATS.items()):
        monkeypatch.setitem(FORMATS, ending, watched(form))
    return seen

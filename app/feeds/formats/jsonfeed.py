"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

import json
from typing import Any, Final

from app.core.text import wash
from app.feeds.entries import Entry
from app.feeds.formats.format import Format
from app.feeds.streams import Feed


def _write(form: Format, feed: Feed) -> bytes:
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": form.address(feed),
        "description": feed.about,
        "favicon": feed.icon,
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries],
    }
    if feed.older is not None:
        told["next_url"] = form.address(feed, feed.older)
    return json.dumps(_washed(told), ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.address,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": author} for author in entry.authors],
        "tags": [category.label for category in (entry.kind, *entry.topics)],
        "language": entry.language,
        "attachments": [
            {"url": file.address, "mime_type": file.media_type, "title": file.title, "size_in_bytes": file.size}
            for file in entry.enclosures
        ],
        # What the format has no word for, as it asks for: an object under a name with an underscore.
        "_proeftuin": {
            "kind": entry.kind.term,
            "topics": [category.term for category in entry.topics],
            "licence": entry.licence.licence.value,
            "licence_url": entry.licence.address,
        },
    }


def _washed(value: Any) -> Any:
    match value:
        case str():
            return wash(value)
        case list():
            return [_washed(one) for one in value]
        case dict():
            return {name: _washed(one) for name, one in value.items()}
    return value


JSON_FEED: Final = Format("json", "JSON Feed", "application/feed+json", _write)

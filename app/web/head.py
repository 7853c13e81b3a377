"""The head of a page as programs read it: the picture beside a link, times, and what the page is about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from markupsafe import Markup

from app.core.addresses import whole
from app.web import structured
from content.reading import Opened
from content.snapshot import Visibility

_IN_SCRIPT: Final = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})
"""JSON's own way to write the signs with which a text could end the script element or begin a comment in it."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What only some pages have. `data`: objects of schema.org."""

    image: str = ""
    image_text: str = ""
    published: str = ""
    changed: str = ""
    data: Sequence[dict[str, Any]] = ()


PLAIN: Final = Head()


def of_piece(opened: Opened) -> Head:
    """The head of a piece, as this reader may see it. Only pieces for everybody have a picture of their own."""
    article, revision = opened.article, opened.revision
    is_shared = article.visibility == Visibility.EVERYONE
    # The number makes it another address for every version: networks keep what they fetched once.
    image = whole(f"/kennis/{article.slug}/deelbeeld.png") + f"?versie={article.live_number}"
    return Head(
        image=image if is_shared else "",
        image_text=revision.content.title if is_shared else "",
        published=moment(article.published_at),
        changed=moment(revision.published_at),
        data=structured.piece(opened, image=image if is_shared else ""),
    )


def data_block(nodes: Sequence[dict[str, Any]]) -> Markup:
    """JSON-LD for a script element, which browsers never run: its type is none of theirs (HTML, 4.12.1)."""
    if not nodes:
        return Markup("")
    graph = {"@context": "https://schema.org", "@graph": list(nodes)}
    told = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return Markup(told.translate(_IN_SCRIPT))  # noqa: S704 - no sign is left that HTML looks at


def moment(at: datetime | None) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""

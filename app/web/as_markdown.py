"""A piece as Markdown: what its author wrote, below a head in YAML that says what it is and where it came from."""

import re
from typing import Any, Final

import yaml

from app.core.addresses import whole
from app.web.citing import reference
from content.reading import Opened

_FILE: Final = re.compile(r"(\]\(<?)files/([^)>\s]*)")
"""An address of a file of the piece, in a link or a picture: what leads to it and the name."""


def markdown(opened: Opened) -> str:
    """The version that was opened. Files of the piece are named by their whole addresses, so that links go on."""
    files = whole(f"/kennis/{opened.article.slug}/bijlagen/")
    version = "" if opened.is_live else f"?versie={opened.revision.published_number}"
    head = yaml.safe_dump(_head(opened), allow_unicode=True, sort_keys=False, width=120)
    content = opened.revision.content
    body = _FILE.sub(lambda found: f"{found[1]}{files}{found[2]}{version}", content.body)
    return f"---\n{head}---\n\n# {content.title}\n\n{content.summary}\n\n{body.strip()}\n"


def _head(opened: Opened) -> dict[str, Any]:
    article, content, told = opened.article, opened.revision.content, reference(opened)
    return {
        "title": content.title,
        "summary": content.summary,
        "kind": article.kind,
        "lang": article.language,
        "version": told.version,
        "published": told.issued,
        "authors": [author.name for author in opened.authors],
        "owner": opened.owner.title if opened.owner else None,
        **({"publishers": [each.title for each in opened.publishers]} if opened.publishers else {}),
        "organisations": [{"name": name.title, "part": part.value} for name, part in opened.organisations],
        "topics": [topic.slug for topic in opened.topics],
        "sectors": [sector.code for sector in opened.sectors],
        "pilot": opened.pilot.slug if opened.pilot else None,
        "licence": content.licence.value,
        "address": whole(f"/kennis/{article.slug}", article.language),
        "cite_as": told.address,
        "fields": content.telling(article.kind).model_dump(mode="json", exclude_none=True),
    }

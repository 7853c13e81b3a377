"""What the files in `data/` tell. They are the source; nothing here touches the database."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from app.core.clock import AMSTERDAM
from content.snapshot import Licence, Part, Profile, Visibility

DATA: Final = Path(__file__).with_name("data")

_PICTURE: Final = re.compile(r"!\[[^\]]*\]\(files/([^)\s]+)")

# The parser in C reads all of it in 0.2 s, that in Python in 1.0 s.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OrganisationTold(_Told):
    """An organisation and its part in a piece or pilot."""

    slug: str
    role: Part


class AttachmentTold(_Told):
    """A file below "files"; `visibility` only when stricter than the piece's."""

    name: str
    title_nl: str
    title_en: str = ""
    visibility: Visibility | None = None


class NoteTold(_Told):
    """What a reviewer wrote: a remark on the piece."""

    by: str
    at: date
    nl: str


class ArticleTold(_Told):
    """One version of one article: its front matter and its text."""

    slug: str
    kind: str
    lang: str
    translation_key: str
    title: str
    summary: str
    topics: tuple[str, ...]
    sectors: tuple[str, ...]
    pilot: str | None
    organisations: tuple[OrganisationTold, ...]
    owner: str
    authors: tuple[str, ...]
    municipality: str | None = None
    audience: tuple[str, ...]
    published: date | None
    version: int = 1
    updated: date | None = None
    change_note: str = ""
    review_due: date | None
    licence: Licence
    visibility: Visibility
    organisations_allowed: tuple[str, ...] = ()
    attachments: tuple[AttachmentTold, ...] = ()
    anonymous: bool = False
    anonymous_profile: Profile | None = None
    state: Literal["published", "scheduled", "in_review", "withdrawn", "superseded"] = "published"
    publish_at: datetime | None = None
    withdrawn_at: date | None = None
    withdrawn_reason_nl: str = ""
    withdrawn_reason_en: str = ""
    successor: str | None = None
    submitted_at: date | None = None
    reviewer: str | None = None
    review_notes: tuple[NoteTold, ...] = ()
    fictional: Literal[True]
    fields: dict[str, Any]
    body: str

    @property
    def pictures(self) -> list[str]:
        """Names of the files that the text shows, each once."""
        return list(dict.fromkeys(_PICTURE.findall(self.body)))

    @property
    def goes_live(self) -> date | None:
        """The day of this version."""
        return self.updated or self.published


def read(name: str) -> dict[str, Any]:
    """One of the YAML files, by its name without ending."""
    loaded: dict[str, Any] = yaml.load((DATA / f"{name}.yaml").read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - safe
    return loaded


def read_article(path: Path) -> ArticleTold:
    """The article in this file."""
    _before, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return ArticleTold(**yaml.load(front, _LOADER), body=body.strip())  # noqa: S506 - a safe loader, see above


@cache
def articles() -> Sequence[Sequence[ArticleTold]]:
    """Every article as its versions, oldest first; articles in the order in which they appeared."""
    paths = (path for folder in ("articles/NL", "articles/EN", "examples", "versions") for path in _in(folder))
    told = sorted(map(read_article, paths), key=lambda article: (article.slug, article.version))
    versions = [tuple(group) for _slug, group in groupby(told, key=lambda article: article.slug)]
    return sorted(versions, key=lambda group: (group[0].published or date.max, group[0].slug))


@cache
def keys() -> dict[str, str]:
    """Slug of an article -> key of its piece."""
    return {versions[-1].slug: versions[-1].translation_key for versions in articles()}


def keys_of(slugs: Sequence[str]) -> list[str]:
    """Keys of the pieces that these articles belong to, each once."""
    return list(dict.fromkeys(keys()[slug] for slug in slugs))


def file(name: str) -> bytes:
    """A file that articles use."""
    return (DATA / "files" / name).read_bytes()


def nine_o_clock(day: date) -> datetime:
    """The hour at which everything here happens: nine in the morning in Amsterdam."""
    return datetime.combine(day, time(9), AMSTERDAM)


def _in(folder: str) -> list[Path]:
    return sorted((DATA / folder).glob("*.md"))

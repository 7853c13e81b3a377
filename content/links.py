"""Links: the addresses elsewhere that a published piece leads to, and which of them led nowhere when we looked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any, Final

from sqlmodel import Field, Session, col, select

from app.core.clock import now
from app.core.record import Record, moment, plain_json
from app.core.settings import settings
from app.people.models import Organisation
from content.models import Article, Revision, Stage

MOST: Final = 200
"""Links of one piece that are looked at."""

LONGEST: Final = 2000

SURE_AFTER: Final = 2
"""So many looks, a day between them, before we say that a link is broken: a machine may be down for an hour."""

APART: Final = timedelta(hours=20)
"""What is seen sooner than this after the first time is the same look."""

WEB: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """An address that a piece leads to."""

    address: str
    problem: str = ""
    """What was wrong at the last look, as one of the words of `link_checking`; empty when all was well."""
    looks: int = 0
    """How often in a row something was wrong."""
    since: str = ""
    """When that was seen first, as RFC 3339."""
    is_told: bool = False
    """Whether the owner was told of it."""

    @property
    def is_broken(self) -> bool:
        """Whether it led nowhere often enough to say so."""
        return self.looks >= SURE_AFTER


class LinkCheck(Record, table=True):
    """What came of the last look at the links of one article."""

    article_id: int = Field(foreign_key="article.id", unique=True, ondelete="CASCADE")
    revision_id: int
    """The text whose links these are."""
    links: list[dict[str, Any]] = plain_json([])
    broken: int = Field(default=0, index=True)
    checked_at: datetime | None = moment()
    told_at: datetime | None = moment()
    """When the owner was told last that something is broken."""
    due_at: datetime = moment(nullable=False, index=True)

    @property
    def every(self) -> list[Link]:
        """The links, as the piece has them."""
        return [Link(**told) for told in self.links]


@dataclass(frozen=True)
class Broken:
    """A piece with links that lead nowhere."""

    article: Article
    owner: Organisation
    check: LinkCheck

    @property
    def links(self) -> list[Link]:
        """Those that lead nowhere."""
        return [link for link in self.check.every if link.is_broken]


def links_of(revision: Revision) -> list[str]:
    """Where a text and its fields lead outside, each address once, in the order of reading."""
    found = [*_hrefs(revision.html), *_told(revision.content.told)]
    ours = settings().address + "/"
    outside = (each.partition("#")[0] for each in found if WEB.fullmatch(each) and not f"{each}/".startswith(ours))
    return [each for each in dict.fromkeys(outside) if len(each) <= LONGEST][:MOST]


def check_of(session: Session, article: Article) -> LinkCheck | None:
    """The last look at the links of what readers see of it; None when nobody looked yet."""
    found = session.exec(select(LinkCheck).where(LinkCheck.article_id == article.id)).first()
    return found if found is not None and found.revision_id == article.live_revision_id else None


def broken_links(session: Session) -> Sequence[Broken]:
    """Every published piece with links that lead nowhere, what was seen last first."""
    rows = session.exec(
        select(Article, Organisation, LinkCheck)
        .join(LinkCheck, col(LinkCheck.article_id) == Article.id)
        .join(Organisation, col(Organisation.id) == Article.owner_id)
        .where(
            Article.stage == Stage.PUBLISHED, LinkCheck.broken > 0, LinkCheck.revision_id == Article.live_revision_id
        )
        .order_by(col(LinkCheck.checked_at).desc(), col(Article.id))
        .limit(200)
    ).all()
    return [Broken(*row) for row in rows]


def looked_at(before: Link, problem: str) -> Link:
    """The link after one look more."""
    if not problem:
        return Link(before.address)
    at = now()
    if not before.since:
        return replace(before, problem=problem, looks=1, since=at.isoformat(timespec="seconds"))
    is_soon = before.looks < SURE_AFTER and at - datetime.fromisoformat(before.since) < APART
    return replace(before, problem=problem, looks=before.looks + (0 if is_soon else 1))


def _told(value: Any) -> Iterator[str]:
    """Every address in the fields of a kind, however deep."""
    if isinstance(value, str):
        if WEB.fullmatch(value):
            yield value
        return
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for each in inner:
        yield from _told(each)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _hrefs(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    return reader.found

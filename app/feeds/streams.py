"""Streams: what one can follow, and the one function that selects what a reader may hear of.

A stream is selected first and written in a format second; mail and webhooks will ask the same function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from app.core.addresses import whole
from app.core.language import gettext as _
from app.core.language import pick, speaking
from app.core.paging import Place
from app.feeds.entries import Entry, entries
from app.feeds.naming import stream_tag
from app.people.actor import Actor
from app.people.models import Organisation
from content import shelves
from content.access import seen_by
from content.models import Article, Piece, Revision
from content.overview import with_narrower
from content.subjects import Pilot, Topic
from content.walking import beyond

MOST_ENTRIES: Final = 50
"""About half a megabyte of whole texts: what a reader fetches again and again, when something changed."""

BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When a stream changed in which nothing has appeared yet. RFC 4287 wants a moment, and it may not change by itself."""


@dataclass(frozen=True)
class Stream:
    """Something that can be followed."""

    path: str
    """Its address below the language prefix, without the ending that says the format."""
    page: str
    """The page for people about the same."""
    title_nl: str
    title_en: str
    where: tuple[ColumnElement[bool], ...] = ()

    @property
    def title(self) -> str:
        """Its title in the reader's language."""
        return pick(self.title_nl, self.title_en)


@dataclass(frozen=True)
class Feed:
    """A stream as one reader may hear of it, newest first. Addresses are whole ones."""

    id: str
    address: str
    """Without the ending that says the format."""
    page: str
    icon: str
    title: str
    about: str
    language: str
    updated: datetime
    entries: Sequence[Entry]
    older: Place | None
    """Where the next part begins, when there is more."""


def everything() -> Stream:
    """All pieces."""
    return Stream("/feeds/alles", "/kennis", "alles", "everything")


def about_topic(session: Session, topic: Topic) -> Stream:
    """Pieces about a topic or one below it."""
    return Stream(
        f"/feeds/onderwerp/{topic.slug_nl}",
        f"/onderwerpen/{topic.slug_nl}",
        topic.name_nl,
        topic.name_en,
        (shelves.about(with_narrower(session, topic)),),
    )


def with_organisation(organisation: Organisation) -> Stream:
    """Pieces that an organisation owns or took part in."""
    return Stream(
        f"/feeds/organisatie/{organisation.slug}",
        f"/organisaties/{organisation.slug}",
        organisation.name,
        organisation.name_en or organisation.name,
        (shelves.with_organisation(organisation.id),),
    )


def from_pilot(pilot: Pilot) -> Stream:
    """Pieces that came from a pilot."""
    return Stream(
        f"/feeds/proefproject/{pilot.slug}",
        f"/proefprojecten/{pilot.slug}",
        pilot.name_nl,
        pilot.name_en,
        (shelves.from_pilot(pilot.id),),
    )


def select(
    session: Session,
    actor: Actor,
    stream: Stream,
    *,
    language: str,
    limit: int = MOST_ENTRIES,
    before: Place | None = None,
) -> Feed:
    """What this reader may hear of a stream, each piece once, in this language where there is one; last changed first.

    `before` continues where another selection ended. A fixed number of queries, however many pieces.
    """
    conditions = [seen_by(actor), shelves.preferring(language, actor), *stream.where]
    if before is not None:
        conditions.append(beyond(before, col(Article.changed_at)))
    rows = session.execute(
        sa_select(Article, Revision, Piece, Organisation)
        .join(Revision, col(Article.live_revision_id) == Revision.id)
        .join(Piece, col(Article.piece_id) == Piece.id)
        .join(Organisation, col(Article.owner_id) == Organisation.id)
        .where(*conditions)
        .order_by(col(Article.changed_at).desc(), col(Article.id).desc())
        .limit(limit + 1)
    ).all()
    told = [tuple(row) for row in rows[:limit]]
    with speaking(language):
        return _feed(stream, language, entries(session, actor, told, language=language), _older(rows, limit))


def _older(rows: Sequence[tuple[Article, ...]], limit: int) -> Place | None:
    if len(rows) <= limit:
        return None
    last = rows[limit - 1][0]
    assert last.changed_at is not None
    return last.changed_at, last.id


def _feed(stream: Stream, language: str, told: Sequence[Entry], older: Place | None) -> Feed:
    return Feed(
        id=stream_tag(stream.path, language),
        address=whole(stream.path, language),
        page=whole(stream.page, language),
        icon=whole("/favicon.ico"),
        title=_("Proeftuin: %(what)s", what=stream.title),
        about=_("What factories in the Northern Netherlands tried, and what came of it."),
        language=language,
        updated=max((entry.updated for entry in told), default=BEGINNING),
        entries=told,
        older=older,
    )

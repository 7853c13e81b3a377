"""Streams: what one can follow, and the one function that selects what a reader may hear of.

A stream is selected first and written in a format second; what is chosen is chosen in `choosing`, for mail as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from app.core.addresses import whole
from app.core.among import is_among
from app.core.language import gettext as _
from app.core.language import pick, speaking
from app.core.paging import Place
from app.feeds.choosing import Chosen, Wish, choose
from app.feeds.entries import Entry, Told, entries
from app.feeds.naming import stream_tag
from app.people.actor import Actor
from app.people.models import Organisation, User
from content import authorship, shelves
from content.models import Article, Piece, Revision
from content.overview import with_narrower
from content.subjects import Pilot, Topic
from content.unnamed import tells_owner
from search.query import Query
from search.watching import pieces_answering

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
    question: str = ""
    """What of its address stands after the question mark: there are as many searches as words."""
    name_for_ever: str = ""
    """Where its address does not stay."""

    @property
    def name(self) -> str:
        """What it is called for ever, in one path."""
        if self.name_for_ever:
            return self.name_for_ever
        return f"{self.path}/{sha256(self.question.encode()).hexdigest()[:40]}" if self.question else self.path

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
    question: str
    """What stands after that ending and a question mark."""
    page: str
    icon: str
    title: str
    about: str
    language: str
    updated: datetime
    entries: Sequence[Entry]
    place: Place | None
    """Where this part begins; None for the first one."""
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


def by_person(user: User) -> Stream:
    """Pieces that somebody wrote."""
    return Stream(
        f"/feeds/mens/{user.handle}", f"/mensen/{user.handle}", user.name, user.name, (authorship.told_by(user.id),)
    )


def question_of(query: Query) -> str:
    """What is asked, in whatever order and on whatever page its results are looked at; empty when nothing is."""
    return "" if query.is_empty else urlencode([one for one in query.on_page(1).to_params() if one[0] != "sorteer"])


def one_piece(article: Article) -> Stream:
    """A piece in all its versions."""
    page = f"/kennis/{article.slug}"
    return Stream(page, page, article.title, article.title, (col(Article.piece_id) == article.piece_id,))


def found_by(session: Session, query: Query, actor: Actor, language: str) -> Stream:
    """Pieces that answer a question, as far as this reader may see what makes them answer it."""
    pieces = pieces_answering(session, query, actor, language)
    words, question = query.q.strip(), question_of(query)
    return Stream(
        "/feeds/zoeken",
        f"/zoeken?{question}",
        f"‘{words}’" if words else "een zoekvraag",
        f"‘{words}’" if words else "a search",
        (is_among(session, col(Article.piece_id), pieces),),
        question,
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
    chosen = choose(session, actor, [Wish(stream.where)], language=language, limit=limit + 1, before=before)
    told = read(session, chosen[:limit])
    with speaking(language):
        return feed_of(
            stream,
            language,
            entries(session, actor, told, language=language),
            place=before,
            older=older_than(chosen, limit),
        )


def read(session: Session, chosen: Sequence[Chosen]) -> list[Told]:
    """The pieces that were chosen, in their order: one query."""
    if not chosen:
        return []
    rows = session.execute(
        sa_select(Article, Revision, Piece, Organisation)
        .join(Revision, col(Article.live_revision_id) == Revision.id)
        .join(Piece, col(Article.piece_id) == Piece.id)
        .outerjoin(Organisation, and_(col(Article.owner_id) == Organisation.id, tells_owner()))
        .where(col(Article.id).in_([one.article_id for one in chosen]))
    ).all()
    by_id = {row[0].id: (row[0], row[1], row[2], row[3]) for row in rows}
    return [by_id[one.article_id] for one in chosen if one.article_id in by_id]


def older_than(chosen: Sequence[Chosen], limit: int) -> Place | None:
    """Where the next part begins, when more was chosen than this."""
    if len(chosen) <= limit:
        return None
    last = chosen[limit - 1]
    return last.at, last.article_id


def feed_of(stream: Stream, language: str, told: Sequence[Entry], *, place: Place | None, older: Place | None) -> Feed:
    """A part of a stream with what stands around it, in the current language."""
    return Feed(
        id=stream_tag(stream.name, language),
        address=whole(stream.path, language),
        question=stream.question,
        page=whole(stream.page, language),
        icon=whole("/favicon.ico"),
        title=_("Proeftuin: %(what)s", what=stream.title),
        about=_("What factories in the Northern Netherlands tried, and what came of it."),
        language=language,
        updated=max((entry.updated for entry in told), default=BEGINNING),
        entries=told,
        place=place,
        older=older,
    )

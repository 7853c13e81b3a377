"""Sources: what the database tells of a piece, as one value that a document is made from.

A source holds published versions of the same visibility only. The versions of a piece are equally visible (settled: 1);
should they ever differ, the piece has several sources, and every reader is served by exactly one of them: the first
that stands on one of their shelves (`covered` names the shelves that an earlier source serves already).
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from app.core.language import LANGUAGES
from app.people.models import Organisation
from content.access import EVERYONE, MEMBERS, shelves_at, shelves_of
from content.file_texts import with_text
from content.kinds import Kind
from content.models import Article, ArticleAllowed, Piece, Revision, Stage
from content.snapshot import Snapshot, Visibility
from search.around import Around, TopicWords


@dataclass(frozen=True)
class Version:
    """One language version as it is published now."""

    article_id: int
    language: str
    slug: str
    kind: str
    content: Snapshot
    plain: str
    """The body without marks."""
    published_at: datetime
    owner: str
    """Empty when readers are not told of it."""

    @cached_property
    def telling(self) -> Kind:
        """The kind's fields."""
        return self.content.telling(self.kind)


@dataclass(frozen=True)
class Source:
    """What a document is made from."""

    piece_id: int
    key: str
    kind: str
    shelves: tuple[str, ...]
    versions: tuple[Version, ...]
    topics: tuple[TopicWords, ...]
    """Topics in the order told, then their groups."""
    province: str | None
    mentioned: tuple[str, ...]
    """Names of the pilot and of the organisations that readers may know of."""
    files: tuple[str, ...] = ()
    """Hashes of the files that everybody on these shelves may open, and in which text was found."""
    readers: tuple[int, ...] = ()
    """The number of the reader of each: read by another one, it holds another text."""
    part: int = 0
    covered: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The document's id; almost always the piece's number alone."""
        return document_id(self.piece_id, self.part)

    @property
    def first(self) -> Version:
        """The version that figures and facets are taken from: they are equal in all (settled: 1). Dutch where it is."""
        return self.versions[0]

    @cached_property
    def hash(self) -> str:
        """Changes when anything does that the document is made from."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]


def document_id(piece_id: int, part: int) -> str:
    """The id of a piece's document."""
    return f"{piece_id}_{part}" if part else str(piece_id)


def document_ids(piece_id: int) -> list[str]:
    """The ids of all documents that a piece may have: for each of its language versions one for each visibility that
    its files may have, at most.
    """
    return [document_id(piece_id, part) for part in range(len(LANGUAGES) * len(Visibility))]


def sources(session: Session, piece_ids: Collection[int]) -> dict[int, list[Source]]:
    """What to index of each of these pieces; an empty list for a piece that nobody should find. Seven queries."""
    found: dict[int, list[Source]] = {piece_id: [] for piece_id in piece_ids}
    around = Around.of(session)
    published = list(_published(session, piece_ids))
    read = with_text(session, {use.hash for _, shelves, version in published for use in version.content.files})
    for piece, rows in groupby(published, key=lambda row: row[0]):
        by_shelves: dict[Shelves, list[Version]] = defaultdict(list)
        for _, shelves, version in rows:
            by_shelves[shelves].append(version)
        found[piece.id] = list(_parts(piece, by_shelves, around, read))
    return found


@dataclass(frozen=True)
class Shelves:
    """Where a version stands, and where those of its files stand that are more private than itself."""

    own: tuple[str, ...]
    of_files: tuple[tuple[Visibility, tuple[str, ...]], ...]
    """The most private first."""


def _published(session: Session, piece_ids: Collection[int]) -> Iterator[tuple[Piece, Shelves, Version]]:
    """Every published version of these pieces, piece by piece, with the shelves it stands on."""
    rows = session.execute(
        sa_select(Piece, Article, col(Organisation.slug), col(Revision.content), col(Revision.plain))
        .join(Article, col(Article.piece_id) == Piece.id)
        .join(Organisation, col(Article.owner_id) == Organisation.id)
        .join(Revision, col(Article.live_revision_id) == Revision.id)
        .where(col(Article.piece_id).in_(piece_ids), col(Article.stage) == Stage.PUBLISHED)
        # Dutch first.
        .order_by(col(Piece.id), col(Article.language).desc(), col(Article.id))
    ).all()
    allowed = _allowed(session, [article.id for _, article, *_ in rows])
    for piece, article, owner, content, plain in rows:
        yield piece, _shelves(article, allowed[article.id]), _version(article, owner, content, plain)


def _shelves(article: Article, allowed: Sequence[int]) -> Shelves:
    stricter = {
        Visibility.EVERYONE: (Visibility.ORGANISATIONS, Visibility.MEMBERS),
        Visibility.MEMBERS: (Visibility.ORGANISATIONS,),
        Visibility.ORGANISATIONS: (),
    }[article.visibility]
    return Shelves(
        own=tuple(shelves_of(article, allowed)),
        of_files=tuple((level, tuple(shelves_at(level, article, allowed))) for level in stricter),
    )


def _version(article: Article, owner: str, content: Snapshot, plain: str) -> Version:
    assert article.published_at is not None
    return Version(
        article_id=article.id,
        language=article.language,
        slug=article.slug,
        kind=article.kind,
        content=content,
        plain=plain,
        published_at=article.published_at,
        owner=owner if content.tells_of(owner) else "",
    )


def _parts(
    piece: Piece, by_shelves: Mapping[Shelves, Sequence[Version]], around: Around, read: Mapping[str, int]
) -> Iterator[Source]:
    served: set[str] = set()
    part = 0
    for shelves, versions in sorted(by_shelves.items(), key=lambda pair: _openness(pair[0].own)):
        told = versions[0].content
        for labels, files in _by_files(shelves, versions, read):
            yield Source(
                piece_id=piece.id,
                key=piece.key,
                kind=piece.kind,
                shelves=labels,
                versions=tuple(versions),
                topics=tuple(around.topics_of(told)),
                province=around.province_of(told),
                mentioned=tuple(around.mentioned_by(told)),
                files=files,
                readers=tuple(read[hash_] for hash_ in files),
                part=part,
                covered=tuple(sorted(served)),
            )
            served |= set(labels)
            part += 1


def _by_files(
    shelves: Shelves, versions: Sequence[Version], read: Collection[str]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Labels with the files that everybody behind them may open; whoever may open the most comes first.

    Only one line where no file is more private than the piece, as almost everywhere.
    """
    uses = [use for version in versions for use in version.content.files if use.hash in read]
    levels = [level for level, _ in shelves.of_files]
    for at, (level, labels) in enumerate(shelves.of_files):
        if any(use.visibility == level for use in uses):
            secret = levels[:at]
            yield labels, tuple(dict.fromkeys(use.hash for use in uses if use.visibility not in secret))
    yield shelves.own, tuple(dict.fromkeys(use.hash for use in uses if use.visibility not in levels))


def _openness(shelves: tuple[str, ...]) -> tuple[bool, bool, int, tuple[str, ...]]:
    return EVERYONE not in shelves, MEMBERS not in shelves, -len(shelves), shelves


def _allowed(session: Session, article_ids: Collection[int]) -> dict[int, list[int]]:
    allowed: dict[int, list[int]] = defaultdict(list)
    rows = session.exec(
        select(ArticleAllowed.article_id, ArticleAllowed.organisation_id)
        .where(col(ArticleAllowed.article_id).in_(article_ids))
        .order_by(col(ArticleAllowed.organisation_id))
    )
    for article_id, organisation_id in rows.all():
        allowed[article_id].append(organisation_id)
    return allowed

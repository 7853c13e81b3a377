"""Sources: what the database tells of a piece, as one value that a document is made from.

A source holds published versions of the same visibility only. The versions of a piece are equally visible (settled: 1);
should they ever differ, the piece has several sources, and every reader is served by exactly one of them: the first
that stands on one of their shelves (`covered` names the shelves that an earlier source serves already).
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from app.core.language import LANGUAGES
from app.people.models import Organisation
from app.people.region import Municipality, Province
from content.access import EVERYONE, MEMBERS, shelves_of
from content.kinds import Kind
from content.models import Article, ArticleAllowed, Piece, Revision, Stage
from content.snapshot import Snapshot
from content.subjects import Pilot, Topic


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

    @cached_property
    def telling(self) -> Kind:
        """The kind's fields."""
        return self.content.telling(self.kind)


@dataclass(frozen=True)
class TopicWords:
    """A topic, or the group above one, with its names."""

    slug: str
    nl: str
    en: str


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
    """The ids of all documents that a piece may have: one for each of its language versions at most."""
    return [document_id(piece_id, part) for part in range(len(LANGUAGES))]


def sources(session: Session, piece_ids: Collection[int]) -> dict[int, list[Source]]:
    """What to index of each of these pieces; an empty list for a piece that nobody should find. Six queries."""
    found: dict[int, list[Source]] = {piece_id: [] for piece_id in piece_ids}
    around = _Around.of(session)
    for piece, rows in groupby(_published(session, piece_ids), key=lambda row: row[0]):
        by_shelves: dict[tuple[str, ...], list[Version]] = defaultdict(list)
        for _, shelves, version in rows:
            by_shelves[shelves].append(version)
        found[piece.id] = list(_parts(piece, by_shelves, around))
    return found


def _published(session: Session, piece_ids: Collection[int]) -> Iterator[tuple[Piece, tuple[str, ...], Version]]:
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
        yield piece, tuple(shelves_of(article, allowed[article.id])), _version(article, owner, content, plain)


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
        owner=owner,
    )


def _parts(
    piece: Piece, by_shelves: Mapping[tuple[str, ...], Sequence[Version]], around: "_Around"
) -> Iterator[Source]:
    served: set[str] = set()
    for part, (shelves, versions) in enumerate(sorted(by_shelves.items(), key=lambda pair: _openness(pair[0]))):
        told = versions[0].content
        yield Source(
            piece_id=piece.id,
            key=piece.key,
            kind=piece.kind,
            shelves=shelves,
            versions=tuple(versions),
            topics=tuple(around.topics_of(told)),
            province=around.province_of(told),
            mentioned=tuple(around.mentioned_by(told)),
            part=part,
            covered=tuple(sorted(served)),
        )
        served |= set(shelves)


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


@dataclass(frozen=True)
class _Around:
    """What pieces name by a slug: topics with the group above each, provinces of municipalities, names."""

    topics: Mapping[str, tuple[TopicWords, TopicWords | None]]
    provinces: Mapping[str, str]
    names: Mapping[str, str]
    """Of organisations and pilots."""

    @classmethod
    def of(cls, session: Session) -> "_Around":
        topics = session.exec(select(Topic)).all()
        words = {topic.id: TopicWords(topic.slug, topic.name_nl, topic.name_en) for topic in topics}
        provinces = select(Municipality.slug, Province.slug).join(
            Province, col(Municipality.province_id) == Province.id
        )
        pilots = session.exec(select(Pilot.slug, Pilot.name_nl)).all()
        organisations = session.exec(select(Organisation.slug, Organisation.name)).all()
        return cls(
            topics={topic.slug: (words[topic.id], words.get(topic.broader_id or 0)) for topic in topics},
            provinces=dict(session.exec(provinces).all()),
            names=dict([*pilots, *organisations]),
        )

    def topics_of(self, told: Snapshot) -> Iterable[TopicWords]:
        """The topics, then the groups above them, each once."""
        named = [self.topics[slug] for slug in told.topics if slug in self.topics]
        return dict.fromkeys([*(topic for topic, _ in named), *(group for _, group in named if group)])

    def province_of(self, told: Snapshot) -> str | None:
        return told.anonymous.province if told.anonymous else self.provinces.get(told.municipality or "")

    def mentioned_by(self, told: Snapshot) -> Iterator[str]:
        """The pilot, and the organisations that readers may know of."""
        slugs = (told.pilot or "", *(contribution.organisation for contribution in told.named))
        return (self.names[slug] for slug in slugs if slug in self.names)

"""Entries: one piece as those who follow it hear of it, in no format yet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlmodel import Session, col, select

from app.core.addresses import whole
from app.core.language import pick
from app.core.settings import settings
from app.feeds.linking import absolute
from app.feeds.naming import piece_tag
from app.people.actor import Actor
from app.people.models import Organisation, User
from content.attaching import OfferedFile, files_of
from content.kinds import KINDS
from content.licences import TERMS, Terms
from content.models import Article, ArticleAuthor, Piece, Revision
from content.overview import topics_by_article
from content.snapshot import Licence
from content.subjects import Topic
from content.unnamed import tells_author

Told = tuple[Article, Revision, Piece, Organisation | None]
"""An article with its live revision, its piece and its owner; None when readers are not told of that."""


@dataclass(frozen=True)
class Category:
    """What a piece is about or which kind it is. `term` is the word that machines compare."""

    term: str
    label: str
    scheme: str
    """Address of the list that the term is from."""


@dataclass(frozen=True)
class Enclosure:
    """A file of a piece."""

    address: str
    title: str
    media_type: str
    size: int
    """Bytes."""


@dataclass(frozen=True)
class Entry:
    """A piece in a stream. Addresses are whole ones, in the HTML too."""

    id: str
    address: str
    language: str
    title: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    """The moment of the live revision."""
    authors: tuple[str, ...]
    kind: Category
    topics: tuple[Category, ...]
    licence: Terms
    enclosures: tuple[Enclosure, ...]


def entries(session: Session, actor: Actor, told: Sequence[Told], *, language: str) -> list[Entry]:
    """These pieces as entries, with links into the pages of `language`. Three queries, however many."""
    ids = [article.id for article, _revision, _piece, _owner in told]
    topics = topics_by_article(session, ids)
    authors = _authors(session, ids)
    files = files_of(session, [(article, revision) for article, revision, _piece, _owner in told], actor)
    return [
        _entry(
            row,
            language,
            topics=topics[row[0].id],
            authors=authors[row[0].id],
            files=[offered for offered in files[row[0].id] if offered.use.listed],
        )
        for row in told
    ]


def _entry(
    told: Told, language: str, *, topics: Sequence[Topic], authors: Sequence[str], files: Iterable[OfferedFile]
) -> Entry:
    article, revision, piece, owner = told
    assert article.published_at is not None
    assert article.changed_at is not None
    page = f"/kennis/{article.slug}"
    return Entry(
        id=piece_tag(piece.key),
        address=whole(page, language),
        language=article.language,
        title=article.title,
        summary=article.summary,
        html=absolute(revision.html, whole(page, language)),
        published=article.published_at,
        updated=article.changed_at,
        # Atom wants a name. Of a piece that nobody is told to answer for, those who run the site do.
        authors=tuple(authors) or (owner.title if owner else settings().operator_name,),
        kind=Category(article.kind, KINDS[article.kind].name(), whole("/kennis", language)),
        topics=tuple(Category(topic.slug, topic.name, whole("/onderwerpen", language)) for topic in topics),
        licence=TERMS[Licence(article.licence)],
        enclosures=tuple(_enclosure(page, offered) for offered in files),
    )


def _enclosure(page: str, offered: OfferedFile) -> Enclosure:
    use, attachment = offered.use, offered.attachment
    return Enclosure(
        address=whole(f"{page}/bijlagen/{quote(use.name)}"),
        title=pick(use.title_nl, use.title_en) or use.name,
        media_type=attachment.media_type,
        size=attachment.size,
    )


def _authors(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.exec(
        select(ArticleAuthor.article_id, User.name)
        .join(User, col(ArticleAuthor.user_id) == User.id)
        .join(Article, col(Article.id) == ArticleAuthor.article_id)
        .where(col(ArticleAuthor.article_id).in_(ids), tells_author(User.id))
        .order_by(col(ArticleAuthor.position))
    )
    for article_id, name in rows.all():
        if name:
            found[article_id].append(name)
    return found

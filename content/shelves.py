"""The shelves: what a reader finds in lists, and in which order. Every query here asks `seen_by` first.

A piece stands on a shelf once, in the reader's language where it exists and may be seen, else in the other one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, union
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.core import remembering
from app.core.language import gettext as _
from app.core.paging import Page
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.people.region import Municipality
from content.access import seen_by
from content.kinds import KINDS, Kind
from content.models import Article, ArticleOrganisation, ArticleTopic, Piece
from content.subjects import Topic
from content.unnamed import tells_author, tells_owner

PAGE_SIZE = 20

# Aliases are made once: making one, and all its columns anew, costs more than the query it is for.
_Twin = aliased(Article)
_Lead, _Owner = aliased(Organisation), aliased(Organisation)


@dataclass(frozen=True)
class Listed:
    """An article as a list shows it, with what its row needs. What readers are not told of is None (`unnamed`)."""

    article: Article
    topic: Topic | None
    lead: Organisation | None
    owner: Organisation | None
    municipality: Municipality | None
    author: User | None

    @property
    def telling(self) -> Kind:
        """The kind's fields of the live revision."""
        return KINDS[self.article.kind].model_validate(self.article.told)

    @property
    def byline(self) -> str:
        """Who wrote it, and for whom, as far as readers are told."""
        who = (self.author.name if self.author else "", self.owner.title if self.owner else "")
        return ", ".join(filter(None, who)) or _("Company not named")


def preferring(language: str, actor: Actor) -> ColumnElement[bool]:
    """Each piece once: in this language, or in the other when the reader can see no version in this one."""
    better = select(_Twin.id).where(
        _Twin.piece_id == Article.piece_id, col(_Twin.language) == language, seen_by(actor, _Twin)
    )
    return or_(col(Article.language) == language, ~exists(better))


def shelf(
    session: Session,
    actor: Actor,
    *,
    language: str,
    where: Sequence[ColumnElement[bool]] = (),
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Listed]:
    """One page of what this reader sees, newest first; `where` narrows it."""
    conditions = (seen_by(actor), preferring(language, actor), *where)
    ((total,),) = remembering.rows(session, select(func.count(col(Article.id))).where(*conditions))
    order = (col(Article.published_at).desc(), col(Article.id).desc())
    ids = session.exec(
        select(Article.id).where(*conditions).order_by(*order).offset((page - 1) * size).limit(size)
    ).all()
    return Page(items=listed(session, ids), number=page, size=size, total=total)


def latest(
    session: Session,
    actor: Actor,
    *,
    language: str,
    most: int,
    kind: str | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[Listed]:
    """The newest pieces, of one kind or of all, without counting the rest; `where` narrows them."""
    conditions = [seen_by(actor), preferring(language, actor), *([of_kind(kind)] if kind else []), *where]
    order = (col(Article.published_at).desc(), col(Article.id).desc())
    return listed(session, session.exec(select(Article.id).where(*conditions).order_by(*order).limit(most)).all())


def pieces(session: Session, actor: Actor, keys: Sequence[str], *, language: str) -> list[Listed]:
    """These pieces in this order, those of them that the reader sees."""
    return list(by_key(session, actor, keys, language=language).values())


def by_key(session: Session, actor: Actor, keys: Sequence[str], *, language: str) -> dict[str, Listed]:
    """The same, each under the key of its piece."""
    rows = session.exec(
        select(Piece.key, Article.id)
        .join(Piece, col(Article.piece_id) == Piece.id)
        .where(col(Piece.key).in_(keys), seen_by(actor), preferring(language, actor))
    ).all()
    ids = dict(rows)
    found = {row.article.id: row for row in listed(session, list(ids.values()))}
    return {key: found[ids[key]] for key in keys if key in ids}


def listed(session: Session, ids: Sequence[int]) -> list[Listed]:
    """These articles with what their rows need, in the order given: one query, however many. Checks no rights."""
    if not ids:
        return []
    # SQLAlchemy's own select: the typed one of SQLModel ends at four things.
    rows = session.execute(
        sa_select(Article, Topic, _Lead, _Owner, Municipality, User)
        .select_from(Article)
        .outerjoin(_Owner, and_(col(Article.owner_id) == _Owner.id, tells_owner()))
        .outerjoin(Topic, col(Article.topic_id) == Topic.id)
        .outerjoin(_Lead, col(Article.lead_id) == _Lead.id)
        .outerjoin(Municipality, col(Article.municipality_id) == Municipality.id)
        .outerjoin(User, and_(col(Article.author_id) == User.id, tells_author(Article.author_id)))
        .where(col(Article.id).in_(ids))
    ).all()
    by_id = {
        article.id: Listed(article, topic, lead_, owner_, municipality, author)
        for article, topic, lead_, owner_, municipality, author in rows
    }
    return [by_id[id_] for id_ in ids if id_ in by_id]


def seen(session: Session, actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these articles the reader may see now: the last check before a hit from outside is shown."""
    return set(session.exec(select(Article.id).where(col(Article.id).in_(ids), seen_by(actor))).all()) if ids else set()


# --- narrowing: conditions for `shelf` --------------------------------------------------------------------------


def of_kind(kind: str) -> ColumnElement[bool]:
    """Pieces of one kind."""
    return col(Article.kind) == kind


def about(topic_ids: Collection[int]) -> ColumnElement[bool]:
    """Pieces about any of these topics."""
    return col(Article.id).in_(select(ArticleTopic.article_id).where(col(ArticleTopic.topic_id).in_(topic_ids)))


def from_pilot(pilot_id: int) -> ColumnElement[bool]:
    """Pieces that came from a pilot."""
    return col(Article.pilot_id) == pilot_id


def with_organisation(organisation_id: int) -> ColumnElement[bool]:
    """Pieces that an organisation owns or took part in, as far as readers are told so."""
    took_part = select(ArticleOrganisation.article_id).where(ArticleOrganisation.organisation_id == organisation_id)
    owned = select(Article.id).where(Article.owner_id == organisation_id, col(Article.anonymous).is_(False))
    return col(Article.id).in_(union(took_part, owned))


def of_pieces(keys: Collection[str]) -> ColumnElement[bool]:
    """These pieces."""
    return col(Article.piece_id).in_(select(Piece.id).where(col(Piece.key).in_(keys)))


# --- counting: what this reader sees, each piece once ----------------------------------------------------------


def counts_by_kind(session: Session, actor: Actor, *where: ColumnElement[bool]) -> dict[str, int]:
    """Kind -> number of pieces; `where` narrows them."""
    pieces = func.count(func.distinct(col(Article.piece_id)))
    counted = select(Article.kind, pieces).where(seen_by(actor), *where).group_by(col(Article.kind))
    return dict(remembering.rows(session, counted))


def counts_by_topic(session: Session, actor: Actor, *where: ColumnElement[bool]) -> dict[int, int]:
    """Topic id -> number of pieces about it; a group counts the pieces of its topics, each once."""
    pieces = func.count(func.distinct(col(Article.piece_id)))
    tagged = select(col(ArticleTopic.topic_id), pieces).join(Article, col(Article.id) == ArticleTopic.article_id)
    counted = tagged.where(seen_by(actor), *where).group_by(col(ArticleTopic.topic_id))
    own = dict(remembering.rows(session, counted))
    grouped = (
        select(col(Topic.broader_id), pieces)
        .join(ArticleTopic, col(ArticleTopic.topic_id) == Topic.id)
        .join(Article, col(Article.id) == ArticleTopic.article_id)
        .where(seen_by(actor), col(Topic.broader_id).is_not(None), *where)
        .group_by(col(Topic.broader_id))
    )
    return own | {group: n for group, n in remembering.rows(session, grouped) if group is not None}


def counts_by_organisation(session: Session, actor: Actor) -> dict[int, int]:
    """Organisation id -> number of pieces that name it."""
    pieces = func.count(func.distinct(col(Article.piece_id)))
    counted = (
        select(col(ArticleOrganisation.organisation_id), pieces)
        .join(Article, col(Article.id) == ArticleOrganisation.article_id)
        .where(seen_by(actor))
        .group_by(col(ArticleOrganisation.organisation_id))
    )
    return dict(remembering.rows(session, counted))

"""Reading one piece: find it at its address, and everything its page shows beside the text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from app.core.errors import NotFound, Problem
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.people.region import Municipality, Sector
from content import unnamed
from content.access import readable_by, seen_by
from content.attaching import OfferedFile, offered_files
from content.models import Article, OldSlug, Piece, Revision, Stage
from content.moving import Moved
from content.snapshot import Part, Snapshot
from content.subjects import Pilot, Topic

RowT = TypeVar("RowT", bound=SQLModel)


class Withdrawn(Problem):
    """The article was taken back; readers who could see it are told why and where to read on."""

    status = 410

    def __init__(self, article: Article) -> None:
        super().__init__(_("This piece has been withdrawn."))
        self.article = article


@dataclass(frozen=True)
class Opened:
    """A published article and everything its page shows, as this reader may see it.

    Who is not told of (`unnamed`) is not in here.
    """

    article: Article
    revision: Revision
    piece: Piece
    owner: Organisation | None
    organisations: Sequence[tuple[Organisation, Part]]
    authors: Sequence[User]
    publishers: Sequence[Organisation]
    """Who publishes it together with its owner."""
    topics: Sequence[Topic]
    sectors: Sequence[Sector]
    pilot: Pilot | None
    municipality: Municipality | None
    files: Sequence[OfferedFile]
    translation: Article | None
    """The other language version, when this reader may see one."""
    versions: Sequence[Revision]
    """Every published version that still opens, newest first."""

    @property
    def is_live(self) -> bool:
        """Whether this is the version that readers find, and not an older one."""
        return self.revision.published_number == self.article.live_number


def at_address(session: Session, slug: str, actor: Actor) -> Article:
    """The published article at this address.

    Raises Moved for an old address and Withdrawn for a withdrawn piece, both only for readers whom its visibility
    lets in; NotFound for everything else, so that a hidden piece and none at all are told alike.
    """
    article = session.exec(select(Article).where(Article.slug == slug, readable_by(actor))).first()
    if article is None:
        old = select(Article).join(OldSlug, col(OldSlug.article_id) == Article.id).where(OldSlug.slug == slug)
        moved = session.exec(old.where(readable_by(actor))).first()
        if moved is not None and moved.stage in (Stage.PUBLISHED, Stage.WITHDRAWN):
            raise Moved(moved.slug)
    elif article.stage == Stage.WITHDRAWN or (article.stage == Stage.PUBLISHED and article.is_over):
        raise Withdrawn(article)
    elif article.stage == Stage.PUBLISHED:
        return article
    raise NotFound(_("There is nothing at this address."))


def open_article(session: Session, article: Article, actor: Actor, *, number: int | None = None) -> Opened:
    """Everything about a visible article, in its live revision or in version `number`. A fixed number of queries.

    Raises NotFound when there is no such version.
    """
    published = session.exec(
        select(Revision)
        .where(Revision.article_id == article.id, col(Revision.published_number).is_not(None))
        .order_by(col(Revision.published_number).desc())
    ).all()
    versions = unnamed.shown(article, published)
    wanted = number if number is not None else article.live_number
    revision = next((r for r in versions if r.published_number == wanted), None)
    if revision is None:
        raise NotFound(_("This piece has no such version."))
    return opened(session, article, revision, versions, actor)


def opened(
    session: Session, article: Article, revision: Revision, versions: Sequence[Revision], actor: Actor
) -> Opened:
    """Everything that a page shows beside this revision, which may be one that nobody has kept."""
    content = revision.content
    translation = session.exec(
        select(Article).where(Article.piece_id == article.piece_id, Article.id != article.id, seen_by(actor))
    ).first()
    owner = session.get_one(Organisation, article.owner_id)
    return Opened(
        article=article,
        revision=revision,
        piece=session.get_one(Piece, article.piece_id),
        owner=owner if content.tells_of(owner.slug) else None,
        organisations=_organisations(session, revision),
        authors=unnamed.authors_told(session, content, _named(session, User, "handle", content.authors)),
        publishers=_named(session, Organisation, "slug", content.named_publishers),
        topics=_named(session, Topic, "slug", content.topics),
        sectors=_named(session, Sector, "code", content.sectors),
        pilot=_first(session, Pilot, content.pilot),
        municipality=None if content.anonymous else _first(session, Municipality, content.municipality),
        files=offered_files(session, article, revision, actor),
        translation=translation,
        versions=versions,
    )


def articles_numbered(session: Session, ids: Collection[int]) -> dict[int, Article]:
    """These articles by id, whoever may see them: one query, however many."""
    return {row.id: row for row in session.exec(select(Article).where(col(Article.id).in_(ids)))}


def live_texts(session: Session, articles: Collection[Article]) -> dict[int, Snapshot]:
    """What readers see of each of these, by the article's id; one query, however many."""
    live = {article.live_revision_id: article.id for article in articles if article.live_revision_id is not None}
    rows = session.exec(select(Revision.id, col(Revision.content)).where(col(Revision.id).in_(live))).all()
    return {live[revision]: content for revision, content in rows}


def versions_of(
    session: Session, piece_ids: Collection[int], language: str, actor: Actor | None = None
) -> dict[int, Article]:
    """Each piece in this language, or else in the one it has, as far as `actor` may see it; None sees everything."""
    wanted = select(Article).where(col(Article.piece_id).in_(piece_ids)).order_by(col(Article.id))
    rows = session.exec(wanted.where(seen_by(actor)) if actor else wanted).all()
    # The wanted language last, so that it stays.
    return {row.piece_id: row for row in sorted(rows, key=lambda row: row.language == language)}


def keys_of(session: Session, piece_ids: Collection[int]) -> dict[int, str]:
    """Piece's id -> the key that its language versions share."""
    return dict(session.exec(select(Piece.id, Piece.key).where(col(Piece.id).in_(piece_ids))).all())


def has_examples(session: Session) -> bool:
    """Whether invented content is loaded, which every page then says."""
    return session.exec(select(Article.id).where(col(Article.example).is_(True)).limit(1)).first() is not None


def first_for(session: Session, actor: Actor) -> Article | None:
    """The piece that came first of those that `actor` may see."""
    return session.exec(select(Article).where(seen_by(actor)).order_by(col(Article.id)).limit(1)).first()


def _organisations(session: Session, revision: Revision) -> list[tuple[Organisation, Part]]:
    told = revision.content.named
    rows = _named(session, Organisation, "slug", tuple(c.organisation for c in told))
    by_slug = {row.slug: row for row in rows}
    return [(by_slug[c.organisation], c.part) for c in told if c.organisation in by_slug]


def _named(session: Session, table: type[RowT], name: str, wanted: tuple[str, ...]) -> list[RowT]:
    """The rows with these names, in the order told."""
    if not wanted:
        return []
    rows = session.exec(select(table).where(col(getattr(table, name)).in_(wanted))).all()
    by_name = {getattr(row, name): row for row in rows}
    return [by_name[one] for one in dict.fromkeys(wanted) if one in by_name]


def _first(session: Session, table: type[RowT], slug: str | None) -> RowT | None:
    return next(iter(_named(session, table, "slug", (slug,) if slug else ())), None)

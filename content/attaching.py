"""Files that belong to a piece: put them there, and find the ones that a reader may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.core.files import storage
from app.core.language import gettext as _
from app.people.actor import Actor
from content.access import edited_by, may_open, require_editor, seen_by
from content.file_texts import TextState, read_of, states
from content.models import Article, ArticleAllowed, Attachment, Revision
from content.preparing import PreparedFile, prepare_file
from content.review_access import followed_by
from content.reviews import Review
from content.snapshot import FileUse
from content.tightening import published_since, tightened, uses_of
from content.unnamed import is_shown


@dataclass(frozen=True)
class OfferedFile:
    """A file that this reader may open, as the text uses it."""

    use: FileUse
    attachment: Attachment
    text: TextState | None = None
    """What a search finds of it; None when it was not read yet, or is of a kind that holds no text."""


def offered_files(session: Session, article: Article, revision: Revision, actor: Actor) -> list[OfferedFile]:
    """The files of a revision that this reader may open, in the author's order."""
    return files_of(session, [(article, revision)], actor)[article.id]


def files_of(session: Session, told: Sequence[tuple[Article, Revision]], actor: Actor) -> dict[int, list[OfferedFile]]:
    """The same for many articles at once, by the article's id. Three queries, however many; one more for each version
    of before: its files are for no more people than was said since.
    """
    ids = [article.id for article, _revision in told]
    uses = {a.id: tightened(revision.content.files, published_since(session, a, revision)) for a, revision in told}
    allowed, kept = _allowed_by_article(session, ids), _kept_by_article(session, ids)
    read = read_of(session, {hash_ for _, _, hash_ in kept})
    found = {}
    for article, _revision in told:
        opened = [
            use
            for use in uses[article.id]
            if (article.id, use.name, use.hash) in kept
            and may_open(actor, article, allowed[article.id], use.visibility)
        ]
        texts = states(read, (use.hash for use in opened))
        found[article.id] = [
            OfferedFile(use, kept[article.id, use.name, use.hash], texts.get(use.hash)) for use in opened
        ]
    return found


def _allowed_by_article(session: Session, ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {id_: [] for id_ in ids}
    for row in session.exec(select(ArticleAllowed).where(col(ArticleAllowed.article_id).in_(ids))).all():
        found[row.article_id].append(row.organisation_id)
    return found


def _kept_by_article(session: Session, ids: Sequence[int]) -> dict[tuple[int, str, str], Attachment]:
    rows = session.exec(select(Attachment).where(col(Attachment.article_id).in_(ids))).all()
    return {(row.article_id, row.name, row.hash): row for row in rows}


def allowed_to(session: Session, article: Article) -> list[int]:
    """Ids of the organisations that the article names for its visibility."""
    return list(
        session.exec(select(ArticleAllowed.organisation_id).where(ArticleAllowed.article_id == article.id)).all()
    )


def picture(session: Session, hash: str, actor: Actor) -> Attachment:
    """A picture by its hash, when the reader sees an article that shows it in a published version, or may change one,
    or reads a text on its way that shows it.

    Raises NotFound for everybody else.
    """
    shown = (
        select(Attachment, Article, col(Revision.content))
        .join(Article, col(Attachment.article_id) == Article.id)
        .where(Attachment.hash == hash, col(Attachment.width).is_not(None))
    )
    published = shown.join(Revision, col(Revision.article_id) == Article.id).where(
        col(Revision.published_number).is_not(None), seen_by(actor)
    )
    on_its_way = (
        shown.join(Review, col(Review.article_id) == Article.id)
        .join(Revision, col(Revision.id) == Review.revision_id)
        .where(followed_by(actor))
    )
    versions = session.exec(published.order_by(col(Attachment.id), col(Revision.published_number))).all()
    open_still = [row for row in versions if is_shown(row[1], row[2])]
    groups = [list(rows) for _id, rows in groupby(open_still, key=lambda row: row[0].id)]
    groups += [[row] for row in session.exec(on_its_way).all()]
    for rows in groups:
        attachment, article, _content = rows[0]
        allowed = allowed_to(session, article)
        uses = uses_of(hash, [content.files for _attachment, _article, content in rows])
        if any(may_open(actor, article, allowed, use.visibility) for use in uses):
            return attachment
    changing = session.exec(
        select(Attachment)
        .join(Article, col(Attachment.article_id) == Article.id)
        .where(Attachment.hash == hash, col(Attachment.width).is_not(None), edited_by(actor))
    ).first()
    if changing is not None:
        return changing
    raise NotFound(_("There is nothing at this address."))


def attached(session: Session, article: Article, name: str, actor: Actor, *, number: int | None = None) -> OfferedFile:
    """The file of this name in the live revision, or in version `number`. NotFound when the reader may not open it."""
    wanted = number if number is not None else article.live_number
    revision = session.exec(
        select(Revision).where(Revision.article_id == article.id, Revision.published_number == wanted)
    ).first()
    if revision is None or not is_shown(article, revision.content):
        raise NotFound(_("There is nothing at this address."))
    return offered_file(session, article, revision, name, actor)


def offered_file(session: Session, article: Article, revision: Revision, name: str, actor: Actor) -> OfferedFile:
    """The file of this name in a revision. NotFound when there is none that the reader may open."""
    for offered in offered_files(session, article, revision, actor):
        if offered.use.name == name:
            return offered
    raise NotFound(_("There is nothing at this address."))


def keep_file(session: Session, article: Article, name: str, data: bytes, *, by: Actor) -> Attachment:
    """Keep a file of our own with an article. What strangers send is prepared apart, before the database is asked."""
    require_editor(by, article)
    return keep_prepared(session, article, prepare_file(name, data), by=by)


def keep_prepared(
    session: Session, article: Article, file: PreparedFile, *, by: Actor, is_trial: bool = False
) -> Attachment:
    """Keep a file with an article, and its renditions when it is a photo. The same file twice is kept once.

    Whether and how it is used, the text tells in its `files`. A trial writes the row alone; who tries takes it back.
    """
    require_editor(by, article)
    present = session.exec(
        select(Attachment).where(
            Attachment.article_id == article.id, Attachment.name == file.name, Attachment.hash == file.hash
        )
    ).first()
    if present is not None:
        return present
    if not is_trial:
        # The file first: a row without its file would be a broken link, a file without a row is only forgotten space.
        storage().keep(file.data)
        for rendition in file.renditions:
            storage().keep_rendition(file.hash, rendition.width, rendition.data)
    attachment = Attachment(
        article_id=article.id,
        name=file.name,
        hash=file.hash,
        size=len(file.data),
        media_type=file.kind.media_type,
        width=file.width,
        height=file.height,
    )
    session.add(attachment)
    session.flush()
    return attachment


def take_along(session: Session, source: Article, target: Article, uses: Sequence[FileUse]) -> None:
    """Let another article use these files too. Rows only: the store knows a file by its content and keeps it once."""
    hashes = {use.hash for use in uses}
    present = {
        (row.name, row.hash) for row in session.exec(select(Attachment).where(Attachment.article_id == target.id)).all()
    }
    for row in session.exec(
        select(Attachment).where(Attachment.article_id == source.id, col(Attachment.hash).in_(hashes))
    ).all():
        if (row.name, row.hash) not in present:
            told = row.model_dump(include={"name", "hash", "size", "media_type", "width", "height"})
            session.add(Attachment(article_id=target.id, **told))
    session.flush()

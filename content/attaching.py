"""Files that belong to a piece: put them there, and find the ones that a reader may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.people.actor import Actor
from content.access import may_open, seen_by
from content.models import Article, ArticleAllowed, Attachment, Revision
from content.snapshot import FileUse


@dataclass(frozen=True)
class OfferedFile:
    """A file that this reader may open, as the text uses it."""

    use: FileUse
    attachment: Attachment


def offered_files(session: Session, article: Article, revision: Revision, actor: Actor) -> list[OfferedFile]:
    """The files of a revision that this reader may open, in the author's order."""
    return files_of(session, [(article, revision)], actor)[article.id]


def files_of(session: Session, told: Sequence[tuple[Article, Revision]], actor: Actor) -> dict[int, list[OfferedFile]]:
    """The same for many articles at once, by the article's id. Two queries, however many."""
    ids = [article.id for article, _revision in told]
    allowed, kept = _allowed_by_article(session, ids), _kept_by_article(session, ids)
    return {
        article.id: [
            OfferedFile(use, kept[article.id, use.name, use.hash])
            for use in revision.content.files
            if (article.id, use.name, use.hash) in kept
            and may_open(actor, article, allowed[article.id], use.visibility)
        ]
        for article, revision in told
    }


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
    """A picture by its hash, when the reader sees an article that shows it in a published version. Else NotFound."""
    used = session.exec(
        select(Attachment, Article, Revision)
        .join(Article, col(Attachment.article_id) == Article.id)
        .join(Revision, col(Revision.article_id) == Article.id)
        .where(
            Attachment.hash == hash,
            col(Attachment.width).is_not(None),
            col(Revision.published_number).is_not(None),
            seen_by(actor),
        )
    ).all()
    for attachment, article, revision in used:
        allowed = allowed_to(session, article)
        for use in revision.content.files:
            if use.hash == hash and may_open(actor, article, allowed, use.visibility):
                return attachment
    raise NotFound(_("There is nothing at this address."))


def attached(session: Session, article: Article, name: str, actor: Actor, *, number: int | None = None) -> OfferedFile:
    """The file of this name in the live revision, or in version `number`. NotFound when the reader may not open it."""
    wanted = number if number is not None else article.live_number
    revision = session.exec(
        select(Revision).where(Revision.article_id == article.id, Revision.published_number == wanted)
    ).first()
    files = offered_files(session, article, revision, actor) if revision else []
    for offered in files:
        if offered.use.name == name:
            return offered
    raise NotFound(_("There is nothing at this address."))

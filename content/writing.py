"""Writing: start a piece, save its draft, put a revision aside."""

from app.core.markdown import Image, render
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.core.language import gettext as _
from app.people.actor import Actor
from content.access import require_editor
from content.kinds import BY_ADDRESS
from content.models import Article, Attachment, Draft, OldSlug, Piece, Revision
from content.snapshot import Snapshot, Visibility


def start(
    session: Session,
    *,
    piece: Piece,
    language: str,
    slug: str,
    owner_id: int,
    visibility: Visibility,
    content: Snapshot,
    by: Actor,
    example: bool = False,
) -> Article:
    """A new language version of a piece, with a draft. Raises Conflict when the address is taken."""
    require_free_slug(session, slug)
    article = Article(
        piece_id=piece.id,
        language=language,
        slug=slug,
        kind=piece.kind,
        owner_id=owner_id,
        visibility=visibility,
        title=content.title,
        example=example,
    )
    require_editor(by, article)
    session.add(article)
    session.flush()
    session.add(Draft(article_id=article.id, content=content, saved_at=now(), saved_by_id=by.user_id))
    session.flush()
    return article


def save_draft(session: Session, article: Article, content: Snapshot, *, by: Actor) -> Draft:
    """Replace the draft's text. Raises Conflict when it was saved by somebody else since it was read."""
    require_editor(by, article)
    draft = session.exec(select(Draft).where(Draft.article_id == article.id)).one()
    draft.content, draft.saved_at, draft.saved_by_id = content, now(), by.user_id
    session.add(draft)
    session.flush()
    return draft


def revise(session: Session, article: Article, *, by: Actor, note: str = "", from_seed: bool = False) -> Revision:
    """Put the draft aside as a revision that never changes, with its HTML. The same text twice is one revision.

    Raises Invalid when a field that the kind needs is missing or does not fit.
    """
    require_editor(by, article)
    content = session.exec(select(Draft).where(Draft.article_id == article.id)).one().content
    newest = session.exec(
        select(Revision).where(Revision.article_id == article.id, Revision.number == article.newest_revision)
    ).first()
    if newest is not None and newest.content == content:
        return newest
    rendered = render(content.body, images=_images(session, article, content), language=article.language)
    article.newest_revision += 1
    revision = Revision(
        article_id=article.id,
        number=article.newest_revision,
        content=content,
        html=rendered.html,
        headings=[{"level": h.level, "id": h.id, "text": h.text} for h in rendered.headings],
        plain=rendered.plain,
        note=note,
        saved_by_id=by.user_id,
        from_seed=from_seed,
    )
    session.add(article)
    session.add(revision)
    session.flush()
    return revision


def require_free_slug(session: Session, slug: str) -> None:
    """Raises Invalid for a reserved word, Conflict for an address that any article has or ever had."""
    if slug in BY_ADDRESS:
        raise Invalid(_("This word stands for a whole shelf. Choose another address."), field="slug")
    taken = session.exec(select(Article.id).where(Article.slug == slug)).first()
    was = session.exec(select(OldSlug.id).where(OldSlug.slug == slug)).first()
    if taken is not None or was is not None:
        raise Conflict(_("This address is taken. Choose another one."), field="slug")


def _images(session: Session, article: Article, content: Snapshot) -> dict[str, Image]:
    """The pictures that the text may show, by name, as the draft uses them."""
    used = {use.hash: use.name for use in content.files}
    rows = session.exec(
        select(Attachment).where(Attachment.article_id == article.id, col(Attachment.hash).in_(used))
    ).all()
    return {
        used[row.hash]: Image(
            address=f"/beeld/{row.hash}", media_type=row.media_type, width=row.width, height=row.height
        )
        for row in rows
        if row.width and row.height
    }

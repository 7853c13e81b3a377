"""Writing: start a piece, save its draft, put a revision aside."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, Stale
from app.core.language import gettext as _
from app.core.language import speaking
from app.core.markdown import Image, Rendered, render
from app.people.actor import Actor
from content.access import require_editor
from content.attaching import take_along
from content.holding import hold
from content.kinds import BY_ADDRESS
from content.models import Article, ArticleAllowed, Attachment, Draft, OldSlug, Piece, Revision
from content.snapshot import FileUse, Snapshot, Visibility
from content.wording import in_step, loses_words

ADDRESS: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
    """A new language version of a piece, with a draft. Of a piece that is there in another language already, what holds
    for all of it holds for this one, whatever `visibility` says (settled: 1).

    Raises Conflict when the address is taken, when the piece has a version in this language or belongs to another
    organisation; Invalid for what cannot be an address.
    """
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
    # Before anything of it is read: who may see the piece may have been changed while we waited for our turn.
    versions = hold(session, article)
    _require_same_owner(versions, owner_id)
    session.add(article)
    try:
        session.flush()
    except IntegrityError as taken:
        sentence = _("This piece already has a version in this language, or its address was just taken.")
        raise Conflict(sentence) from taken
    if versions:
        _follow(session, article, versions[0])
    session.add(Draft(article_id=article.id, content=content, saved_at=now(), saved_by_id=by.user_id))
    session.flush()
    return article


def _follow(session: Session, article: Article, first: Article) -> None:
    """Who may see it, from when, until when, and who reviews it: as in the language that was there first."""
    article.visibility, article.reviewer_id = first.visibility, first.reviewer_id
    article.embargo_until, article.last_day = first.embargo_until, first.last_day
    allowed = select(ArticleAllowed.organisation_id).where(ArticleAllowed.article_id == first.id)
    session.add_all(ArticleAllowed(article_id=article.id, organisation_id=each) for each in session.exec(allowed).all())
    session.add(article)


def save_draft(session: Session, article: Article, content: Snapshot, *, by: Actor, save_key: str = "") -> Draft:
    """Replace the draft's text, whoever saved it last: for what has it locked and has looked at what stands there.

    What people write is saved with `drafting.save`, which asks for the version that they saw.
    """
    require_editor(by, article)
    draft = draft_of(session, article, is_locked=True)
    if content.translated is not None:
        content = _as_the_original_tells(session, article, content, by)
    draft.content, draft.saved_at, draft.saved_by_id = content, now(), by.user_id
    draft.text_version, draft.save_key = draft.version + 1, save_key
    session.add(draft)
    session.flush()
    return draft


def require_seen(draft: Draft, version: int) -> None:
    """Raises Stale when the text was saved since somebody read this version of it."""
    # A file that was added since changed no word of the text.
    if not draft.text_version <= version <= draft.version:
        raise Stale(_("Somebody else changed this meanwhile. Look at it again and try once more."))


def revise(session: Session, article: Article, *, by: Actor, note: str = "", from_seed: bool = False) -> Revision:
    """Put the draft aside as a revision that never changes, with its HTML. The same text twice is one revision.

    Raises Invalid when a field that the kind needs is missing or does not fit.
    """
    content = draft_of(session, article).content
    newest = newest_revision(session, article)
    if newest is None or not newest.content.is_same_as(content):
        content.require_complete(article.kind)
    return put_aside(session, article, by=by, note=note, from_seed=from_seed)


def put_aside(session: Session, article: Article, *, by: Actor, note: str = "", from_seed: bool = False) -> Revision:
    """The same for a draft that may have gaps: such a revision can be gone back to, and never be published.

    It is by whoever saved it, also when somebody else puts it aside.
    """
    require_editor(by, article)
    draft = draft_of(session, article)
    newest = newest_revision(session, article)
    if newest is not None and newest.content.is_same_as(draft.content):
        return newest
    saved_by_id = draft.saved_by_id or by.user_id
    return keep_aside(session, article, draft.content, note=note, from_seed=from_seed, saved_by_id=saved_by_id)


def keep_aside(
    session: Session,
    article: Article,
    content: Snapshot,
    *,
    saved_by_id: int | None,
    note: str = "",
    from_seed: bool = False,
) -> Revision:
    """This content as the newest revision, whatever stands in the draft."""
    rendered = rendered_of(session, article, content)
    article.newest_revision += 1
    revision = Revision(
        article_id=article.id,
        number=article.newest_revision,
        content=content,
        html=rendered.html,
        headings=headings_of(rendered),
        plain=rendered.plain,
        note=note,
        saved_by_id=saved_by_id,
        from_seed=from_seed,
    )
    session.add(article)
    session.add(revision)
    session.flush()
    return revision


def rendered_of(session: Session, article: Article, content: Snapshot, *, preview: str = "") -> Rendered:
    """The text of this content as readers of the article would get it.

    `preview`: the address below which its pictures lie for whoever holds a link to the draft. It leads to no
    files then, and shows none that is for fewer people.
    """
    shown = content.files if not preview else tuple(use for use in content.files if use.visibility is None)
    listed = [] if preview else [use.name for use in content.files if use.listed]
    return render(
        content.body,
        images=_images(session, article, shown, preview or "/beeld"),
        attachments={name: f"/kennis/{article.slug}/bijlagen/{name}" for name in listed},
        language=article.language,
    )


def headings_of(rendered: Rendered) -> list[dict[str, Any]]:
    """The headings of a text, as a revision keeps them."""
    return [{"level": h.level, "id": h.id, "text": h.text} for h in rendered.headings]


def draft_of(session: Session, article: Article, *, is_locked: bool = False) -> Draft:
    """The one draft of an article. `is_locked`: nobody else saves it before this transaction ends."""
    found = select(Draft).where(Draft.article_id == article.id)
    if is_locked:
        # What this session read earlier may be older than what somebody saved while we waited for the lock.
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.exec(found).one()


def original_of(session: Session, article: Article) -> Article | None:
    """The language version that the piece began with; None for that one itself."""
    return session.exec(
        select(Article)
        .where(Article.piece_id == article.piece_id, col(Article.id) < article.id)
        .order_by(col(Article.id))
        .limit(1)
    ).first()


def told_now(session: Session, article: Article) -> Snapshot:
    """What an article tells: to readers since it was published, else in its draft."""
    live = session.get(Revision, article.live_revision_id) if article.live_revision_id else None
    return live.content if live is not None else draft_of(session, article).content


def _as_the_original_tells(session: Session, article: Article, content: Snapshot, by: Actor) -> Snapshot:
    """A translation with the facts of its original (settled: 1), and with the pictures that it shows from there."""
    original = original_of(session, article)
    if original is None:
        return content
    told = told_now(session, original)
    shown = [use for use in told.files if content.file(use.name) is None and f"(files/{use.name}" in content.body]
    if shown:
        take_along(session, original, article, shown)
        content = content.model_copy(update={"files": (*content.files, *shown)})
    followed = in_step(article.kind, article.language, content, told)
    keep_lost_words(session, article, content, followed, saved_by_id=by.user_id)
    return followed


def keep_lost_words(
    session: Session, article: Article, before: Snapshot, after: Snapshot, *, saved_by_id: int | None
) -> None:
    """Put a translation aside before words of it go, because the original dropped their figure: to go back to."""
    if not loses_words(article.kind, before, after):
        return
    newest = newest_revision(session, article)
    if newest is None or not newest.content.is_same_as(before):
        with speaking(article.language):
            note = _("As it was before figures of the original went or changed.")
        keep_aside(session, article, before, saved_by_id=saved_by_id, note=note)


def newest_revision(session: Session, article: Article) -> Revision | None:
    """What was put aside last; None when nothing ever was."""
    return session.exec(
        select(Revision).where(Revision.article_id == article.id, Revision.number == article.newest_revision)
    ).first()


def _require_same_owner(versions: Sequence[Article], owner_id: int) -> None:
    """All language versions of a piece have one owner (settled: 1)."""
    if any(version.owner_id != owner_id for version in versions):
        raise Conflict(_("This piece belongs to another organisation."))


def require_free_slug(session: Session, slug: str, *, moving: Article | None = None) -> None:
    """Raises Invalid for a reserved word or what cannot be an address, Conflict for one that is or ever was taken.

    An address that the article `moving` had itself before is free for it.
    """
    if slug in BY_ADDRESS:
        raise Invalid(_("This word stands for a whole shelf. Choose another address."), field="slug")
    if not ADDRESS.fullmatch(slug) or len(slug) > 120:
        raise Invalid(_("An address has small letters, figures and hyphens only."), field="slug")
    taken = session.exec(select(Article.id).where(Article.slug == slug)).first()
    was_of = session.exec(select(OldSlug.article_id).where(OldSlug.slug == slug)).first()
    if taken is not None or (was_of is not None and (moving is None or was_of != moving.id)):
        raise Conflict(_("This address is taken. Choose another one."), field="slug")


def _images(session: Session, article: Article, files: Sequence[FileUse], below: str) -> dict[str, Image]:
    """The pictures that the text may show, by name, at addresses below this one."""
    hashes = {use.hash for use in files}
    rows = session.exec(
        select(Attachment).where(Attachment.article_id == article.id, col(Attachment.hash).in_(hashes))
    ).all()
    pictures = {
        row.hash: Image(address=f"{below}/{row.hash}", media_type=row.media_type, width=row.width, height=row.height)
        for row in rows
        if row.width and row.height
    }
    return {use.name: replace(pictures[use.hash], shows=use.shows) for use in files if use.hash in pictures}

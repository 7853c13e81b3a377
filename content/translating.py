"""Translating: begin the other language version of a piece, and keep its facts those of the original.

What people wrote in a translation is never overwritten: only facts follow the original (`wording.in_step`), and a
passage that the original changed since is shown to its translator (`side_by_side`).
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.core.language import LANGUAGES, speaking
from app.core.language import gettext as _
from app.people.actor import Actor
from content.access import require_editor
from content.attaching import take_along
from content.drafting import free_slug
from content.holding import hold
from content.models import Article, Piece, Revision, Stage
from content.side_by_side import Row, beside
from content.snapshot import Snapshot
from content.wording import begun, field_rows, in_step, tells_the_same_figures, text_pairs
from content.writing import draft_of, keep_aside, keep_lost_words, original_of, start, told_now


def begin_translation(session: Session, article: Article, *, by: Actor) -> Article:
    """The piece in its other language, with no words yet; the one that is there already when there is one."""
    require_editor(by, article)
    # Who may see it, and who it belongs to, may have been changed while we waited for our turn.
    hold(session, article)
    language = next(each for each in LANGUAGES if each != article.language)
    present = version_in(session, article, language)
    if present is not None:
        return present
    told = told_now(session, article)
    content = Snapshot(title="", files=told.files, review_due=told.review_due)
    # The names of this moment: who took theirs off may stand in what readers see still.
    content = content.credited_as(draft_of(session, article).content)
    version = start(
        session,
        piece=session.get_one(Piece, article.piece_id),
        language=language,
        slug=free_slug(session, ""),
        owner_id=article.owner_id,
        visibility=article.visibility,
        content=begun(article.kind, language, content, told),
        by=by,
        example=article.example,
    )
    take_along(session, article, version, told.files)
    session.flush()
    return version


def version_in(session: Session, article: Article, language: str) -> Article | None:
    """The piece in this language, if it is there."""
    wanted = select(Article).where(Article.piece_id == article.piece_id, Article.language == language)
    return session.exec(wanted).first()


def other_version(session: Session, article: Article) -> Article | None:
    """The piece in another language, if it is there."""
    return session.exec(select(Article).where(Article.piece_id == article.piece_id, Article.id != article.id)).first()


def both_versions(session: Session, article: Article) -> tuple[Article, Article]:
    """The original and its translation, whichever of them this is.

    Raises NotFound when it is in one language only, or when neither was begun as a translation.
    """
    other = other_version(session, article)
    if other is None:
        raise NotFound(_("This piece is not there in another language yet."))
    original, version = sorted((article, other), key=lambda each: each.id)
    if draft_of(session, version).content.translated is None:
        raise NotFound(_("The language versions of this piece were written apart: neither is a translation."))
    return original, version


def rows_of(
    session: Session, article: Article, original: Article, content: Snapshot
) -> tuple[dict[str, Row], list[Row]]:
    """The fields of this translation, and the passages of its text, each beside the original's."""
    told = told_now(session, original)
    return field_rows(article.kind, told, content), beside(told.body, content.body, text_pairs(content))


def to_translate(session: Session, article: Article, content: Snapshot) -> int:
    """How many passages and fields of a translation do not tell what the original does. 0 for an original."""
    if content.translated is None:
        return 0
    original = original_of(session, article)
    if original is None:
        return 0
    fields, passages = rows_of(session, article, original, content)
    return sum(row.is_to_do for row in (*fields.values(), *passages))


# --- facts ------------------------------------------------------------------------------------------------------


def in_step_with_original(session: Session, article: Article, revision: Revision) -> Revision:
    """The revision of a translation with the facts that readers of the original see; others as they are."""
    if revision.content.translated is None:
        return revision
    original = original_of(session, article)
    live = session.get(Revision, original.live_revision_id) if original and original.live_revision_id else None
    return revision if live is None else _followed(session, article, revision, live.content) or revision


def translations_behind(session: Session, article: Article, told: Snapshot) -> Sequence[tuple[Article, Revision]]:
    """Published translations whose facts are not those of this text of their original, each as it should be.

    Their drafts take the facts over at once. One with a figure whose words nobody translated yet waits for them.
    """
    found = []
    others = select(Article).where(Article.piece_id == article.piece_id, col(Article.id) > article.id)
    for version in session.exec(others.order_by(col(Article.id))).all():
        draft = draft_of(session, version, is_locked=True)
        if draft.content.translated is None:
            continue
        content = in_step(version.kind, version.language, draft.content, told)
        if not content.is_same_as(draft.content):
            keep_lost_words(session, version, draft.content, content, saved_by_id=draft.saved_by_id)
            draft.content = content
            session.add(draft)
        live = session.get(Revision, version.live_revision_id) if version.live_revision_id else None
        if version.stage == Stage.PUBLISHED and live is not None and live.content.translated is not None:
            followed = _followed(session, version, live, told)
            found += [(version, followed)] if followed is not None else []
    return found


def naming_still(session: Session, article: Article, told: Snapshot) -> Sequence[tuple[Article, Revision]]:
    """Published versions in other languages that name the company of a text that does not, each as it should be.

    Nothing waits for a translator here: only the name goes, with the place and the exact size.
    """
    found: list[tuple[Article, Revision]] = []
    if told.anonymous is None:
        return found
    others = select(Article).where(Article.piece_id == article.piece_id, Article.id != article.id)
    for version in session.exec(others.order_by(col(Article.id))).all():
        draft = draft_of(session, version, is_locked=True)
        if draft.content.anonymous is None:
            draft.content = _without_name(draft.content, told)
            session.add(draft)
        live = session.get(Revision, version.live_revision_id) if version.live_revision_id else None
        if live is not None and live.content.anonymous is None:
            with speaking(version.language):
                note = _("The facts as the original tells them now.")
            content = _without_name(live.content, told)
            following = keep_aside(session, version, content, saved_by_id=live.saved_by_id, note=note)
            found += [(version, following)] if version.stage == Stage.PUBLISHED else []
    return found


def _without_name(content: Snapshot, told: Snapshot) -> Snapshot:
    fields = {name: value for name, value in content.told.items() if name != "company_size_fte"}
    facts = {"anonymous": told.anonymous, "organisations": told.organisations, "municipality": None}
    return content.model_copy(update={**facts, "told": fields})


def _followed(session: Session, article: Article, revision: Revision, told: Snapshot) -> Revision | None:
    """A revision with the same words and these facts; None when it has them, or when its words do not fit them."""
    if not tells_the_same_figures(article.kind, revision.content, told):
        return None
    content = in_step(article.kind, article.language, revision.content, told)
    if content.is_same_as(revision.content):
        return None
    with speaking(article.language):
        note = _("The facts as the original tells them now.")
    return keep_aside(session, article, content, saved_by_id=revision.saved_by_id, note=note)

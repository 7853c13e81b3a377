"""Publishing: put a revision on the shelf, let it wait for its moment, take it back.

Only `projecting` writes the columns of an article that lists filter and sort on, and only `publish` asks it to. Who may
see a piece, and whether it is withdrawn, is one answer for all its language versions (settled: 1).
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, Problem
from app.core.jobs import announce
from app.core.language import gettext as _
from app.people.actor import Actor
from content.access import require_editor
from content.attaching import allowed_to
from content.events import ArticlePublished, ArticleReachChanged, ArticleWithdrawn
from content.models import Article, ArticleAllowed, OldSlug, Piece, Revision, Stage
from content.projecting import link, project
from content.snapshot import Visibility
from content.writing import newest_revision, require_free_slug

log = logging.getLogger(__name__)


def publish(session: Session, article: Article, *, by: Actor, at: datetime | None = None) -> Article:
    """Put the newest revision on the shelf. Publishing twice changes nothing.

    `at` is the moment that readers see, now unless told otherwise. Raises Invalid when there is no revision, when
    its fields are not complete or when it names what is not there.
    """
    require_editor(by, article)
    revision = _revision_to_publish(session, article)
    if article.stage == Stage.PUBLISHED and article.live_revision_id == revision.id:
        return article
    moment = at or now()
    _bring_back(session, article)
    if revision.published_number is None:
        revision.published_number = article.live_number + 1
        revision.published_at = moment
        session.add(revision)
    article.live_revision_id = revision.id
    article.live_number = revision.published_number
    article.published_at = article.published_at or moment
    article.changed_at = moment
    article.stage = Stage.PUBLISHED
    article.publish_at = None
    project(session, article, revision.content)
    session.add(article)
    session.flush()
    announce(session, ArticlePublished(article_id=article.id))
    return article


def schedule(session: Session, article: Article, *, at: datetime, by: Actor) -> Article:
    """Let the newest revision wait for its moment; the timetable publishes it then.

    Raises Invalid for the past, Conflict for what readers see already: it would vanish until that moment.
    """
    require_editor(by, article)
    if at <= now():
        raise Invalid(_("This moment has passed. Choose a later one."), field="publish_at")
    if article.stage == Stage.PUBLISHED:
        raise Conflict(_("This piece is published already. Publish the new version when its moment has come."))
    _revision_to_publish(session, article).content.require_complete(article.kind)
    article.stage, article.publish_at = Stage.SCHEDULED, at
    session.add(article)
    return article


def something_due(session: Session) -> bool:
    """Whether a scheduled article's moment has come."""
    due = select(Article.id).where(Article.stage == Stage.SCHEDULED, col(Article.publish_at) <= now()).limit(1)
    return session.exec(due).first() is not None


def publish_due(session: Session) -> int:
    """Publish every scheduled article whose moment has come; how many that were. Late after a stop, never early.

    One that cannot be published, because what it names is gone, becomes a draft again and holds up no other.
    """
    clockwork = Actor(name="timetable", is_steward=True)
    due = session.exec(select(Article).where(Article.stage == Stage.SCHEDULED, col(Article.publish_at) <= now())).all()
    done = 0
    for article in due:
        try:
            with session.begin_nested():
                publish(session, article, by=clockwork, at=article.publish_at)
        except Problem as problem:
            log.warning("a scheduled piece could not be published", extra={"slug": article.slug, "why": str(problem)})
            article.stage, article.publish_at = Stage.DRAFT, None
            session.add(article)
        else:
            done += 1
    return done


def withdraw(
    session: Session,
    article: Article,
    *,
    by: Actor,
    reason_nl: str,
    reason_en: str = "",
    successor: Piece | None = None,
    at: datetime | None = None,
) -> Article:
    """Take a piece back, in every language. Its addresses stay and tell why, and where to read on.

    What was never published stays as it is. Raises Conflict when the article is not published, Invalid without a
    reason.
    """
    require_editor(by, article)
    if article.stage != Stage.PUBLISHED:
        raise Conflict(_("Only a published piece can be withdrawn."))
    if not (reason_nl or reason_en):
        raise Invalid(_("Say why, so that readers who kept the link understand it."), field="reason")
    moment = at or now()
    for version in _versions(session, article):
        if version.stage != Stage.PUBLISHED:
            continue
        version.stage = Stage.WITHDRAWN
        version.withdrawn_at, version.withdrawn_by_id = moment, by.user_id
        version.withdrawn_reason_nl, version.withdrawn_reason_en = reason_nl, reason_en
        version.successor_id = successor.id if successor else None
        session.add(version)
        session.flush()
        announce(session, ArticleWithdrawn(article_id=version.id))
    return article


def show_to(session: Session, article: Article, visibility: Visibility, *, by: Actor, allowed: set[int]) -> Article:
    """Change who may see a piece, in every language and version. `allowed` counts only for named organisations.

    Saying the same again changes nothing.
    """
    require_editor(by, article)
    wanted = allowed if visibility == Visibility.ORGANISATIONS else set()
    for version in _versions(session, article):
        if version.visibility == visibility and wanted == set(allowed_to(session, version)):
            continue
        version.visibility = visibility
        session.add(version)
        rows = [ArticleAllowed(article_id=version.id, organisation_id=organisation) for organisation in sorted(wanted)]
        link(session, version.id, ArticleAllowed, rows)
        session.flush()
        announce(session, ArticleReachChanged(article_id=version.id))
    return article


def move_to(session: Session, article: Article, slug: str, *, by: Actor) -> Article:
    """Give an article another address; the old one answers 301 for ever. It may go back to one it had before.

    Raises Invalid and Conflict as `require_free_slug` does.
    """
    require_editor(by, article)
    if slug == article.slug:
        return article
    require_free_slug(session, slug, moving=article)
    session.exec(delete(OldSlug).where(col(OldSlug.slug) == slug))
    session.add(OldSlug(slug=article.slug, article_id=article.id))
    article.slug = slug
    session.add(article)
    session.flush()
    announce(session, ArticleReachChanged(article_id=article.id))
    return article


def _versions(session: Session, article: Article) -> Sequence[Article]:
    """The piece in each of its languages, this article among them."""
    return session.exec(select(Article).where(Article.piece_id == article.piece_id).order_by(col(Article.id))).all()


def _bring_back(session: Session, article: Article) -> None:
    """End the withdrawal of a piece: what readers saw of it in other languages they see again."""
    for version in _versions(session, article):
        if version.stage != Stage.WITHDRAWN:
            continue
        version.stage = Stage.PUBLISHED
        version.withdrawn_at = version.withdrawn_by_id = version.successor_id = None
        version.withdrawn_reason_nl = version.withdrawn_reason_en = ""
        session.add(version)
        session.flush()
        if version is not article:
            announce(session, ArticlePublished(article_id=version.id))


def _revision_to_publish(session: Session, article: Article) -> Revision:
    revision = newest_revision(session, article)
    if revision is None:
        raise Invalid(_("Save the text first; there is nothing to publish yet."))
    return revision

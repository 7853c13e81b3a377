"""Publishing: put a revision on the shelf, let it wait for its moment, take it back.

Only `projecting` writes the columns of an article that lists filter and sort on, and only `publish` asks it to. Who may
see a piece, and whether it is withdrawn, is one answer for all its language versions (settled: 1).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlmodel import Session, col, delete, select

from app.core.clock import local, now
from app.core.errors import Conflict, Invalid
from app.core.jobs import announce
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import User
from content.access import require_editor
from content.drafting import free_slug
from content.events import ArticlePublished, ArticleReachChanged, ArticleWithdrawn
from content.giving_away import stands_in
from content.kinds import KINDS
from content.models import Article, ArticleAllowed, OldSlug, Piece, Revision, Stage
from content.projecting import link, project
from content.review_record import open_review, record
from content.review_steps import Act, ReviewState
from content.rewording import tells_else
from content.snapshot import Snapshot, Visibility
from content.translating import in_step_with_original, naming_still, translations_behind
from content.unnamed import names_hidden
from content.writing import newest_revision, require_free_slug

SHOWN: Final = (Stage.PUBLISHED, Stage.WITHDRAWN)
"""Stages that tell what became of a published text, whatever is on its way after it."""


def publish(
    session: Session,
    article: Article,
    *,
    by: Actor,
    at: datetime | None = None,
    revision: Revision | None = None,
) -> Article:
    """Put a revision on the shelf, the newest one unless told otherwise. Publishing twice changes nothing.

    `at` is the moment that readers see, now unless told otherwise. Raises Invalid when there is no revision, when
    its fields are not complete or when it names what is not there; Conflict as long as there is an embargo, and for a
    piece that a steward took away unless a steward shows it again.
    """
    require_editor(by, article)
    revision = in_step_with_original(session, article, revision or _revision_to_publish(session, article))
    if article.embargo_until is not None and article.embargo_until > now():
        raise Conflict(_("There is an embargo on this piece. It can appear when that is over."))
    if article.stage == Stage.PUBLISHED and article.live_revision_id == revision.id:
        if article.next_revision_id == revision.id:
            unschedule(session, article)
        return article
    moment = at or now()
    require_to_bring_back(session, article, by)
    _bring_back(session, article)
    says_anew = _says_anew(session, article, revision)
    if says_anew:
        article.asked_at = None
    if revision.published_number is None:
        revision.published_number = article.live_number + 1
        revision.published_at = moment
        session.add(revision)
    article.live_revision_id = revision.id
    article.live_number = revision.published_number
    article.published_at = article.published_at or moment
    article.changed_at = moment
    article.stage = Stage.PUBLISHED
    _note_opened(article, moment)
    article.publish_at = article.next_revision_id = article.embargo_until = None
    if article.is_over:
        article.last_day = None
    found_true_until = article.review_due
    project(session, article, revision.content)
    article.review_due = _true_until(article, found_true_until, moment) if says_anew else found_true_until
    session.add(article)
    session.flush()
    _leave_its_address(session, article, revision.content, by)
    announce(session, ArticlePublished(article_id=article.id))
    beside = translations_behind(session, article, revision.content)
    for version, following in [*beside, *naming_still(session, article, revision.content)]:
        publish_beside(session, version, by=by, revision=following)
    return article


def _leave_its_address(session: Session, article: Article, content: Snapshot, by: Actor) -> None:
    """The address of a piece says its first title: one that names who is not named any more is left for another."""
    names = names_hidden(session, article, content)
    if any(stands_in(name, article.slug) and not stands_in(name, content.title) for name in names):
        move_to(session, article, free_slug(session, content.title), by=by)


def _says_anew(session: Session, article: Article, revision: Revision) -> bool:
    """Whether a version tells something else than the one before: then whoever wrote it found it true just now."""
    before = session.get(Revision, article.live_revision_id) if article.live_revision_id is not None else None
    if before is None or article.review_due is None:
        return True
    return before.content.review_due != revision.content.review_due or tells_else(before.content, revision.content)


def _true_until(article: Article, found: date | None, moment: datetime) -> date:
    """As its text says, else for as long as its kind usually is; never before what somebody found since."""
    if article.review_due is None:
        return due_after(article.kind, local(moment).date())
    return max(article.review_due, found) if found is not None else article.review_due


def publish_beside(session: Session, article: Article, *, by: Actor, revision: Revision) -> None:
    """Put a revision on the shelf, while another one that waits for its moment goes on waiting. Raises as `publish`."""
    waiting = article.publish_at, article.next_revision_id
    publish(session, article, by=by, revision=revision)
    article.publish_at, article.next_revision_id = waiting
    session.add(article)


def schedule(
    session: Session, article: Article, *, at: datetime, by: Actor, revision: Revision | None = None
) -> Article:
    """Let a revision wait for its moment, the newest one unless told otherwise; the timetable publishes it then.

    What readers see already stays until then. Raises Invalid for the past and for what would be under an embargo.
    """
    require_editor(by, article)
    if at <= now():
        raise Invalid(_("This moment has passed. Choose a later one."), field="publish_at")
    if article.embargo_until is not None and at < article.embargo_until:
        raise Invalid(_("There is an embargo on this piece until after that moment."), field="publish_at")
    revision = revision or _revision_to_publish(session, article)
    revision.content.require_complete(article.kind)
    article.publish_at, article.next_revision_id = at, revision.id
    if article.stage not in SHOWN:
        article.stage = Stage.SCHEDULED
    session.add(article)
    return article


def unschedule(session: Session, article: Article, *, stage: Stage = Stage.DRAFT) -> None:
    """Nothing waits for its moment any more. What was never published is at this stage from then on."""
    article.publish_at = article.next_revision_id = None
    if article.stage not in SHOWN:
        article.stage = stage
    session.add(article)


def due_after(kind: str, day: date) -> date:
    """When somebody looks again at a piece of this kind that was true on this day."""
    months = day.month - 1 + KINDS[kind].ages_months
    # The 28th is there in every month.
    return date(day.year + months // 12, months % 12 + 1, min(day.day, 28))


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

    What was never published stays as it is, and waits for no moment any more: it would bring back the others. Raises
    Conflict when the article is not published, Invalid without a reason.
    """
    require_editor(by, article)
    if article.stage != Stage.PUBLISHED:
        raise Conflict(_("Only a published piece can be withdrawn."))
    if not (reason_nl or reason_en):
        raise Invalid(_("Say why, so that readers who kept the link understand it."), field="reason")
    moment = at or now()
    for version in _versions(session, article):
        if version.stage not in (Stage.PUBLISHED, Stage.SCHEDULED):
            continue
        is_shown = version.stage == Stage.PUBLISHED
        unschedule(session, version)
        _take_back_what_is_on_its_way(session, version, by, reason_nl or reason_en)
        if not is_shown:
            continue
        version.stage = Stage.WITHDRAWN
        version.withdrawn_at, version.withdrawn_by_id = moment, by.user_id
        version.withdrawn_reason_nl, version.withdrawn_reason_en = reason_nl, reason_en
        version.successor_id = successor.id if successor else None
        session.add(version)
        session.flush()
        announce(session, ArticleWithdrawn(article_id=version.id))
    return article


def _take_back_what_is_on_its_way(session: Session, article: Article, by: Actor, why: str) -> None:
    review = open_review(session, article)
    if review is not None:
        record(session, review, Act.TAKE_BACK, ReviewState.TAKEN_BACK, by=by, message=why)


def show_to(session: Session, article: Article, visibility: Visibility, *, by: Actor, allowed: set[int]) -> Article:
    """Change who may see a piece, in every language and version. `allowed` counts only for named organisations.

    Saying the same again changes nothing.
    """
    require_editor(by, article)
    wanted = allowed if visibility == Visibility.ORGANISATIONS else set()
    for version in _versions(session, article):
        named = select(ArticleAllowed).where(ArticleAllowed.article_id == version.id)
        since = {row.organisation_id: row.since for row in session.exec(named).all()}
        if version.visibility == visibility and wanted == set(since):
            continue
        version.visibility = visibility
        if version.stage == Stage.PUBLISHED:
            _note_opened(version, now())
        session.add(version)
        rows = [
            ArticleAllowed(article_id=version.id, organisation_id=each, since=since.get(each, now()))
            for each in sorted(wanted)
        ]
        link(session, version.id, ArticleAllowed, rows)
        session.flush()
        announce(session, ArticleReachChanged(article_id=version.id))
    return article


def _note_opened(article: Article, moment: datetime) -> None:
    """Whoever sees it first from now on. Once: a slip that is mended is no news a second time."""
    article.news_at = max(moment, article.news_at or moment)
    if article.visibility != Visibility.ORGANISATIONS:
        article.members_since = article.members_since or moment
    if article.visibility == Visibility.EVERYONE:
        article.everyone_since = article.everyone_since or moment


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


def require_to_bring_back(session: Session, article: Article, by: Actor) -> None:
    """What the knowledge centre took away, after a report for one, comes back by its own word alone.

    Nor by way of another language: a translation that is published brings the whole piece back. Raises Conflict.
    """
    if by.is_steward:
        return
    gone = (version for version in _versions(session, article) if version.stage == Stage.WITHDRAWN)
    for withdrawer in {version.withdrawn_by_id for version in gone} - {None}:
        if session.get_one(User, withdrawer).is_steward:
            raise Conflict(_("The knowledge centre took this piece away. Ask it to show it again."))


def _bring_back(session: Session, article: Article) -> None:
    """End the withdrawal of a piece: what readers saw of it in other languages they see again."""
    for version in _versions(session, article):
        if version.stage != Stage.WITHDRAWN:
            continue
        version.stage = Stage.PUBLISHED
        _note_opened(version, now())
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

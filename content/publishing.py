"""Publishing: put a revision on the shelf, let it wait for its moment, take it back.

Only `_project` writes the columns of an article that lists filter and sort on.
"""

from datetime import datetime

from sqlmodel import Session, SQLModel, col, delete, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.jobs import announce
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.people.region import Municipality, Sector
from content.access import require_editor
from content.events import ArticlePublished, ArticleReachChanged, ArticleWithdrawn
from content.models import (
    Article,
    ArticleAllowed,
    ArticleAuthor,
    ArticleOrganisation,
    ArticleSector,
    ArticleTopic,
    OldSlug,
    Piece,
    Revision,
    Stage,
)
from content.snapshot import Part, Snapshot, Visibility
from content.subjects import Pilot, Topic
from content.writing import require_free_slug


def publish(session: Session, article: Article, *, by: Actor, at: datetime | None = None) -> Article:
    """Put the newest revision on the shelf. Publishing twice changes nothing.

    `at` is the moment that readers see, now unless told otherwise. Raises Invalid when there is no revision or when
    its fields are not complete.
    """
    require_editor(by, article)
    revision = _newest_revision(session, article)
    if article.stage == Stage.PUBLISHED and article.live_revision_id == revision.id:
        return article
    moment = at or now()
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
    _project(session, article, revision.content)
    session.add(article)
    session.flush()
    announce(session, ArticlePublished(article_id=article.id))
    return article


def schedule(session: Session, article: Article, *, at: datetime, by: Actor) -> Article:
    """Let the newest revision wait for its moment; the timetable publishes it then. Raises Invalid for the past."""
    require_editor(by, article)
    if at <= now():
        raise Invalid(_("This moment has passed. Choose a later one."), field="publish_at")
    content = _newest_revision(session, article).content
    content.telling(article.kind)
    article.stage, article.publish_at = Stage.SCHEDULED, at
    session.add(article)
    return article


def something_due(session: Session) -> bool:
    """Whether a scheduled article's moment has come."""
    due = select(Article.id).where(Article.stage == Stage.SCHEDULED, col(Article.publish_at) <= now()).limit(1)
    return session.exec(due).first() is not None


def publish_due(session: Session) -> int:
    """Publish every scheduled article whose moment has come; how many that were. Late after a stop, never early."""
    clockwork = Actor(name="timetable", is_steward=True)
    due = session.exec(select(Article).where(Article.stage == Stage.SCHEDULED, col(Article.publish_at) <= now())).all()
    for article in due:
        publish(session, article, by=clockwork, at=article.publish_at)
    return len(due)


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
    """Take an article back. Its address stays and tells why, and where to read on.

    Raises Conflict when it is not published, Invalid without a reason.
    """
    require_editor(by, article)
    if article.stage != Stage.PUBLISHED:
        raise Conflict(_("Only a published piece can be withdrawn."))
    if not (reason_nl or reason_en):
        raise Invalid(_("Say why, so that readers who kept the link understand it."), field="reason")
    article.stage = Stage.WITHDRAWN
    article.withdrawn_at, article.withdrawn_by_id = at or now(), by.user_id
    article.withdrawn_reason_nl, article.withdrawn_reason_en = reason_nl, reason_en
    article.successor_id = successor.id if successor else None
    session.add(article)
    session.flush()
    announce(session, ArticleWithdrawn(article_id=article.id))
    return article


def show_to(session: Session, article: Article, visibility: Visibility, *, by: Actor, allowed: set[int]) -> Article:
    """Change who may see an article, in every version of it. `allowed` counts only for named organisations."""
    require_editor(by, article)
    article.visibility = visibility
    session.add(article)
    _replace(
        session,
        article,
        ArticleAllowed,
        [ArticleAllowed(article_id=article.id, organisation_id=organisation) for organisation in sorted(allowed)]
        if visibility == Visibility.ORGANISATIONS
        else [],
    )
    announce(session, ArticleReachChanged(article_id=article.id))
    return article


def move_to(session: Session, article: Article, slug: str, *, by: Actor) -> Article:
    """Give an article another address; the old one answers 301 for ever."""
    require_editor(by, article)
    if slug == article.slug:
        return article
    require_free_slug(session, slug)
    session.add(OldSlug(slug=article.slug, article_id=article.id))
    article.slug = slug
    session.add(article)
    session.flush()
    announce(session, ArticleReachChanged(article_id=article.id))
    return article


def _newest_revision(session: Session, article: Article) -> Revision:
    revision = session.exec(
        select(Revision).where(Revision.article_id == article.id, Revision.number == article.newest_revision)
    ).first()
    if revision is None:
        raise Invalid(_("Save the text first; there is nothing to publish yet."))
    return revision


def _project(session: Session, article: Article, content: Snapshot) -> None:
    """Write what lists need into the article and its links."""
    telling = content.telling(article.kind)
    topics = _ids(session, Topic, "slug", content.topics)
    authors = _ids(session, User, "handle", content.authors)
    sectors = _ids(session, Sector, "code", content.sectors)
    organisations = _ids(session, Organisation, "slug", [c.organisation for c in content.organisations])
    leads = [organisations[c.organisation] for c in content.organisations if c.part == Part.LEAD]

    article.title, article.summary = content.title, content.summary
    article.review_due = content.review_due
    article.topic_id = topics[content.topics[0]] if content.topics else None
    article.author_id = authors[content.authors[0]] if content.authors else None
    article.lead_id = leads[0] if leads and not content.anonymous else None
    article.pilot_id = _id(session, Pilot, "slug", content.pilot)
    article.municipality_id = None if content.anonymous else _id(session, Municipality, "slug", content.municipality)
    article.anonymous = content.anonymous is not None
    article.licence = content.licence
    article.told = telling.model_dump(mode="json")
    low_and_high = telling.investment
    article.investment_low = int(low_and_high[0]) if low_and_high else None
    article.investment_high = int(low_and_high[1]) if low_and_high else None
    article.payback_months = getattr(telling, "payback_months", None)
    article.company_size_fte = getattr(telling, "company_size_fte", None)

    _replace(
        session,
        article,
        ArticleTopic,
        [ArticleTopic(article_id=article.id, topic_id=topics[t], position=p) for p, t in enumerate(content.topics)],
    )
    _replace(
        session,
        article,
        ArticleSector,
        [ArticleSector(article_id=article.id, sector_id=sectors[s]) for s in content.sectors],
    )
    _replace(
        session,
        article,
        ArticleAuthor,
        [ArticleAuthor(article_id=article.id, user_id=authors[a], position=p) for p, a in enumerate(content.authors)],
    )
    _replace(
        session,
        article,
        ArticleOrganisation,
        [
            ArticleOrganisation(
                article_id=article.id, organisation_id=organisations[c.organisation], part=c.part, position=p
            )
            for p, c in enumerate(content.organisations)
        ],
    )


def _replace(session: Session, article: Article, table: type[SQLModel], rows: list[SQLModel]) -> None:
    session.exec(delete(table).where(table.article_id == article.id))  # type: ignore[attr-defined]
    session.add_all(rows)


def _ids(session: Session, table: type[SQLModel], name: str, wanted: tuple[str, ...] | list[str]) -> dict[str, int]:
    """Ids by slug, code or handle; NotFound names the first that does not exist."""
    column = getattr(table, name)
    found = dict(session.exec(select(column, table.id).where(column.in_(wanted))).all())  # type: ignore[attr-defined]
    for one in wanted:
        if one not in found:
            raise NotFound(_("We do not know “%(name)s”.", name=one))
    return found


def _id(session: Session, table: type[SQLModel], name: str, wanted: str | None) -> int | None:
    return None if wanted is None else _ids(session, table, name, [wanted])[wanted]

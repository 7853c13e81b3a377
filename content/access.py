"""Who may see a piece and who may change it: one rule in Python, in SQL and in the index, side by side.

Every door asks here. A test walks role x visibility x stage through all three and proves that they agree.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlmodel import col, select

from app.core.clock import today
from app.core.errors import NotAllowed
from app.core.language import gettext as _
from app.people.actor import Actor
from content.models import Article, ArticleAllowed, Stage
from content.snapshot import Visibility

EVERYONE = "everyone"
MEMBERS = "members"


# --- may read, whatever the stage: decides 301 and 410 as well -------------------------------------------------


def may_read(actor: Actor, article: Article, allowed: Iterable[int]) -> bool:
    """Whether the visibility lets this actor in. `allowed`: ids of the organisations that the article names."""
    return _lets_in(actor, article.visibility, {article.owner_id, *allowed})


def _lets_in(actor: Actor, visibility: Visibility, named: set[int]) -> bool:
    if actor.is_steward or visibility == Visibility.EVERYONE:
        return True
    if visibility == Visibility.MEMBERS:
        return actor.is_member
    return bool(actor.reads_for & named)


def readable_by(actor: Actor, of: type[Article] = Article) -> ColumnElement[bool]:
    """The same for a query on Article, or on an alias of it."""
    if actor.is_steward:
        return true()
    ways = [col(of.visibility) == Visibility.EVERYONE]
    if actor.is_member:
        ways.append(col(of.visibility) == Visibility.MEMBERS)
    if actor.reads_for:
        named = select(ArticleAllowed.article_id).where(
            ArticleAllowed.article_id == of.id, col(ArticleAllowed.organisation_id).in_(actor.reads_for)
        )
        ways.append(
            and_(
                col(of.visibility) == Visibility.ORGANISATIONS,
                or_(col(of.owner_id).in_(actor.reads_for), exists(named)),
            )
        )
    return or_(*ways)


# --- can see: readable and published ---------------------------------------------------------------------------


def can_see(actor: Actor, article: Article, allowed: Iterable[int]) -> bool:
    """Whether this actor finds the article: published, its last day not over, and the visibility lets them in."""
    return _is_up(article) and may_read(actor, article, allowed)


def seen_by(actor: Actor, of: type[Article] = Article) -> ColumnElement[bool]:
    """The same for a query on Article, or on an alias of it."""
    is_not_over = or_(col(of.last_day).is_(None), col(of.last_day) >= today())
    return and_(col(of.stage) == Stage.PUBLISHED, is_not_over, readable_by(actor, of))


def opened_after(actor: Actor, moment: datetime) -> ColumnElement[bool]:
    """For a query on Article: what this actor could not see until after this moment, though it may have been there.

    What was hidden from members or everyone and is shown to them again was opened when they saw it first.
    """
    if actor.is_steward:
        return false()
    if actor.is_member:
        ways = [and_(col(Article.visibility) != Visibility.ORGANISATIONS, col(Article.members_since) > moment)]
    else:
        ways = [and_(col(Article.visibility) == Visibility.EVERYONE, col(Article.everyone_since) > moment)]
    if not actor.reads_for:
        return ways[0]
    theirs = (
        col(ArticleAllowed.article_id) == Article.id,
        col(ArticleAllowed.organisation_id).in_(actor.reads_for),
    )
    later = col(ArticleAllowed.since) > moment
    before = or_(col(ArticleAllowed.since).is_(None), col(ArticleAllowed.since) <= moment)
    ways.append(
        and_(
            col(Article.visibility) == Visibility.ORGANISATIONS,
            exists().where(*theirs, later),
            ~exists().where(*theirs, before),
        )
    )
    return and_(col(Article.owner_id).not_in(actor.reads_for), or_(*ways))


def shelves_of(article: Article, allowed: Iterable[int]) -> list[str]:
    """The same as labels on an index document; no labels: not in the index."""
    return shelves_at(article.visibility, article, allowed) if _is_up(article) else []


def _is_up(article: Article) -> bool:
    return article.stage == Stage.PUBLISHED and not article.is_over


def shelves_at(visibility: Visibility, article: Article, allowed: Iterable[int]) -> list[str]:
    """The labels of those whom this visibility lets in, be it the article's or that of one of its files."""
    if visibility == Visibility.EVERYONE:
        return [EVERYONE]
    if visibility == Visibility.MEMBERS:
        return [MEMBERS]
    return sorted({_shelf(article.owner_id), *(_shelf(organisation) for organisation in allowed)})


def shelves_for(actor: Actor) -> list[str] | None:
    """The labels that this actor may look at; None for a steward, who may look at all."""
    if actor.is_steward:
        return None
    members = [MEMBERS] if actor.is_member else []
    return [EVERYONE, *members, *sorted(_shelf(organisation) for organisation in actor.reads_for)]


def _shelf(organisation_id: int) -> str:
    return f"organisation-{organisation_id}"


# --- files: as their article, or stricter ----------------------------------------------------------------------


def may_open(actor: Actor, article: Article, allowed: Iterable[int], visibility: Visibility | None) -> bool:
    """Whether a file with this visibility of its own opens for somebody who may read the article."""
    return visibility is None or _lets_in(actor, visibility, {article.owner_id, *allowed})


# --- changing --------------------------------------------------------------------------------------------------


def can_edit(actor: Actor, article: Article) -> bool:
    """Stewards, and editors of the organisation that owns the piece."""
    return actor.is_steward or article.owner_id in actor.edits_for


def edited_by(actor: Actor) -> ColumnElement[bool]:
    """The same for a query on Article."""
    if actor.is_steward:
        return true()
    return col(Article.owner_id).in_(actor.edits_for) if actor.edits_for else false()


def require_editor(actor: Actor, article: Article) -> None:
    """Raises NotAllowed unless the actor may change this article."""
    if not can_edit(actor, article):
        raise NotAllowed(_("Only editors of the organisation that owns this piece may change it."))

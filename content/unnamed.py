"""Unnamed: whom readers are told of when a piece does not name its company (decision 0027).

Who helped to measure is told. Nobody else is: not the company, not who took part beside it, not its owner unless that
helped to measure, and of its authors only those who work for nobody else. Versions that named the company are not
there any more. One rule, for one piece and for a query.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Session, col, select

from app.people.models import Membership, Organisation, User
from content.models import Article, ArticleOrganisation, Revision
from content.snapshot import Snapshot


def is_shown(article: Article, content: Snapshot) -> bool:
    """Whether a published version still opens: not one that names the company of a piece that does not any more."""
    return not article.anonymous or content.anonymous is not None


def shown(article: Article, versions: Sequence[Revision]) -> list[Revision]:
    """Those of these versions that still open."""
    return [each for each in versions if is_shown(article, each.content)]


def authors_told(session: Session, content: Snapshot, authors: Sequence[User]) -> list[User]:
    """Those of these authors that readers are told of. One query more when the company is not named."""
    if content.anonymous is None:
        return list(authors)
    rows = session.exec(
        select(Membership.user_id, Organisation.slug)
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(col(Membership.user_id).in_([author.id for author in authors]), col(Membership.ended_at).is_(None))
    )
    places = defaultdict(list)
    for user_id, slug in rows.all():
        places[user_id].append(slug)
    return [author for author in authors if places[author.id] and all(map(content.tells_of, places[author.id]))]


def names_hidden(session: Session, article: Article, content: Snapshot) -> list[str]:
    """The names that readers of this text may not learn: of its owner, of who took part, and of authors."""
    if content.anonymous is None:
        return []
    slugs = {*content.publishers, *(told.organisation for told in content.organisations)}
    rows = session.exec(
        select(Organisation).where(or_(col(Organisation.slug).in_(slugs), col(Organisation.id) == article.owner_id))
    )
    organisations = [row for row in rows.all() if not content.tells_of(row.slug)]
    authors = session.exec(select(User).where(col(User.handle).in_(content.authors))).all()
    told = {author.id for author in authors_told(session, content, authors)}
    names = [name for row in organisations for name in (row.name, row.name_en)]
    return [name for name in dict.fromkeys([*names, *(a.name for a in authors if a.id not in told)]) if name]


def tells_of_person(session: Session, article: Article, user_id: int) -> bool:
    """Whether readers of this article may be told of this person."""
    return session.exec(select(Article.id).where(Article.id == article.id, tells_author(user_id))).first() is not None


def tells_owner() -> ColumnElement[bool]:
    """For a query on Article: whether readers are told who owns it."""
    helped = select(ArticleOrganisation.article_id).where(
        ArticleOrganisation.article_id == Article.id, ArticleOrganisation.organisation_id == Article.owner_id
    )
    return or_(col(Article.anonymous).is_(False), exists(helped.correlate(Article)))


def tells_author(user_id: Any) -> ColumnElement[bool]:
    """The same of the author with this id, be it a column of the query or a number."""
    works = select(Membership.id).where(Membership.user_id == user_id, col(Membership.ended_at).is_(None))
    helped = select(ArticleOrganisation.organisation_id).where(ArticleOrganisation.article_id == Article.id)
    elsewhere = works.where(col(Membership.organisation_id).not_in(helped.correlate(Article)))
    return or_(
        col(Article.anonymous).is_(False),
        and_(exists(works.correlate_except(Membership)), ~exists(elsewhere.correlate_except(Membership))),
    )

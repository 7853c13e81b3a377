"""Projecting: what lists filter and sort on, written from the live revision into the article and its links."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, SQLModel, col, delete, select

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.people.models import Organisation, User
from app.people.region import Municipality, Sector
from content.models import Article, ArticleAuthor, ArticleOrganisation, ArticleSector, ArticleTopic
from content.snapshot import Part, Snapshot
from content.subjects import Pilot, Topic


def project(session: Session, article: Article, content: Snapshot) -> None:
    """Write what lists need into the article and its links.

    Raises Invalid when a field of the kind does not fit, or when the content names what is not there.
    """
    _copy_told(article, content)
    topics = _ids(session, Topic, "slug", content.topics)
    authors = _ids(session, User, "handle", content.authors)
    sectors = _ids(session, Sector, "code", content.sectors)
    organisations = _ids(session, Organisation, "slug", [told.organisation for told in content.named])
    publishers = _ids(session, Organisation, "slug", content.named_publishers).values()
    taking_part = list(dict.fromkeys((organisations[told.organisation], told.part) for told in content.named))
    # On the page of an organisation stands what it publishes, too.
    beside = [(id_, Part.PARTICIPANT) for id_ in publishers if id_ not in organisations.values()]
    place = None if content.anonymous else content.municipality

    article.topic_id = next(iter(topics.values()), None)
    article.author_id = next(iter(authors.values()), None)
    article.lead_id = next((id_ for id_, part in taking_part if part == Part.LEAD), None)
    article.pilot_id = _id(session, Pilot, content.pilot)
    article.municipality_id = _id(session, Municipality, place)

    of = article.id
    link(session, of, ArticleTopic, [_at(ArticleTopic, of, p, topic_id=i) for p, i in enumerate(topics.values())])
    link(session, of, ArticleAuthor, [_at(ArticleAuthor, of, p, user_id=i) for p, i in enumerate(authors.values())])
    link(session, of, ArticleSector, [ArticleSector(article_id=of, sector_id=i) for i in sectors.values()])
    link(
        session,
        of,
        ArticleOrganisation,
        [
            _at(ArticleOrganisation, of, p, organisation_id=i, part=part)
            for p, (i, part) in enumerate([*taking_part, *beside])
        ],
    )


def link(session: Session, article_id: int, table: type[SQLModel], rows: Sequence[SQLModel]) -> None:
    """Replace an article's rows in a link table."""
    session.exec(delete(table).where(table.article_id == article_id))  # type: ignore[attr-defined]
    session.add_all(rows)


def _copy_told(article: Article, content: Snapshot) -> None:
    telling = content.telling(article.kind)
    article.title, article.summary = content.title, content.summary
    article.review_due = content.review_due
    article.anonymous = content.anonymous is not None
    article.licence = content.licence
    article.told = telling.model_dump(mode="json")
    low_and_high = telling.investment
    article.investment_low = int(low_and_high[0]) if low_and_high else None
    article.investment_high = int(low_and_high[1]) if low_and_high else None
    article.payback_months = getattr(telling, "payback_months", None)
    article.company_size_fte = getattr(telling, "company_size_fte", None)


def _at(table: type[SQLModel], article_id: int, position: int, **named: object) -> SQLModel:
    return table(article_id=article_id, position=position, **named)


def _ids(session: Session, table: type[SQLModel], name: str, wanted: Iterable[str]) -> dict[str, int]:
    """Ids by slug, code or handle, each once, in the order told."""
    column = col(getattr(table, name))
    found = dict(session.exec(select(column, table.id).where(column.in_(wanted))).all())  # type: ignore[attr-defined]
    for one in wanted:
        if one not in found:
            raise Invalid(_("We do not know “%(name)s”.", name=one))
    return {one: found[one] for one in wanted}


def _id(session: Session, table: type[SQLModel], slug: str | None) -> int | None:
    return None if slug is None else _ids(session, table, "slug", [slug])[slug]

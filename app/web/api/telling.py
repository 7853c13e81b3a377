"""Telling: from the rows of the house to the shapes of the API."""

from collections.abc import Sequence
from urllib.parse import quote

from sqlmodel import Session

from app.core import remembering
from app.core.addresses import whole
from app.core.text import reading_minutes
from app.feeds.linking import absolute
from app.people.models import Admission, User
from app.people.models import Organisation as OrganisationRow
from app.people.region import Municipality
from app.people.region import Sector as SectorRow
from app.web.api import shapes
from app.web.api.shapes import Named, Words
from content import overview, reading
from content.attaching import OfferedFile
from content.kinds import CaseStudy, Kind
from content.kinds.case_study import Metric
from content.licences import TERMS
from content.models import Article, Revision
from content.reading import Opened
from content.shelves import Listed, listed
from content.snapshot import AuthorPart, Part, Snapshot
from content.subjects import Pilot, Topic


def shorts(session: Session, rows: Sequence[Listed]) -> list[shapes.ArticleShort]:
    """These articles as a list tells them. Two queries, however many."""
    topics = overview.topics_by_article(session, [row.article.id for row in rows])
    keys = reading.keys_of(session, {row.article.piece_id for row in rows})
    return [shapes.ArticleShort(**_short(row, topics[row.article.id], keys[row.article.piece_id])) for row in rows]


def shorts_of(session: Session, ids: Sequence[int]) -> list[shapes.ArticleShort]:
    """The same by their ids, in this order; each is told once in an epoch."""

    def tell(unknown: Sequence[int]) -> dict[int, shapes.ArticleShort]:
        return dict(zip(unknown, shorts(session, listed(session, unknown)), strict=True))

    told = remembering.each(session, "short", ids, tell)
    return [told[id_] for id_ in ids]


def _short(row: Listed, topics: Sequence[Topic], key: str) -> dict[str, object]:
    article, telling = row.article, row.telling
    metrics = _metrics(telling)
    return {
        "slug": article.slug,
        "piece": key,
        "kind": article.kind,
        "lang": article.language,
        "title": article.title,
        "summary": article.summary,
        "url": page_of(article),
        "organisation": named(row.lead) if row.lead else None,
        "owner": named(row.owner) if row.owner else None,
        "topics": [named(topic) for topic in topics],
        "metric": metrics[0] if metrics else None,
        "investment_eur": telling.investment_eur if isinstance(telling, CaseStudy) else None,
        "payback_months": article.payback_months,
        "visibility": article.visibility,
        "is_example": article.example,
        "version": article.live_number,
        "published": article.published_at,
        "changed": article.changed_at,
    }


def _as_it_was(opened: Opened) -> dict[str, object]:
    """What an older version told otherwise. Addresses, visibility and languages are those of today."""
    content, revision = opened.revision.content, opened.revision
    telling = content.telling(opened.article.kind)
    metrics = _metrics(telling)
    lead = next((who for who, part in opened.organisations if part == Part.LEAD), None)
    return {
        "title": content.title,
        "summary": content.summary,
        "organisation": named(lead) if lead else None,
        "metric": metrics[0] if metrics else None,
        "investment_eur": telling.investment_eur if isinstance(telling, CaseStudy) else None,
        "payback_months": telling.payback_months if isinstance(telling, CaseStudy) else None,
        "version": revision.published_number,
        "changed": revision.published_at,
    }


def article(row: Listed, opened: Opened) -> shapes.Article:
    """A whole article in the version that was opened."""
    content, revision = opened.revision.content, opened.revision
    telling = content.telling(row.article.kind)
    page = page_of(row.article)
    return shapes.Article(
        **_short(row, opened.topics, opened.piece.key) | ({} if opened.is_live else _as_it_was(opened)),
        translations=[_translation(opened.translation)] if opened.translation else [],
        organisations=[
            shapes.Contributor(**dict(named(organisation)), part=part) for organisation, part in opened.organisations
        ],
        authors=[_author(user, content) for user in opened.authors],
        publishers=[named(each) for each in opened.publishers],
        pilot=named(opened.pilot) if opened.pilot else None,
        municipality=named(opened.municipality) if opened.municipality else None,
        sectors=[sector(each) for each in opened.sectors],
        anonymous=shapes.Profile(**content.anonymous.model_dump()) if content.anonymous else None,
        audience=list(content.audience),
        told=telling,
        metrics=_metrics(telling),
        html=absolute(revision.html, page),
        markdown=content.body,
        reading_minutes=reading_minutes(revision.plain),
        licence=shapes.Terms(id=content.licence, url=TERMS[content.licence].address or None),
        identifier=content.identifier,
        review_due=content.review_due,
        files=[_file(opened, offered) for offered in opened.files if offered.use.listed],
        versions=versions(row.article, opened.versions),
    )


def versions(article: Article, published: Sequence[Revision]) -> list[shapes.Version]:
    """The published versions of an article."""
    return [
        shapes.Version(
            number=revision.published_number,
            published=revision.published_at,
            note=revision.note,
            url=f"{page_of(article)}/v/{revision.published_number}",
            is_live=revision.published_number == article.live_number,
        )
        for revision in published
    ]


def named(row: Topic | Pilot | OrganisationRow | Municipality) -> Named:
    """The key and the name of something with a page of its own."""
    match row:
        case Topic() | Pilot():
            name = Words.of(row.name_nl, row.name_en)
        case OrganisationRow():
            name = Words.of(row.name, row.name_en)
        case _:
            name = Words.of(row.name, row.name)
    return Named(slug=row.slug, name=name)


def page_of(article: Article) -> str:
    """The page for people: under the prefix of the article's own language."""
    return whole(f"/kennis/{article.slug}", article.language)


def sector(row: SectorRow) -> shapes.Sector:
    """A sector of industry."""
    return shapes.Sector(code=row.code, name=Words.of(row.name_nl, row.name_en))


def pilot_short(row: tuple[Pilot, Municipality | None]) -> dict[str, object]:
    """The fields of a pilot that lists tell."""
    pilot, place = row
    return {
        **dict(named(pilot)),
        "number": pilot.number,
        "summary": Words.of(pilot.summary_nl, pilot.summary_en),
        "status": pilot.status,
        "starts": pilot.starts_on,
        "ends": pilot.ends_on,
        "municipality": named(place) if place else None,
        "is_verified": pilot.verified,
        "is_example": pilot.is_invented,
        "url": whole(f"/proefprojecten/{pilot.slug}"),
    }


def organisation_short(row: OrganisationRow, place: Municipality | None) -> dict[str, object]:
    """The fields of an organisation that lists tell."""
    return {
        **dict(named(row)),
        "kind": row.kind,
        "is_member": row.admission == Admission.ADMITTED,
        "is_example": row.is_invented,
        "municipality": named(place) if place else None,
        "url": whole(f"/organisaties/{row.slug}"),
    }


def _translation(article: Article) -> shapes.Translation:
    return shapes.Translation(lang=article.language, slug=article.slug, url=page_of(article))


def _author(user: User, content: Snapshot) -> shapes.Author:
    part = content.author_parts.get(user.handle, AuthorPart.WROTE)
    return shapes.Author(name=user.name, handle=user.handle if user.has_profile else None, part=part)


def _file(opened: Opened, offered: OfferedFile) -> shapes.File:
    use, attachment = offered.use, offered.attachment
    version = "" if opened.is_live else f"?versie={opened.revision.published_number}"
    return shapes.File(
        name=use.name,
        title=Words.of(use.title_nl or use.name, use.title_en),
        media_type=attachment.media_type,
        size=attachment.size,
        url=whole(f"/kennis/{opened.article.slug}/bijlagen/{quote(use.name)}") + version,
    )


def _metrics(telling: Kind) -> list[shapes.Measure]:
    return [_metric(metric) for metric in telling.metrics] if isinstance(telling, CaseStudy) else []


def _metric(metric: Metric) -> shapes.Measure:
    return shapes.Measure(
        **metric.model_dump(),
        change_percent=None if metric.change is None else round(100 * metric.change, 2),
        improvement_percent=None if metric.improvement is None else round(metric.improvement, 2),
    )

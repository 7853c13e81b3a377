"""Comparing: two to four cases side by side, each row on one scale where their figures allow it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.people.actor import Actor
from app.people.models import Organisation
from content import shelves
from content.access import seen_by
from content.kinds import CaseStudy
from content.kinds.case_study import Metric
from content.models import Article, ArticleOrganisation, ArticleTopic, OldSlug
from content.shelves import Listed, listed, preferring
from content.snapshot import Part
from content.vocabulary import Indicator, indicators

MOST: Final = 4
"""Cases that fit beside each other."""


@dataclass(frozen=True)
class Compared:
    """A case among others."""

    listed: Listed
    told: CaseStudy
    measured_by: Sequence[Organisation]
    """The knowledge partners of the case."""


@dataclass(frozen=True)
class SharedRow:
    """One indicator that several of the cases measured; None where a case did not."""

    indicator: Indicator
    metrics: Sequence[Metric | None]
    full: float
    """Where the scale of all of them ends; 0 when their units differ, so that each has its own."""


def cases_at(session: Session, actor: Actor, slugs: Sequence[str]) -> list[Compared]:
    """The cases at these addresses that the reader may see, in the order asked, each piece once. At most four queries.

    An old address counts as the new one. Other kinds of pieces, hidden ones and none at all are left out alike.
    """
    ids = _ids(session, actor, slugs)
    rows = {row.article.id: row for row in listed(session, list(ids.values()))}
    found = {rows[ids[slug]].article.piece_id: rows[ids[slug]] for slug in reversed(slugs) if slug in ids}
    ordered = list(reversed(found.values()))
    partners = _partners(session, [row.article.id for row in ordered])
    return [
        Compared(row, telling, partners.get(row.article.id, ()))
        for row in ordered
        if isinstance(telling := row.telling, CaseStudy)
    ]


def shared_rows(cases: Sequence[Compared]) -> list[SharedRow]:
    """The indicators that at least two of the cases measured, those that most of them did first."""
    rows = []
    for slug, indicator in indicators().items():
        metrics = [_metric(case.told, slug) for case in cases]
        told = [metric for metric in metrics if metric is not None]
        if len(told) > 1:
            rows.append(SharedRow(indicator, metrics, _full(indicator, told)))
    return sorted(rows, key=lambda row: row.metrics.count(None))


def alike(session: Session, actor: Actor, cases: Sequence[Compared], *, language: str, most: int) -> list[Listed]:
    """Other cases worth putting beside these: those with the most topics in common; the newest where none are given."""
    if not cases:
        return shelves.latest(session, actor, language=language, most=most, kind=CaseStudy.slug)
    topics = select(ArticleTopic.topic_id).where(
        col(ArticleTopic.article_id).in_([case.listed.article.id for case in cases])
    )
    ids = session.exec(
        select(Article.id)
        .join(ArticleTopic, col(ArticleTopic.article_id) == Article.id)
        .where(
            Article.kind == CaseStudy.slug,
            col(ArticleTopic.topic_id).in_(topics),
            col(Article.piece_id).not_in([case.listed.article.piece_id for case in cases]),
            seen_by(actor),
            preferring(language, actor),
        )
        .group_by(col(Article.id))
        .order_by(func.count(col(ArticleTopic.topic_id)).desc(), func.max(Article.published_at).desc(), col(Article.id))
        .limit(most)
    ).all()
    return listed(session, ids)


def _ids(session: Session, actor: Actor, slugs: Sequence[str]) -> dict[str, int]:
    """Address -> id of the visible case there."""
    visible = (Article.kind == CaseStudy.slug, seen_by(actor))
    found = dict(session.exec(select(Article.slug, Article.id).where(col(Article.slug).in_(slugs), *visible)).all())
    missing = [slug for slug in slugs if slug not in found]
    if missing:
        moved = select(OldSlug.slug, Article.id).join(Article, col(Article.id) == OldSlug.article_id)
        found |= dict(session.exec(moved.where(col(OldSlug.slug).in_(missing), *visible)).all())
    return found


def _partners(session: Session, article_ids: Sequence[int]) -> dict[int, list[Organisation]]:
    rows = session.exec(
        select(ArticleOrganisation.article_id, Organisation)
        .join(Organisation, col(Organisation.id) == ArticleOrganisation.organisation_id)
        .where(
            col(ArticleOrganisation.article_id).in_(article_ids),
            ArticleOrganisation.part == Part.KNOWLEDGE_PARTNER,
        )
        .order_by(col(ArticleOrganisation.position))
    ).all()
    found: dict[int, list[Organisation]] = {}
    for article_id, organisation in rows:
        found.setdefault(article_id, []).append(organisation)
    return found


def _metric(told: CaseStudy, indicator: str) -> Metric | None:
    return next((metric for metric in told.metrics if metric.indicator == indicator), None)


def _full(indicator: Indicator, metrics: Iterable[Metric]) -> float:
    """A round number above all figures; 0 when they are not in one unit (figures below zero have no common scale)."""
    told = list(metrics)
    figures = [figure for metric in told for figure in (metric.baseline, metric.result)]
    if len({_unit(indicator, metric.unit) for metric in told}) > 1 or min(figures) < 0:
        return 0.0
    return _round_up(max(figures))


def _unit(indicator: Indicator, unit: str) -> str:
    """The unit in Dutch, whichever language it was written in; an addition such as `per week` stays as it is."""
    for known in (indicator.unit, *indicator.accepts):
        for word in (known.nl, known.en):
            if unit == word or unit.startswith(f"{word} "):
                return known.nl + unit[len(word) :]
    return unit


def _round_up(value: float) -> float:
    """1, 2 or 5 times a power of ten: what a ruler ends at."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power)

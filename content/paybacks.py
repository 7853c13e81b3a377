"""Paybacks: after how many months the cases about a topic had paid for themselves, as far as the reader sees them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from app.core import remembering
from app.people.actor import Actor
from content.access import seen_by
from content.kinds import CaseStudy
from content.models import Article, ArticleTopic
from content.subjects import Topic

ENOUGH_CASES: Final = 5
ENOUGH_ORGANISATIONS: Final = 3
"""With fewer cases, or all of them from the same few, a distribution would tell more than is known (settled: 23)."""


@dataclass(frozen=True)
class Paybacks:
    """How many cases had paid for themselves after how many months."""

    by_month: Mapping[int, int] = field(default_factory=dict)
    organisations: int = 0
    """In how many organisations that happened; those that are not named are not among them."""

    @property
    def cases(self) -> int:
        """How many cases told it."""
        return sum(self.by_month.values())

    @property
    def is_telling(self) -> bool:
        """Whether these are enough to show as a distribution."""
        return self.cases >= ENOUGH_CASES and self.organisations >= ENOUGH_ORGANISATIONS

    @property
    def months(self) -> list[int]:
        """The months of every case, shortest first."""
        return [month for month in sorted(self.by_month) for _case in range(self.by_month[month])]

    @property
    def median(self) -> int:
        """The month in which half of the cases had their money back."""
        return self.months[(self.cases - 1) // 2]


def by_group(session: Session, actor: Actor) -> dict[int, Paybacks]:
    """Id of each group of topics -> the paybacks of the cases about it. Two queries."""
    return _gathered(session, actor, col(Topic.broader_id), col(Topic.broader_id).is_not(None))


def about(session: Session, actor: Actor, topic_ids: Collection[int]) -> Paybacks:
    """The paybacks of the cases about any of these topics. Two queries."""
    # Grouped by what is the same in all of them, so that a case about two of the topics counts once.
    found = _gathered(session, actor, col(Article.kind), col(ArticleTopic.topic_id).in_(topic_ids))
    return found.get(CaseStudy.slug, Paybacks())


def _gathered(session: Session, actor: Actor, key: Any, where: ColumnElement[bool]) -> dict[Any, Paybacks]:
    """Language versions of a case tell the same figures, so a piece counts once."""
    month = col(Article.payback_months)
    conditions = (seen_by(actor), Article.kind == CaseStudy.slug, month.is_not(None), where)

    def counted(*what: Any, by: Sequence[Any]) -> Sequence[Any]:
        asked = select(*what).select_from(Article).join(ArticleTopic, col(ArticleTopic.article_id) == Article.id)
        topic = col(Topic.id) == ArticleTopic.topic_id
        return remembering.rows(session, asked.join(Topic, topic).where(*conditions).group_by(*by))

    months: dict[Any, dict[int, int]] = {}
    for group, after, cases in counted(key, month, func.count(func.distinct(col(Article.piece_id))), by=[key, month]):
        months.setdefault(group, {})[after] = cases
    organisations = dict(counted(key, func.count(func.distinct(col(Article.lead_id))), by=[key]))
    return {group: Paybacks(told, organisations[group]) for group, told in months.items()}

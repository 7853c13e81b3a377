"""The lines of a letter: each piece with what came of it, why it is told, and how to hear less of that."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from app.core import remembering
from app.core.addresses import whole
from app.core.language import euros, ngettext
from app.core.language import gettext as _
from app.feeds.my_feed import Heard, Item
from app.feeds.stopping import stop_one
from content import shelves
from content.figures import figure_texts, unit_text
from content.kinds import CaseStudy, Lesson, Technology
from content.kinds.case_study import Metric
from content.shelves import Listed


def letter_lines(session: Session, items: Sequence[Item], language: str) -> list[dict[str, Any]]:
    """The pieces of a letter as its templates show them, in the current language.

    What a piece says is made once in an epoch: a thousand letters tell of the same one.
    """

    def tell(unknown: Sequence[int]) -> dict[int, dict[str, Any] | None]:
        return dict.fromkeys(unknown) | {
            row.article.id: _line(row, language) for row in shelves.listed(session, unknown)
        }

    told = remembering.each(session, ("letter line", language), [item.chosen.article_id for item in items], tell)
    return [
        line | {"reasons": [_reason(each, item.chosen.piece_id, language) for each in item.reasons]}
        for item in items
        if (line := told[item.chosen.article_id]) is not None
    ]


def _line(row: Listed, language: str) -> dict[str, Any]:
    told = row.telling
    shown: dict[str, Any] = {"lead_in": "", "byline": "", "cost": "", "takeaway": "", "measure": None}
    match told:
        case CaseStudy():
            shown |= {"byline": _where(row, told), "cost": _cost(told)}
            shown["measure"] = _measure(told.metrics[0]) if told.metrics else None
        case Lesson():
            shown |= {"lead_in": _("Lesson from %(who)s", who=row.byline), "takeaway": told.takeaway}
        case Technology():
            low, high = told.cost_range_eur
            cost = euros(low) if low == high else _("%(low)s to %(high)s", low=euros(low), high=euros(high))
            shown |= {"lead_in": _("Technology, %(cost)s", cost=cost), "byline": row.article.summary}
    return shown | {
        "name": row.article.title,
        "href": whole(f"/kennis/{row.article.slug}", language),
        "lang": row.article.language,
    }


def _reason(heard: Heard, piece_id: int, language: str) -> dict[str, str]:
    return {"name": heard.stream.title, "stop": stop_one(heard.subscription, piece_id, language)}


def _where(row: Listed, told: CaseStudy) -> str:
    staff = told.company_size_fte if row.lead else None
    parts = (
        row.lead.title if row.lead else _("Company not named"),
        row.municipality.town if row.municipality else "",
        ngettext("%(n)s employee", "%(n)s employees", staff) if staff else "",
    )
    return ", ".join(part for part in parts if part)


def _cost(told: CaseStudy) -> str:
    cost = _("Cost %(amount)s.", amount=euros(told.investment_eur))
    if told.payback_months is None:
        return cost
    months = ngettext("Paid back in %(n)s month.", "Paid back in %(n)s months.", told.payback_months)
    return f"{cost} {months}"


def _measure(metric: Metric) -> Mapping[str, Any]:
    before, after = figure_texts((metric.baseline, metric.result), metric.unit)
    largest = max(abs(metric.baseline), abs(metric.result)) or 1
    return {
        "label": metric.name,
        "before": before,
        "after": " ".join(part for part in (after, unit_text(metric.unit)) if part),
        "width": max(1, min(100, round(100 * abs(metric.result) / largest))),
    }

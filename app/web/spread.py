"""The spread: a distribution as one sentence, one row of dots, and the same figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.language import gettext as _
from app.core.language import ngettext
from content.paybacks import Paybacks

MOST_DOTS: Final = 60
"""With more cases a dot stands for several of them; the table still counts each."""

_STEPS: Final = (6, 12, 24, 60, 120)
"""Distances between ticks, in months."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What `dot_strip` draws, and what is said around it."""

    name: str
    """Unique on the page, for what is read out."""
    title: str
    description: str
    values: Sequence[int]
    end: int
    ticks: Sequence[int]
    median: int
    sentence: str
    cases: str
    per_dot: int
    rows: Sequence[tuple[str, int]]
    """Months in words, and how many cases."""


def spread_of(paybacks: Paybacks, *, name: str, subject: str, most_ticks: int, longest: int = 0) -> Spread | None:
    """After how many months the cases about `subject` had paid for themselves; None when they are too few to tell.

    `longest`: months that the axis holds at least, so that several of them can be compared.
    """
    if not paybacks.is_telling:
        return None
    months = paybacks.months
    last = max(months[-1], longest)
    step = next((step for step in _STEPS if last < step * most_ticks), last)
    end = step * max(2, -(-(last + 1) // step))
    per_dot = -(-len(months) // MOST_DOTS)
    return Spread(
        name=name,
        title=_("Payback of cases about %(subject)s, in months", subject=subject),
        description=_(
            "%(n)s cases, from %(low)s to %(high)s months. Half of them took %(half)s months or less.",
            n=len(months),
            low=months[0],
            high=months[-1],
            half=paybacks.median,
        ),
        values=months[per_dot // 2 :: per_dot],
        end=end,
        ticks=range(0, end + 1, step),
        median=paybacks.median,
        sentence=_sentence(paybacks),
        cases=_("%(cases)s from %(organisations)s", cases=_cases(paybacks), organisations=_organisations(paybacks)),
        per_dot=per_dot,
        rows=[(ngettext("%(n)s month", "%(n)s months", month), n) for month, n in sorted(paybacks.by_month.items())],
    )


def _sentence(paybacks: Paybacks) -> str:
    return ngettext(
        "After %(n)s month half of these cases had their money back.",
        "After %(n)s months half of these cases had their money back.",
        paybacks.median,
    )


def _cases(paybacks: Paybacks) -> str:
    return ngettext("%(n)s case", "%(n)s cases", paybacks.cases)


def _organisations(paybacks: Paybacks) -> str:
    return ngettext("%(n)s company", "%(n)s companies", paybacks.organisations)

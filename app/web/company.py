"""A company like ours: from its size, sector and province to cases of comparable companies, through the one search.

What a company is like is asked by a form and kept by the browser alone. When no case fits all of it, the search is
widened step by step, and the page says what was left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session

from app.core.language import N_, gettext
from app.core.language import gettext as _
from app.people.actor import Actor
from content.kinds import CaseStudy
from content.shelves import Listed
from search.facets import BY_NAME, known_values
from search.finding import find, how_many
from search.query import Query
from search.results import Results

ASKS: Final = "ons"
"""In an address: the search may be widened, since it asks for a company like ours."""

NAMES: Final = {"size": N_("company size"), "sector": N_("sector"), "province": N_("province")}

STEPS: Final = (("province",), ("size",), ("size", "province"), ("sector",), ("sector", "province"), ("sector", "size"))
"""What is left out, step by step: where a company is matters least, what it makes matters most."""


@dataclass(frozen=True)
class Select:
    """One question of the form."""

    name: str
    label: str
    options: Sequence[tuple[str, str, bool]]
    """Word in addresses, label, whether it is chosen."""


@dataclass(frozen=True)
class CompanyForm:
    """The form, with what the address chose."""

    selects: Sequence[Select]
    kind: str
    """Only cases tell how large the company is."""


def company_form(session: Session, query: Query | None = None) -> CompanyForm:
    """The three questions with all their answers."""
    known = known_values(session)
    chosen = query.chosen if query else {}
    return CompanyForm(
        selects=[
            Select(
                BY_NAME[name].address,
                gettext(BY_NAME[name].label),
                [(value.word, value.label, value in chosen.get(name, ())) for value in known[name]],
            )
            for name in NAMES
        ],
        kind=next(value.word for value in known["kind"] if value.slug == CaseStudy.slug),
    )


def find_like_ours(session: Session, query: Query, me: Actor, language: str) -> Results[Listed]:
    """Cases of companies like this one; of less and less comparable ones as long as there are none."""
    results = find(session, query, me, language)
    if results.total:
        return results
    wider = [(left_out, query.without(*left_out)) for left_out in STEPS if _widens(query, left_out)]
    totals = how_many(session, [one for _left_out, one in wider], me, language)
    for (left_out, one), total in zip(wider, totals, strict=True):
        if total and (found := find(session, one, me, language)).total:
            return replace(found, notices=[*found.notices, _said(left_out)])
    return results


def _widens(query: Query, left_out: Sequence[str]) -> bool:
    """Whether all of it was chosen, and something else that tells what the company is like stays."""
    return query.chosen.keys() >= set(left_out) and query.chosen.keys() & NAMES.keys() != set(left_out)


def _said(left_out: Sequence[str]) -> str:
    names = [gettext(NAMES[name]) for name in left_out]
    what = _("%(one)s and %(other)s", one=names[0], other=names[1]) if len(names) > 1 else names[0]
    return _("No case fits all that you chose yet. These fit when we do not look at the %(what)s.", what=what)

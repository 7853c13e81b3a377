"""What stands on the sheet: the problem, the measured result, what it cost, what went wrong, and whom to ask.

In the language of the text, whatever the address it was asked at: a sheet stands by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import segno

from app.core.language import euros, gettext
from app.core.language import gettext as _
from app.web import telling
from app.web.citing import answers_for, apa, version_address
from app.web.figures import MeasureView
from app.web.rows import Fact
from app.web.showing import measure, said
from content.kinds import CaseStudy, Kind, Lesson, Technology
from content.licences import TERMS
from content.reading import Opened
from content.vocabulary import bands

MOST_MEASURES: Final = 6


@dataclass(frozen=True)
class Block:
    """A heading with what it says: one text, or several as a list."""

    heading: str
    texts: Sequence[str]
    is_callout: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One piece on paper."""

    language: str
    kind: str
    title: str
    summary: str
    problem: Block
    measures: Sequence[MeasureView]
    measured_how: str
    costs_title: str
    costs: Sequence[tuple[str, str, str]]
    """What, once or each year, amount; then the band that the investment lies in."""
    facts: Sequence[Fact]
    blocks: Sequence[Block]
    contact: Sequence[str]
    address: str
    """Of exactly this version."""
    code: str
    """The same as a QR code: an image as a data URI."""
    citation: str
    licence: str
    published: str
    example: bool


def sheet_of(opened: Opened) -> Sheet:
    """The sheet for the version that was opened. Speak the language of the text while you ask."""
    article, revision, content = opened.article, opened.revision, opened.revision.content
    told = content.telling(article.kind)
    address = version_address(article, revision)
    is_case = isinstance(told, CaseStudy)
    return Sheet(
        language=article.language,
        kind=told.name(),
        title=content.title,
        summary=content.summary,
        problem=_problem(told),
        measures=[measure(metric) for metric in told.metrics[:MOST_MEASURES]] if isinstance(told, CaseStudy) else [],
        measured_how=telling.measured_how(opened, told) if isinstance(told, CaseStudy) else "",
        costs_title=_("What it costs") if isinstance(told, Technology) else _("What it cost"),
        costs=_costs(told),
        facts=[fact for fact in telling.facts_of(opened, told) if not is_case or fact.term != _("Investment")],
        blocks=[block for block in _blocks(told) if block.texts],
        contact=_contact(opened, told),
        address=address,
        code=segno.make(address, error="m", micro=False).svg_data_uri(border=2, scale=4),
        citation=apa(opened),
        licence=TERMS[content.licence].name,
        published=telling.changed_on(opened),
        example=article.example,
    )


def _problem(told: Kind) -> Block:
    match told:
        case CaseStudy():
            return Block(_("The problem"), [told.challenge])
        case Lesson():
            return Block(_("The lesson in one sentence"), [told.takeaway])
        case _:
            return Block("", [])


def _blocks(told: Kind) -> list[Block]:
    match told:
        case CaseStudy():
            return [Block(_("What went wrong"), told.pitfalls, is_callout=True)]
        case Lesson():
            holds = {"applies_when": told.applies_when, "not_when": told.not_when}
            return [Block(_label(told, name), [text] if text else []) for name, text in holds.items()]
        case Technology():
            named = ("prerequisites", "skills", "standards", "alternatives")
            return [Block(_label(told, name), getattr(told, name)) for name in named]
        case other:
            raise LookupError(f"no sheet is drawn for {type(other).__name__}")


def _costs(told: Kind) -> list[tuple[str, str, str]]:
    once = _("Once")
    match told:
        case CaseStudy():
            return [*telling.cost_rows(told), (_("Cost band"), once, _bands(told))]
        case Lesson(cost_of_mistake_eur=int(cost)):
            return [(_("What the mistake cost"), once, euros(cost))]
        case Technology(cost_range_eur=(low, high)):
            amount = euros(low) if low == high else _("%(low)s to %(high)s", low=euros(low), high=euros(high))
            return [(_("Cost of a first application"), once, amount), (_("Cost band"), once, _bands(told))]
        case _:
            return []


def _bands(told: Kind) -> str:
    low, high = told.investment or (None, None)
    return said([band.name for band in bands("investment") if band.touches(low, high)])


def _contact(opened: Opened, told: Kind) -> list[str]:
    """Whom to ask: a role when one is told, the authors, and the organisation that answers for the piece."""
    role = told.contact_role if isinstance(told, CaseStudy) else ""
    authors = said([author.name for author in opened.authors])
    publishers = said([answers_for(opened), *(each.title for each in opened.publishers)])
    return [line for line in (role, authors, publishers) if line]


def _label(told: Kind, name: str) -> str:
    title = type(told).model_fields[name].title
    return gettext(title) if title else ""

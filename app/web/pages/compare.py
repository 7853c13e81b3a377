"""Comparing: two to four cases side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import ngettext
from app.people.actor import Actor
from app.web import compare_view, showing
from app.web.compare_view import Bars, Column, SharedFigures
from app.web.needs import Here, Me, Reading
from app.web.rendering import Page
from app.web.rows import Link
from content import comparing
from content.comparing import Compared

router = APIRouter()

OFFERED: Final = 6
"""Cases that are offered to put beside the others."""

READ: Final = 20
"""Addresses that are looked at; the rest of a longer list is nobody's question."""


@dataclass(frozen=True, kw_only=True)
class CompareView:
    """The cases, row by row."""

    title: str
    columns: Sequence[Column]
    shared: Sequence[SharedFigures]
    bars: Sequence[Bars]
    notices: Sequence[str]
    offered: Sequence[Link]
    """Cases to put beside these, each with the address that does so."""
    search: str

    @property
    def is_comparison(self) -> bool:
        """Whether there is anything to compare."""
        return len(self.columns) > 1


@router.get("/vergelijk")
def compare(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
    """The cases that the address names, as far as this reader may see them."""
    asked = list(dict.fromkeys(slug for slug in request.query_params.getlist("stuk") if slug))[:READ]
    found = comparing.cases_at(session, me, asked)
    cases = found[: comparing.MOST]
    slugs = [case.listed.article.slug for case in cases]
    view = CompareView(
        title=_title(len(cases)),
        columns=[
            compare_view.column_of(case, without=_address([slug for slug in slugs if slug != own]))
            for case, own in zip(cases, slugs, strict=True)
        ],
        shared=[compare_view.shared_figures(row) for row in comparing.shared_rows(cases)],
        bars=compare_view.bars_of(cases),
        notices=_notices(asked, found),
        offered=_offered(session, me, cases, here.language) if len(cases) < comparing.MOST else [],
        search=f"{showing.here('/zoeken')}?soort=praktijkcase",
    )
    return page("compare", view, section="knowledge", is_indexed=not asked)


def _title(count: int) -> str:
    """How many stand there, in a word."""
    return {2: _("Two cases side by side"), 3: _("Three cases side by side"), 4: _("Four cases side by side")}.get(
        count, _("Cases side by side")
    )


def _notices(asked: Sequence[str], found: Sequence[Compared]) -> list[str]:
    """What of the address was left out. A hidden piece and none at all are told alike."""
    notices = []
    if len(found) < len(asked):
        sentence = ngettext(
            "One address is no case that you can read here. We left it out.",
            "%(n)s addresses are no cases that you can read here. We left them out.",
            len(asked) - len(found),
        )
        notices.append(sentence)
    if len(found) > comparing.MOST:
        notices.append(_("At most %(n)s cases fit beside each other. These are the first ones.", n=comparing.MOST))
    return notices


def _offered(session: Session, me: Actor, cases: Sequence[Compared], language: str) -> list[Link]:
    slugs = [case.listed.article.slug for case in cases]
    return [
        Link(
            row.article.title,
            _address([*slugs, row.article.slug]),
            note=row.lead.title if row.lead else _("Company not named"),
        )
        for row in comparing.alike(session, me, cases, language=language, most=OFFERED)
    ]


def _address(slugs: Sequence[str]) -> str:
    query = urlencode([("stuk", slug) for slug in slugs])
    return f"{showing.here('/vergelijk')}?{query}" if query else showing.here("/vergelijk")

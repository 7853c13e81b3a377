"""For stewards: what people search for, what they do not find, and what stands on top of a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import long_date
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from content import reading
from search import picking
from search.search_log import Kind, Summary, summary

router = APIRouter()

HERE: Final = "/beheer/zoeken"
LISTS: Final = {"vaak": Kind.MOST, "leeg": Kind.EMPTY, "niet-geopend": Kind.UNOPENED}


@dataclass(frozen=True)
class LogRow:
    """Words that were searched for."""

    words: str
    times: int
    found: int | None
    alike: str
    synonym: str
    """The address at which they become a synonym."""
    search: str


@dataclass(frozen=True)
class PickRow:
    """What stands on top of a question."""

    id: int
    question: str
    piece: Link
    until: str


@dataclass(frozen=True)
class SearchesView:
    """The page of the search log."""

    side: Sequence[tuple[Link, bool]]
    log: Summary
    lists: Sequence[tuple[Link, bool]]
    rows: Sequence[LogRow]
    picks: Sequence[PickRow]
    form: Form

    @property
    def address(self) -> str:
        """Of this page."""
        return showing.here(HERE)

    @property
    def since(self) -> str:
        """The first day that counts."""
        return long_date(self.log.since)


@router.get(HERE)
def searches(request: Request, here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """What was searched for lately, without names."""
    asked = request.query_params.get("lijst", "")
    form = Form({"vraag": request.query_params.get("vraag", "")[:100]})
    return _shown(session, page, form, here.language, asked)


@router.post(f"{HERE}/bovenaan")
def put_on_top(session: Writing, me: Steward, here: Here, form: Sealed, page: Page) -> Response:
    """Put a piece on top of a question, until a day."""
    question = form.line("vraag", most=100, missing=_("Write the question for which it should stand on top."))
    slug = form.line("stuk", most=300, missing=_("Write the address of the piece.")).rstrip("/").rsplit("/", 1)[-1]
    until = _day(form)
    if form.is_fine and until is not None:
        with form.minding(session):
            picking.pick(session, question, slug, until=until, by=me)
    if form.is_fine:
        return see(showing.here(HERE) + "#bovenaan")
    return _shown(session, page, form, here.language, "")


@router.post(f"{HERE}/bovenaan/{{number}}")
def leave_to_search(
    session: Writing, me: Steward, form: Sealed, number: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """Leave the order to the search again."""
    picking.unpick(session, number, by=me)
    return see(showing.here(HERE) + "#bovenaan")


def _day(form: Form) -> date | None:
    try:
        return date.fromisoformat(form.raw("tot"))
    except ValueError:
        form.blame("tot", _("Choose the last day on which it stands on top."))
        return None


def _shown(session: Session, page: Page, form: Form, language: str, asked: str) -> Response:
    kind = LISTS.get(asked, Kind.MOST)
    log = summary(session, kind)
    view = SearchesView(
        side=side(HERE),
        log=log,
        lists=[
            (Link(label, f"{showing.here(HERE)}?lijst={word}", count), LISTS[word] is kind)
            for word, label, count in (
                ("vaak", _("Most asked"), None),
                ("leeg", _("No result"), log.empty),
                ("niet-geopend", _("Nothing opened"), log.unopened),
            )
        ],
        rows=[
            LogRow(
                row.words,
                row.times,
                row.found,
                row.alike,
                f"{showing.here('/beheer/woorden')}?{urlencode({'van': row.words, 'naar': row.alike})}#wijzig",
                f"{showing.here('/zoeken')}?{urlencode({'q': row.words})}",
            )
            for row in log.rows
        ],
        picks=_picks(session, language),
        form=form,
    )
    return page("stewards/searches", view, status=200 if form.is_fine else form.status)


def _picks(session: Session, language: str) -> list[PickRow]:
    present = picking.picks(session)
    of_piece = reading.versions_of(session, [one.piece_id for one in present], language)
    return [
        PickRow(
            one.id,
            one.written,
            Link(of_piece[one.piece_id].title, showing.here(f"/kennis/{of_piece[one.piece_id].slug}")),
            long_date(one.until),
        )
        for one in present
        if one.piece_id in of_piece
    ]

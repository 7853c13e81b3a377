"""One piece in other forms, for programs and for people who keep references: the live version or an older one.

Whatever is cited stays: `/v/{n}` keeps its references, its text and its data for ever. Paper is for today's version.

These routes stand before the page's, whose address would take their endings for a part of the slug.
"""

import logging
import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.settings import settings
from app.people.actor import Actor
from app.web import showing, signposts
from app.web.api.telling import article as told_whole
from app.web.as_markdown import markdown
from app.web.citation_formats import FORMATS, CitationFormat
from app.web.citing import reference
from app.web.handing_out import hand_out
from app.web.needs import Me, Reading, VisibleArticle
from app.web.paper.keeping import sheet_as_pdf
from app.web.paper.press import NoPress, Press
from app.web.rendering import Page
from app.web.rows import Link
from content import shelves
from content.reading import Opened, open_article

router = APIRouter()

log = logging.getLogger(__name__)

_NUMBER: Final = re.compile("[1-9][0-9]{0,5}")

_FORMATS: Final = {form.ending: form for form in FORMATS}


def opened_piece(request: Request, session: Reading, me: Me, article: VisibleArticle) -> Opened:
    """The live version, or the one whose number stands in the address; NotFound when there is none of that number."""
    number = request.path_params.get("number")
    if number is None:
        return open_article(session, article, me)
    if not _NUMBER.fullmatch(number):
        raise NotFound(_("This piece has no such version."))
    return open_article(session, article, me, number=int(number))


OpenedPiece = Annotated[Opened, Depends(opened_piece)]


@router.get("/kennis/{slug}.csl.json")
@router.get("/kennis/{slug}/v/{number}.csl.json")
def as_csl(request: Request, me: Me, opened: OpenedPiece) -> Response:
    """The reference, for programs that follow citationstyles.org."""
    return _cited(request, me, opened, _FORMATS["csl.json"])


@router.get("/kennis/{slug}.bib")
@router.get("/kennis/{slug}/v/{number}.bib")
def as_bibtex(request: Request, me: Me, opened: OpenedPiece) -> Response:
    """The reference, for LaTeX."""
    return _cited(request, me, opened, _FORMATS["bib"])


@router.get("/kennis/{slug}.ris")
@router.get("/kennis/{slug}/v/{number}.ris")
def as_ris(request: Request, me: Me, opened: OpenedPiece) -> Response:
    """The reference, for Zotero, EndNote and their like."""
    return _cited(request, me, opened, _FORMATS["ris"])


@router.get("/kennis/{slug}.json")
@router.get("/kennis/{slug}/v/{number}.json")
def as_json(request: Request, session: Reading, me: Me, opened: OpenedPiece) -> Response:
    """The whole piece; of the live version exactly what the API tells."""
    (row,) = shelves.listed(session, [opened.article.id])
    body = told_whole(row, opened).model_dump_json(by_alias=True).encode()
    return hand_out(request, me, body, signposts.JSON, headers=form_headers(opened, "describes"))


@router.get("/kennis/{slug}.md")
@router.get("/kennis/{slug}/v/{number}.md")
def as_markdown(request: Request, me: Me, opened: OpenedPiece) -> Response:
    """The text as it was written, with a head that says what it is."""
    body = markdown(opened).encode()
    headers = form_headers(opened, "collection")
    return hand_out(request, me, body, f"{signposts.MARKDOWN}; charset=utf-8", headers=headers)


@router.get("/kennis/{slug}.pdf")
def as_pdf(request: Request, me: Me, opened: OpenedPiece, page: Page) -> Response:
    """A sheet of A4 to hand out. A machine without Pango says so, and how else to get the piece on paper."""
    try:
        body = sheet_as_pdf(opened, _press(request))
    except NoPress as reason:
        log.warning("no PDF can be made", extra={"why": str(reason)})
        view = Link("", showing.here(f"/kennis/{opened.article.slug}"))
        return page("no_paper", view, status=503, section="knowledge", is_indexed=False)
    named = {"content-disposition": f'inline; filename="{reference(opened).key}.pdf"'}
    return hand_out(request, me, body, signposts.PDF, headers=form_headers(opened, "collection") | named)


def _press(request: Request) -> Press:
    """The one press of this process."""
    state = request.app.state
    if not hasattr(state, "press"):
        state.press = Press()
    press: Press = state.press
    return press


def form_headers(opened: Opened, relation: str) -> dict[str, str]:
    """The way back to the page; invented pieces stay out of outside search engines in every form (settled: 10)."""
    hidden = opened.article.example and not settings().is_loopback
    return {"link": signposts.on_form(opened, relation), **({"x-robots-tag": "noindex"} if hidden else {})}


def _cited(request: Request, me: Actor, opened: Opened, form: CitationFormat) -> Response:
    told = reference(opened)
    named = {"content-disposition": f'attachment; filename="{told.key}.{form.ending}"'}
    headers = form_headers(opened, "describes") | named
    return hand_out(request, me, form.write(told).encode(), f"{form.media_type}; charset=utf-8", headers=headers)

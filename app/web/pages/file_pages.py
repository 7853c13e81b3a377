"""A page of a file as text: where a search leads that found its words in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query
from markupsafe import Markup
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.web import showing
from app.web.file_pages import found_of, page_address, part, place
from app.web.needs import Here, Me, Reading, VisibleArticle
from app.web.rendering import Page
from app.web.rows import Link
from content.attaching import attached
from content.file_kinds import extension_of
from content.file_texts import pages_of
from search.finding import marks_for

router = APIRouter()

LONGEST_QUESTION = 200


@dataclass(frozen=True)
class FilePageView:
    """The text of one page, with the file it stands in and the pages around it."""

    title: str
    piece: Link
    file: Link
    paragraphs: Sequence[Markup]
    before: Link | None
    after: Link | None
    language: str
    found: str
    """What is to be said of how far a search finds the file."""


@router.get("/kennis/{slug}/bijlagen/{name}/pagina/{number}")
def file_page(
    session: Reading,
    me: Me,
    here: Here,
    page: Page,
    article: VisibleArticle,
    name: Annotated[str, Path(max_length=200)],
    number: Annotated[int, Path(ge=1, le=10_000)],
    q: Annotated[str, Query()] = "",
) -> Response:
    """The text of a page as far as it could be read, for those who may open the file."""
    offered = attached(session, article, name, me)
    pages = pages_of(session, [offered.use.hash])[offered.use.hash]
    at = next((at for at, one in enumerate(pages) if one.number == number), None)
    if at is None:
        raise NotFound(_("There is nothing at this address."))
    told, asked = pages[at], q[:LONGEST_QUESTION]
    marks = marks_for(session, asked, me, here.language)
    lines = [line for line in told.text.split("\n") if line.strip()]
    around = [
        Link(part(name, one), page_address(article.slug, name, one.number, asked))
        for one in (*pages[max(0, at - 1) : at], *pages[at + 1 : at + 2])
    ]
    opens_at = f"#page={number}" if extension_of(name) == "pdf" else ""
    view = FilePageView(
        title=", ".join(part for part in (offered.use.name, place(name, told)) if part),
        piece=Link(article.title, showing.here(f"/kennis/{article.slug}")),
        file=Link(offered.use.name, showing.here(f"/kennis/{article.slug}/bijlagen/{name}") + opens_at),
        paragraphs=[Markup(marks.html(line)) if marks else Markup.escape(line) for line in lines],  # noqa: S704
        before=around[0] if at else None,
        after=around[-1] if at + 1 < len(pages) else None,
        language=article.language,
        found=found_of(offered.text),
    )
    return page("file_page", view, section="knowledge", is_indexed=False, language=article.language)

"""Reading along: a draft as colleagues read it, while its authors allow that."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from app.core.language import clock_time, long_date
from app.web import showing
from app.web.draft_text import DraftText, draft_text
from app.web.files import picture_answer
from app.web.needs import ArticleNumber, Reading, SignedIn
from app.web.rendering import Page
from content.preview_links import picture_of
from content.reading_along import read_along
from content.writing import draft_of

router = APIRouter()


@dataclass(frozen=True)
class AlongView:
    """The draft as it stands now."""

    draft: DraftText
    saved: str
    back: str


@router.get("/schrijven/{id}/lezen")
def read(session: Reading, me: SignedIn, id: ArticleNumber, page: Page) -> Response:
    """The draft of this moment."""
    article = read_along(session, id, me)
    saved = draft_of(session, article).saved_at
    draft = draft_text(session, article, pictures=f"/schrijven/{article.id}/lezen/beeld")
    view = AlongView(draft, f"{long_date(saved)}, {clock_time(saved)}", showing.here("/schrijven"))
    return page("writing/along_reading", view, is_indexed=False)


@router.get("/schrijven/{id}/lezen/beeld/{hash}/{form}")
def picture(
    session: Reading,
    me: SignedIn,
    id: ArticleNumber,
    hash: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    form: Annotated[str, Path(max_length=20)],
) -> Response:
    """A picture of the draft."""
    return picture_answer(picture_of(session, read_along(session, id, me), hash), form, me)

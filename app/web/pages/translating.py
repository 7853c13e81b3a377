"""The other language version of a piece: begun beside the original."""

from fastapi import APIRouter
from starlette.responses import Response

from app.web import showing
from app.web.forms import Sealed
from app.web.needs import ArticleToChange, SignedIn, Writing
from app.web.redirecting import see
from app.web.settings_menu import DONE
from content.translating import begin_translation

router = APIRouter()


@router.post("/schrijven/{id}/vertaling")
def begin(form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange) -> Response:
    """Begin it; the one that is there when there is one."""
    version = begin_translation(session, article, by=me)
    return see(f"{showing.here(f'/schrijven/{version.id}')}?{DONE}=begonnen")

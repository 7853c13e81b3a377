"""Saving: keep a piece for later, from its page."""

from fastapi import APIRouter
from starlette.responses import Response

from app.feeds import saving
from app.web import showing
from app.web.forms import Sealed
from app.web.needs import SignedIn, VisibleArticle, Writing
from app.web.redirecting import see

router = APIRouter()


@router.post("/kennis/{slug}/bewaren")
def save(session: Writing, me: SignedIn, article: VisibleArticle, form: Sealed) -> Response:
    """Keep it, or let it go."""
    if form.raw("_method") == "delete":
        saving.let_go(session, article.piece_id, by=me)
    else:
        saving.save(session, article, by=me)
    return see(showing.here(f"/kennis/{article.slug}"))

"""Two who wrote at once: both texts side by side, passage by passage, and one that is made of what is chosen."""

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import Stale
from app.core.language import gettext as _
from app.web import showing
from app.web.draft_form import content_of
from app.web.draft_saves import seen_version
from app.web.forms import Sealed
from app.web.merge_view import merge_view, merged
from app.web.needs import ArticleToChange, SignedIn, Writing
from app.web.pages.writing import merging
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import DONE
from content import drafting
from content.writing import draft_of

router = APIRouter()


@router.post("/schrijven/{id}/samenvoegen")
def merge(form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange, page: Page) -> Response:
    """Save what was chosen of both texts. When theirs changed once more, both are shown again."""
    draft = draft_of(session, article, is_locked=True)
    mine = content_of(form, article.kind, draft.content)
    content = merged(article.kind, form, mine, draft.content)
    if form.is_fine:
        try:
            drafting.save(session, article, content, by=me, seen_version=seen_version(form))
        except Stale as stale:
            return merging(session, article, form, mine, page, stale)
        return see(showing.here(f"/schrijven/{article.id}") + f"?{DONE}=samengevoegd")
    view = merge_view(session, article, draft, form, mine)
    form.heading = _("Choose for each of these")
    return page("writing/merge", view, status=form.status, is_indexed=False)

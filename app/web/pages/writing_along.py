"""What an open editor asks while somebody types: save this, look at this, who else is here. Answered in JSON.

Without script none of this is asked; the same is done by the buttons of the form.
"""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.core.errors import Invalid
from app.core.language import clock_time
from app.core.language import gettext as _
from app.web.draft_form import content_of
from app.web.draft_saves import attempt_of, seen_version
from app.web.forms import Sealed, form_token
from app.web.fresh_look import look_at, needs_html, page_html
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, SignedIn, Writing
from content import drafting, presence
from content.writing import draft_of

router = APIRouter()


@router.post("/schrijven/{id}/bewaren")
def save(form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange) -> Response:
    """Save what was typed. Answers with the version that it made, once that is kept; the same attempt again, with that.

    412 when somebody else saved since, 422 when something is too long to be kept.
    """
    content = content_of(form, article.kind, draft_of(session, article, is_locked=True).content)
    for field, sentence in form.errors.items():
        raise Invalid(sentence, field=field)
    seen, attempt = seen_version(form), attempt_of(form)
    draft = drafting.save(session, article, content, by=me, seen_version=seen, attempt=attempt)
    presence.be_there(session, article, by=me)
    return _told(
        version=draft.version,
        said=_("Saved at %(time)s", time=clock_time(draft.saved_at)),
        title=content.title or _("Without a title yet"),
    )


@router.post("/schrijven/{id}/meelezen")
def look(form: Sealed, session: Reading, me: SignedIn, article: EditableArticle) -> Response:
    """What is missing in what was typed, and how it would look. Nothing is kept."""
    content = content_of(form, article.kind, draft_of(session, article).content)
    fresh = look_at(session, article, content, me)
    return _told(needs=needs_html(fresh), page=page_html(fresh), blocking=fresh.blocking)


@router.post("/schrijven/{id}/aanwezig")
def be_there(form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange) -> Response:
    """Say that one is here; hear who else is, and which version is the newest."""
    presence.be_there(session, article, by=me)
    return _told(
        version=draft_of(session, article).version, others=_others(presence.others_there(session, article, than=me))
    )


@router.get("/schrijven/{id}/stand")
def state(here: Here, session: Reading, me: SignedIn, article: EditableArticle) -> Response:
    """After signing in again: the newest version, a token for the forms of this session, and whose session it is."""
    draft = draft_of(session, article)
    return _told(version=draft.version, text_version=draft.text_version, token=form_token(here), who=me.handle)


def _others(names: Sequence[str]) -> str:
    """Sanne Kuipers kijkt mee."""
    return "" if not names else _("%(names)s also has this open", names=", ".join(names))


def _told(**told: object) -> Response:
    return JSONResponse(told, headers={"cache-control": "private, no-store"})

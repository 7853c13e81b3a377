"""Bringing in what was written elsewhere: a Word document, looked at before it is taken; what is pasted from Word."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.core.errors import Invalid, Stale
from app.core.language import gettext as _
from app.core.text import one_line
from app.web import showing
from app.web.bringing_view import bringing_view, look_at
from app.web.draft_saves import seen_version
from app.web.forms import Sealed
from app.web.needs import EditableArticle, Reading, SignedIn, Writing
from app.web.pages.writing import LEFT
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import DONE
from app.web.uploads import BOX, Uploaded, one_of_few
from content.bringing import documents
from content.bringing.telling import left_behind
from content.drafting import editable

router = APIRouter()

INSTEAD: Final = "in-plaats"


@router.get("/schrijven/{id}/inlezen")
def choose(session: Reading, article: EditableArticle, page: Page) -> Response:
    """Which document it is."""
    return page("writing/bring", bringing_view(session, article), is_indexed=False)


@router.post("/schrijven/{id}/inlezen")
def look(upload: Uploaded, article: EditableArticle, session: Reading, page: Page) -> Response:
    """What would come in, and what would not. Nothing is changed yet."""
    form, found = upload.form, None
    if not upload.files:
        form.blame(BOX, _("Choose a Word document (docx)."))
    for sent in upload.files[:1]:
        try:
            with one_of_few():
                data = sent.file.file.read()
                document = documents.read_document(sent.name, data)
                found = look_at(article, sent.name, documents.set_aside(article, data), document)
        except Invalid as problem:
            form.blame(BOX, problem.sentence)
    view = bringing_view(session, article, form=form, look=found)
    return page("writing/bring", view, status=200 if form.is_fine else form.status, is_indexed=False)


@router.post("/schrijven/{id}/ingelezen")
def take(form: Sealed, article: EditableArticle, session: Writing, me: SignedIn, page: Page) -> Response:
    """Take what was looked at into the draft. A text that was saved since is not replaced: it is looked at again."""
    name, digest, seen = one_line(form.raw("naam"))[-200:], form.raw("hash")[:64], seen_version(form)
    instead, found = form.raw("plaats") == INSTEAD, None
    try:
        with one_of_few():
            document = documents.read_document(name, documents.taken_up(article, digest))
            pictures = documents.prepared_pictures(document)
        article = editable(session, article.id, me)
        brought = documents.bring_in(session, article, document, pictures, instead=instead, seen_version=seen, by=me)
    except Stale as stale:
        found, form.status = look_at(article, name, digest, document), stale.status
        form.blame(
            "", _("Somebody changed the text since you looked. Nothing was replaced; your document is still here.")
        )
    except Invalid as problem:
        form.blame(BOX, problem.sentence)
    if not form.is_fine:
        session.rollback()
        view = bringing_view(session, article, form=form, look=found)
        return page("writing/bring", view, status=form.status, is_indexed=False)
    documents.forget(article)
    left = f"&{LEFT}={','.join(map(str, brought.left))}" if brought.left else ""
    return see(showing.here(f"/schrijven/{article.id}") + f"?{DONE}=ingelezen{left}")


@router.post("/schrijven/{id}/plakken")
def paste(form: Sealed, article: EditableArticle) -> Response:
    """What somebody copied from Word or a page, as Markdown. Changes nothing: the script puts it into the text."""
    with one_of_few():
        markdown, dropped = documents.read_pasted(form.raw("html"))
    told = {"markdown": markdown, "dropped": [each.sentence for each in left_behind(dropped)]}
    return JSONResponse(told, headers={"cache-control": "private, no-store"})

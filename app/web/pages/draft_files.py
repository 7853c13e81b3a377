"""The pictures and files of a piece that somebody writes: sent in, described, replaced, taken out and back.

Works without script. With it (static/js/files.js) the same forms are sent in the background and answered by the list
anew, so that nothing typed beside them is lost.
"""

import time
from collections.abc import Sequence
from typing import Annotated, Final
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from app.core.apart import too_busy
from app.core.errors import Invalid, Problem, Unavailable
from app.core.language import gettext as _
from app.core.templating import render
from app.people.actor import Actor
from app.web import showing
from app.web.draft_files_view import FilesView, files_view
from app.web.files import draft_file_answer, part_asked
from app.web.forms import Form, form_token
from app.web.needs import EditableArticle, Here, Reading, SignedIn, Writing
from app.web.redirecting import see
from app.web.rendering import Page, Rendering
from app.web.uploads import BOX, Sent, Uploaded, one_of_few
from app.web.visit import Visit, header
from content import filing
from content.draft_files import draft_file, files_in
from content.drafting import editable
from content.filing import Told
from content.models import Article
from content.preparing import PreparedFile
from content.snapshot import FileUse, Visibility
from content.writing import draft_of

router = APIRouter()

Name = Annotated[str, Path(max_length=200)]

DOES: Final = "doe"
"""The field that says what is to be done with a file: `bewaar`, `vervang`, `ondertitel`, `weg` or `terug`."""

GONE: Final = "weg"
"""In an address: the name of what was just taken out."""


@router.get("/schrijven/{id}/bestanden")
def show(here: Here, session: Reading, article: EditableArticle, page: Page) -> Response:
    """All of them."""
    draft = draft_of(session, article)
    asked = parse_qs(here.query)
    done, gone = asked.get("klaar", [""])[0], asked.get(GONE, [""])[0]
    view = files_view(session, article, draft, said=_said(done), gone=_gone(gone))
    return page("writing/files_page", view, is_indexed=False)


@router.post("/schrijven/{id}/bestanden")
def add(
    request: Request,
    here: Here,
    upload: Uploaded,
    article: EditableArticle,
    session: Writing,
    me: SignedIn,
    page: Page,
) -> Response:
    """Put files with the draft. Each is looked at before the database is asked anything; what fits is kept."""
    form = upload.form
    ready = _prepared(upload.files, form)
    if not upload.files:
        form.blame(BOX, _("Choose a file"))
    article = editable(session, article.id, me)
    added = [use for file in ready if (use := _added(session, article, file, form, me)) is not None]
    return _answer(request, here, page, session, article, form, added=added, done="erbij")


@router.get("/schrijven/{id}/bestanden/{name}")
def give(request: Request, session: Reading, article: EditableArticle, name: Name) -> Response:
    """A file of the draft, to be saved."""
    return draft_file_answer(draft_file(session, article, name), part_asked(request))


@router.post("/schrijven/{id}/bestanden/{name}")
def change(
    request: Request,
    here: Here,
    upload: Uploaded,
    article: EditableArticle,
    session: Writing,
    me: SignedIn,
    page: Page,
    name: Name,
) -> Response:
    """Say something else of a file, put another in its place, take it out or put it back."""
    form, does = upload.form, upload.form.raw(DOES)
    is_sent = does in ("vervang", "ondertitel")
    ready = _prepared(upload.files[:1], form) if is_sent else []
    if is_sent and not upload.files:
        form.blame(BOX, _("Choose a file"))
    article = editable(session, article.id, me)
    gone = None
    if form.is_fine:
        with form.minding(session, BOX):
            gone = _changed(session, article, name, form, does, ready, by=me)
    return _answer(request, here, page, session, article, form, gone=gone, done="bewaard")


def _changed(
    session: Session,
    article: Article,
    name: str,
    form: Form,
    does: str,
    ready: Sequence[PreparedFile],
    *,
    by: Actor,
) -> FileUse | None:
    match does:
        case "weg":
            return filing.take_out(session, article, name, by=by)
        case "terug":
            filing.put_back(session, article, name, form.raw("hash"), by=by)
        case "vervang":
            filing.replace(session, article, name, ready[0], by=by)
        case "ondertitel":
            filing.caption(session, article, name, ready[0], by=by)
        case _:
            filing.describe(session, article, name, _told(form), by=by)
    return None


def _told(form: Form) -> Told:
    asked = form.raw("zichtbaar")
    return Told(
        title=form.line("titel", most=200),
        shows=form.line("beschrijving", most=300),
        is_decorative=form.is_ticked("versiering"),
        is_listed=form.is_ticked("lijst"),
        is_looked_over=form.is_ticked("nagekeken"),
        visibility=Visibility(asked) if asked in set(Visibility) else None,
    )


def _prepared(files: Sequence[Sent], form: Form) -> list[PreparedFile]:
    """Those that may be kept; the form says of each other why not."""
    ready: list[PreparedFile] = []
    if not files:
        return ready
    with one_of_few() as until:
        for sent in files:
            try:
                if time.monotonic() > until:
                    raise too_busy()
                ready.append(sent.prepared())
            except Invalid as problem:
                _blame(form, sent.name, problem)
            except Unavailable:
                if len(files) == 1:
                    raise
                _blame(form, sent.name, Invalid(_("There was no time left for it. Send it once more.")))
    return ready


def _added(session: Session, article: Article, file: PreparedFile, form: Form, me: Actor) -> FileUse | None:
    try:
        with session.begin_nested():
            return filing.add(session, article, file, by=me)
    except Invalid as problem:
        _blame(form, file.name, problem)
        return None


def _blame(form: Form, name: str, problem: Problem) -> None:
    before = form.errors.get(BOX, "")
    told = f"{name[:80]}: {problem.sentence}"
    form.errors[BOX] = f"{before} {told}".strip()


def _answer(
    request: Request,
    here: Visit,
    page: Rendering,
    session: Session,
    article: Article,
    form: Form,
    *,
    done: str,
    added: Sequence[FileUse] = (),
    gone: FileUse | None = None,
) -> Response:
    """The list anew for a script, the page with what does not fit, or the way back to the page."""
    draft = draft_of(session, article)
    view = files_view(session, article, draft, form=form, gone=gone)
    status = 200 if form.is_fine else form.status
    if "application/json" in header(request.scope, b"accept"):
        names = {use.name for use in added}
        texts = [file.markdown for file in files_in(session, article, draft.content) if file.use.name in names]
        told = {
            "html": _list(here, view),
            "added": texts,
            "problem": form.errors.get(BOX, ""),
            "version": draft.version,
        }
        return JSONResponse(told, status, headers={"cache-control": "private, no-store"})
    if form.is_fine:
        taken = f"&{GONE}={quote(f'{gone.hash}/{gone.name}')}" if gone else ""
        return see(f"{showing.here(f'/schrijven/{article.id}/bestanden')}?klaar={'weg' if gone else done}{taken}")
    return page("writing/files_page", view, status=status, is_indexed=False)


def _list(here: Visit, view: FilesView) -> str:
    return render("pages/writing/files_list.html", view=view, token=form_token(here))


def _said(done: str) -> str:
    said = {"erbij": _("The file is with the piece."), "bewaard": _("Saved."), "weg": _("Taken out.")}
    return said.get(done, "")


def _gone(told: str) -> FileUse | None:
    hash_, _slash, name = told.partition("/")
    return FileUse(name=name, hash=hash_) if name and len(hash_) == 64 else None

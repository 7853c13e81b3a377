"""Writing: a new piece, and the editor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Invalid, Stale
from app.core.language import LANGUAGES, ngettext
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Organisation
from app.web import showing
from app.web.draft_form import content_of, form_of
from app.web.draft_page import draft_page
from app.web.draft_saves import attempt_of, seen_version
from app.web.editor_view import editor_view
from app.web.forms import Form, Sealed
from app.web.fresh_look import FreshLook, look_at
from app.web.merge_view import merge_view
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, SignedIn, Writing
from app.web.redirecting import see
from app.web.rendering import Page, Rendering
from app.web.settings_menu import DONE
from app.web.translation_view import translation_view
from app.web.visit import Visit
from content import drafting
from content.kinds import KINDS
from content.models import Article, Draft
from content.snapshot import Snapshot
from content.writing import draft_of, original_of

router = APIRouter()

LEFT: Final = "achter"
"""In an address: which pictures of a document stayed behind."""


@dataclass(frozen=True, kw_only=True)
class NewView:
    """The few things that have to be known before a piece is begun."""

    form: Form
    action: str
    kinds: Sequence[tuple[str, str, str]]
    owners: Sequence[tuple[str, str]]
    languages: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class UnreadyView:
    """A piece that cannot be shown as a page yet: what is there of it, and what is missing."""

    look: FreshLook
    title: str
    base: str


@router.get("/schrijven/nieuw")
def new(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """What somebody wants to write, and for whom."""
    asked = parse_qs(here.query).get("soort", [""])[0]
    owners = drafting.writes_for(session, me)
    form = Form({"kind": asked, "language": here.language, "owner": owners[0].slug if len(owners) == 1 else ""})
    return page("writing/new", _new_view(form, owners), is_indexed=False)


@router.post("/schrijven/nieuw")
def begin(form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Begin it."""
    owners = {each.slug: each for each in drafting.writes_for(session, me)}
    kind = form.choice("kind", KINDS, missing=_("Choose one of these"))
    owner = form.choice("owner", owners, missing=_("Choose one of your organisations"))
    language = form.choice("language", LANGUAGES, missing=_("Choose one of these"))
    title = form.line("title", most=110)
    if form.is_fine:
        with form.minding(session):
            article = drafting.begin(session, kind=kind, language=language, owner=owners[owner], title=title, by=me)
    if form.is_fine:
        return see(showing.here(f"/schrijven/{article.id}"))
    return page("writing/new", _new_view(form, list(owners.values())), status=form.status, is_indexed=False)


@router.get("/schrijven/{id}")
def edit(here: Here, session: Reading, me: SignedIn, article: EditableArticle, page: Page) -> Response:
    """The editor."""
    draft = draft_of(session, article)
    return _editor(session, me, article, draft, form_of(draft.content, article.kind), page, done=_said(here))


@router.post("/schrijven/{id}")
def save(form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange, page: Page) -> Response:
    """Save what was typed, on the version that it was typed in. When that is old, both texts are shown."""
    draft = draft_of(session, article, is_locked=True)
    content = content_of(form, article.kind, draft.content)
    if form.is_fine:
        try:
            drafting.save(session, article, content, by=me, seen_version=seen_version(form), attempt=attempt_of(form))
        except Stale as stale:
            return merging(session, article, form, content, page, stale)
        at = showing.here(f"/schrijven/{article.id}")
        return see(f"{at}/insturen" if form.raw("daarna") == "insturen" else f"{at}?{DONE}=bewaard")
    return _editor(session, me, article, draft, form, page, said=_("Not saved"))


def _editor(
    session: Session,
    me: Actor,
    article: Article,
    draft: Draft,
    form: Form,
    page: Rendering,
    *,
    done: str = "",
    said: str = "",
) -> Response:
    """The editor with this form; a translation is written beside its original."""
    status = form.status if form.errors else 200
    original = original_of(session, article) if draft.content.translated is not None else None
    if original is None:
        view = editor_view(session, article, draft, form, me=me, done=done, said=said)
        return page("writing/editor", view, status=status, is_indexed=False)
    beside = translation_view(session, article, original, draft, form, me=me, done=done, said=said)
    return page("writing/translation", beside, status=status, is_indexed=False)


def merging(session: Session, article: Article, form: Form, mine: Snapshot, page: Rendering, stale: Stale) -> Response:
    """Both texts, side by side."""
    view = merge_view(session, article, draft_of(session, article), form, mine)
    return page("writing/merge", view, status=stale.status, is_indexed=False)


@router.get("/schrijven/{id}/voorbeeld")
def preview(session: Reading, me: SignedIn, article: EditableArticle, page: Page) -> Response:
    """The piece as its page will be, as far as it was saved."""
    return _preview(session, me, article, draft_of(session, article).content, page)


@router.post("/schrijven/{id}/voorbeeld")
def preview_typed(form: Sealed, session: Reading, me: SignedIn, article: EditableArticle, page: Page) -> Response:
    """The same for what was typed and is not saved. Nothing is kept."""
    return _preview(session, me, article, content_of(form, article.kind, draft_of(session, article).content), page)


def _preview(session: Session, me: Actor, article: Article, content: Snapshot, page: Rendering) -> Response:
    try:
        view = draft_page(session, article, content, me)
    except Invalid:
        look = look_at(session, article, content, me)
        unready = UnreadyView(look, content.title, showing.here(f"/schrijven/{article.id}"))
        return page("writing/unready", unready, is_indexed=False)
    return page(f"articles/{article.kind}", view, section="knowledge", reads=True, is_indexed=False)


def _said(here: Visit) -> str:
    said = {
        "bewaard": _("Saved."),
        "samengevoegd": _("Saved: one text made of both."),
        "teruggezet": _("An older text stands here again. What was here before is kept among the versions."),
        "apart": _("Kept among the versions."),
        "ingelezen": _("The document is in the text."),
        "begonnen": _("The other language version is begun. Readers see nothing of it yet."),
    }
    asked = parse_qs(here.query)
    told = said.get(asked.get(DONE, [""])[0], "")
    left = [number for number in asked.get(LEFT, [""])[0].split(",")[:60] if number.isdigit() and len(number) < 4]
    if not told or not left:
        return told
    return (
        told
        + " "
        + ngettext(
            "Of its pictures one stayed behind: number %(which)s.",
            "Of its pictures %(n)s stayed behind: numbers %(which)s.",
            len(left),
            which=", ".join(left),
        )
    )


def _new_view(form: Form, owners: Sequence[Organisation]) -> NewView:
    return NewView(
        form=form,
        action=showing.here("/schrijven/nieuw"),
        kinds=[(slug, kind.name(), kind.about()) for slug, kind in KINDS.items()],
        owners=[("", _("Choose")), *((each.slug, each.title) for each in owners)] if len(owners) > 1 else [],
        languages=[("nl", _("Dutch"), ""), ("en", _("English"), "")],
    )

"""Who may see a piece: chosen by its authors, for every version and language at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import NotAllowed
from app.core.language import gettext as _
from app.people.actor import Actor
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, SignedIn, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import DONE
from app.web.visibility_words import about, who
from content.attaching import allowed_to
from content.licences import TERMS
from content.models import Article, Stage
from content.reaching import choose_reach, may_widen, takes_part
from content.reading_along import let_read_along
from content.snapshot import Licence, Visibility
from content.tightening import STRICTNESS
from content.writing import draft_of

router = APIRouter()

COLLEAGUES: Final = "collegas"
"""The field that lets colleagues read the draft."""


@dataclass(frozen=True, kw_only=True)
class ReachView:
    """Who may see a piece."""

    title: str
    foreign: str
    editor: str
    action: str
    form: Form
    choices: Sequence[tuple[str, str, str]]
    organisations: Sequence[tuple[str, str]]
    """Those that can be named beside the owner."""
    is_shown: bool
    """Whether readers see it now: then a choice counts at once."""
    may_widen: bool
    licence: str
    """The name of the open licence of a piece that is not for everyone (settled: 17)."""
    done: bool


@router.get("/schrijven/{id}/zichtbaar")
def ask(here: Here, session: Reading, me: SignedIn, article: EditableArticle, page: Page) -> Response:
    """Who may see it now, and what else can be chosen."""
    named = set(allowed_to(session, article))
    slugs = [each.slug for each in takes_part(session) if each.id in named]
    is_read_along = draft_of(session, article).is_read_along
    form = Form({"visibility": article.visibility, "named": slugs, COLLEAGUES: ["ja"] if is_read_along else []})
    done = DONE in parse_qs(here.query)
    return page("writing/reach", _view(session, article, form, me, done=done), is_indexed=False)


@router.post("/schrijven/{id}/zichtbaar")
def choose(form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange, page: Page) -> Response:
    """Choose. It counts at once, also for versions that were published before."""
    chosen = form.choice("visibility", [*Visibility], missing=_("Choose one of these"))
    if form.is_fine:
        try:
            with form.minding(session):
                choose_reach(session, article, Visibility(chosen), by=me, named=form.several("named"))
                let_read_along(session, article, form.is_ticked(COLLEAGUES), by=me)
        except NotAllowed as refused:
            form.refuse(refused, "visibility")
    if form.is_fine:
        return see(f"{showing.here(f'/schrijven/{article.id}/zichtbaar')}?{DONE}=bewaard")
    return page("writing/reach", _view(session, article, form, me), status=form.status, is_indexed=False)


def _view(session: Session, article: Article, form: Form, me: Actor, *, done: bool = False) -> ReachView:
    content = draft_of(session, article).content
    is_open = content.licence != Licence.RESERVED
    return ReachView(
        title=content.title or _("Without a title yet"),
        foreign=article.language,
        editor=showing.here(f"/schrijven/{article.id}"),
        action=showing.here(f"/schrijven/{article.id}/zichtbaar"),
        form=form,
        choices=[(each, who(each), about(each)) for each in STRICTNESS],
        organisations=[(each.slug, each.title) for each in takes_part(session) if each.id != article.owner_id],
        is_shown=article.stage == Stage.PUBLISHED,
        may_widen=article.visibility == Visibility.EVERYONE or may_widen(session, article, me),
        licence=TERMS[content.licence].name if is_open and article.visibility != Visibility.EVERYONE else "",
        done=done,
    )

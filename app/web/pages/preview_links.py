"""Preview links: making and taking them back, and what whoever holds one sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.language import current_language, long_date, ngettext
from app.core.language import gettext as _
from app.people.actor import someone_passing_by
from app.web import showing
from app.web.draft_text import DraftText, draft_text
from app.web.files import picture_answer
from app.web.forms import Form, Sealed
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, SignedIn, Writing
from app.web.own_organisation import LARGEST
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.visit import Visit, address
from content import preview_links
from content.models import Article
from content.writing import draft_of

router = APIRouter()

Token = Annotated[str, Path(max_length=100)]


@dataclass(frozen=True)
class LinkRow:
    """A link as its makers see it."""

    id: int
    note: str
    address: str
    about: str
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class LinksView:
    """Every link to a draft."""

    title: str
    foreign: str
    rows: Sequence[LinkRow]
    days: Sequence[tuple[str, str]]
    action: str
    back: str
    form: Form


@dataclass(frozen=True)
class PreviewView:
    """A draft, as whoever holds a link sees it."""

    draft: DraftText
    until: str


@router.get("/schrijven/{id}/links")
def show_links(here: Here, session: Reading, article: EditableArticle, page: Page) -> Response:
    """The links there are."""
    return page("review/links", _links_view(session, article, here, Form({"days": "7"})), is_indexed=False)


@router.post("/schrijven/{id}/links")
def change_links(
    here: Here, form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange, page: Page
) -> Response:
    """Make one, or take one back."""
    is_end = form.raw("doe") == "intrekken"
    number = form.number("link", least=1, most=LARGEST, missing=_("Choose one of these")) if is_end else None
    to = form.line("note", most=160)
    days = (
        form.choice("days", [str(each) for each in preview_links.DAYS], missing=_("Choose one of these"))
        if not is_end
        else ""
    )
    if form.is_fine:
        with form.minding(session):
            if is_end:
                preview_links.revoke(session, article, number or 0, by=me)
            else:
                preview_links.make(session, article, to=to, days=int(days), by=me)
    if form.is_fine:
        return see(address(f"/schrijven/{article.id}/links", here.language))
    return page("review/links", _links_view(session, article, here, form), status=form.status, is_indexed=False)


@router.get("/concept/{token}")
def preview(request: Request, here: Here, session: Reading, token: Token, page: Page) -> Response:
    """The draft of this moment. Nothing changes but the count, which is written down apart from this."""
    link, article = preview_links.behind(session, token)
    if request.method == "GET":
        preview_links.count_opening(link)
    draft = draft_text(session, article, pictures=f"/concept/{token}/beeld")
    view = PreviewView(draft, long_date(link.expires_at))
    answer = page("review/preview", view, is_indexed=False, is_personal=True)
    answer.headers["x-robots-tag"] = "noindex, nofollow"
    return answer


@router.get("/concept/{token}/beeld/{hash}/{form}")
def preview_picture(
    session: Reading,
    token: Token,
    hash: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    form: Annotated[str, Path(max_length=20)],
) -> Response:
    """A picture of the draft."""
    answer = picture_answer(preview_links.picture_behind(session, token, hash), form, someone_passing_by)
    answer.headers["cache-control"] = "private, no-store"
    return answer


def _links_view(session: Session, article: Article, here: Visit, form: Form) -> LinksView:
    return LinksView(
        title=draft_of(session, article).content.title,
        foreign=article.language if article.language != current_language() else "",
        rows=[
            LinkRow(
                id=link.id,
                note=link.note or _("without a note"),
                address=whole(f"/concept/{link.token}", here.language) if link.is_open else "",
                about=_about(link, maker.name if maker else ""),
                is_open=link.is_open,
            )
            for link, maker in preview_links.links_to(session, article)
        ],
        days=[(str(days), ngettext("%(n)s day", "%(n)s days", days)) for days in preview_links.DAYS],
        action=showing.here(f"/schrijven/{article.id}/links"),
        back=showing.here(f"/schrijven/{article.id}"),
        form=form,
    )


def _about(link: preview_links.PreviewLink, maker: str) -> str:
    if link.revoked_at is not None:
        state = _("taken back on %(day)s", day=long_date(link.revoked_at))
    elif link.is_open:
        state = _("works until %(day)s", day=long_date(link.expires_at))
    else:
        state = _("over since %(day)s", day=long_date(link.expires_at))
    opened = ngettext("opened %(n)s time", "opened %(n)s times", link.opens)
    return ", ".join(filter(None, (state, opened, maker)))

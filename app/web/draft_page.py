"""The page of a piece as it will be: drawn by the very templates that readers get, from what nobody else sees yet."""

from dataclasses import replace

from sqlmodel import Session

from app.core.language import gettext as _
from app.people.actor import Actor
from app.web import showing
from app.web.article_view import ArticleView, PageNotice, view_of
from app.web.byline import author_cards
from app.web.films import film_rows
from content.kinds import Kind
from content.models import Article
from content.previewing import preview
from content.snapshot import Snapshot


def draft_page(
    session: Session, article: Article, content: Snapshot, actor: Actor, *, told: Kind | None = None
) -> ArticleView:
    """The view of the page with this content. Raises Invalid while a field that the page draws is missing.

    `told`: the fields to draw when not all of them fit yet.
    """
    shown = preview(session, article, content, actor)
    view = view_of(
        shown,
        told=told,
        authors=author_cards(session, shown),
        related=[],
        ask=None,
        keeping=None,
    )
    notice = PageNotice("info", _("This is a draft. Only those who write on it see it like this."))
    # What is no version yet lies with its draft.
    films = film_rows(shown, base=showing.here(f"/schrijven/{article.id}/bestanden"))
    # Nobody can cite what has not appeared.
    contents = [link for link in view.contents if link.href != "#citeren"]
    return replace(view, films=films, paper="", citation_formats=[], versions=[], notices=[notice], contents=contents)

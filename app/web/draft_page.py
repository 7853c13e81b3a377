"""The page of a piece as it will be: drawn by the very templates that readers get, from what nobody else sees yet."""

from dataclasses import replace

from sqlmodel import Session

from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.finding import workplaces
from app.web import showing
from app.web.article_view import ArticleView, PageNotice, view_of
from content.models import Article
from content.previewing import preview
from content.snapshot import Snapshot


def draft_page(session: Session, article: Article, content: Snapshot, actor: Actor) -> ArticleView:
    """The view of the page with this content. Raises Invalid while a field that the page draws is missing."""
    shown = preview(session, article, content, actor)
    places = workplaces(session, [author.id for author in shown.authors])
    view = view_of(
        shown,
        authors=[showing.person(author, places.get(author.id)) for author in shown.authors],
        related=[],
        ask=None,
        keeping=None,
    )
    notice = PageNotice("info", _("This is a draft. Only those who write on it see it like this."))
    return replace(view, paper="", citation_formats=[], versions=[], notices=[notice])

"""Bringing a document into a draft: what would come along, and what would not, in words."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlmodel import Session

from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.markdown import render
from app.web import showing
from app.web.forms import Form
from content.bringing.documents import Document, is_untouched
from content.bringing.telling import counted, left_behind
from content.models import Article
from content.writing import draft_of


@dataclass(frozen=True, kw_only=True)
class Look:
    """What would come in."""

    hash: str
    name: str
    title: str
    summary: str
    html: Markup
    dropped: list[str]


@dataclass(frozen=True, kw_only=True)
class BringingView:
    """The page on which a document is chosen and looked at."""

    form: Form
    action: str
    taken: str
    """Where it is sent to once it was looked at."""
    editor: str
    title: str
    version: int
    """Of the draft."""
    is_untouched: bool
    look: Look | None


def bringing_view(
    session: Session, article: Article, *, form: Form | None = None, look: Look | None = None
) -> BringingView:
    """The page for this article."""
    draft = draft_of(session, article)
    return BringingView(
        form=form or Form({"plaats": "achter"}),
        action=showing.here(f"/schrijven/{article.id}/inlezen"),
        taken=showing.here(f"/schrijven/{article.id}/ingelezen"),
        editor=showing.here(f"/schrijven/{article.id}"),
        title=draft.content.title or _("Without a title yet"),
        version=draft.version,
        is_untouched=is_untouched(article, draft),
        look=look,
    )


def look_at(article: Article, name: str, digest: str, document: Document) -> Look:
    """What would come in of this document."""
    rendered = render(document.markdown, language=article.language)
    counts = counted(document, rendered)
    parts = [
        ngettext("One word", "%(n)s words", counts.words),
        ngettext("one heading", "%(n)s headings", counts.headings),
        ngettext("one table", "%(n)s tables", counts.tables),
        ngettext("one picture", "%(n)s pictures", counts.pictures),
        ngettext("a minute to read", "%(n)s minutes to read", counts.minutes),
    ]
    return Look(
        hash=digest,
        name=name,
        title=document.title,
        summary=", ".join(parts),
        html=Markup(rendered.html),  # noqa: S704 - from our own renderer, which sanitises last
        dropped=[each.sentence for each in left_behind(document.dropped)],
    )

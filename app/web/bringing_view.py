"""Bringing a document into a draft: what would come along, and what would not, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from sqlmodel import Session

from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.markdown import plain, render
from app.core.text import reading_minutes
from app.web import showing
from app.web.forms import Form
from content.bringing.documents import Document, is_untouched
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
    words = len(plain(document.markdown).split())
    parts = [
        ngettext("One word", "%(n)s words", words),
        ngettext("one heading", "%(n)s headings", len(rendered.headings)),
        ngettext("one table", "%(n)s tables", rendered.html.count("<table")),
        ngettext("one picture", "%(n)s pictures", len(document.pictures)),
        ngettext("a minute to read", "%(n)s minutes to read", reading_minutes(rendered.plain)),
    ]
    return Look(
        hash=digest,
        name=name,
        title=document.title,
        summary=", ".join(parts),
        html=Markup(rendered.html),  # noqa: S704 - from our own renderer, which sanitises last
        dropped=dropped_in_words(document.dropped),
    )


def dropped_in_words(dropped: Mapping[str, int]) -> list[str]:
    """A sentence for each sort of thing that does not come along."""
    told = {
        "pictures": lambda n: ngettext(
            "One picture: its kind, size or place.", "%(n)s pictures: their kind, size or place.", n
        ),
        "merged cells": lambda n: ngettext(
            "One merged cell is told once, beside empty ones.",
            "%(n)s merged cells are told once, beside empty ones.",
            n,
        ),
        "colours": lambda n: ngettext("Colour of text, once.", "Colours of text, %(n)s times.", n),
        "links": lambda n: ngettext(
            "One link to a file of your own; its words stay.", "%(n)s links to files of your own; their words stay.", n
        ),
        "boxes": lambda n: ngettext("The box around one text.", "The boxes around %(n)s texts.", n),
        "equations": lambda n: ngettext(
            "One equation. Write it out, or add it as a picture.",
            "%(n)s equations. Write them out, or add them as pictures.",
            n,
        ),
        "drawings": lambda n: ngettext(
            "One drawing or chart. Add it as a picture.", "%(n)s drawings or charts. Add them as pictures.", n
        ),
        "comments": lambda n: ngettext("One comment in the margin.", "%(n)s comments in the margin.", n),
        "removed words": lambda n: ngettext(
            "One passage that was struck out with tracked changes.",
            "%(n)s passages that were struck out with tracked changes.",
            n,
        ),
    }
    return [told[what](count) for what, count in dropped.items() if count and what in told]

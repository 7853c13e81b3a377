"""A draft to be read, by somebody who does not write in it: its facts and its text, without the frame of a piece."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlmodel import Session

from app.core.errors import Invalid
from app.core.language import current_language
from app.core.language import gettext as _
from app.people.models import Organisation
from app.web import field_texts
from app.web.field_texts import ToldField
from content.models import Article
from content.writing import draft_of, rendered_of


@dataclass(frozen=True, kw_only=True)
class DraftText:
    """A draft, as whoever is shown it reads it."""

    kind: str
    title: str
    summary: str
    owner: str
    foreign: str
    facts: Sequence[ToldField]
    text: Markup


def draft_text(session: Session, article: Article, *, pictures: str) -> DraftText:
    """The draft of this moment. Its pictures that are for everybody who reads the piece lie below this address."""
    content = draft_of(session, article).content
    owner = session.get_one(Organisation, article.owner_id)
    try:
        facts = field_texts.all_of(content.telling(article.kind))
    except Invalid:
        facts = []  # a draft may be half written
    return DraftText(
        kind=article.kind,
        title=content.title,
        summary=content.summary,
        owner=owner.title if content.tells_of(owner.slug) else _("Company not named"),
        foreign=article.language if article.language != current_language() else "",
        facts=facts,
        text=Markup(rendered_of(session, article, content, preview=pictures).html),  # noqa: S704 - ours
    )

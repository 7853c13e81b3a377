"""Gone: an article that was withdrawn, told to machines with its reason and where to read on."""

from typing import Annotated, Any

from fastapi import Depends
from sqlmodel import Session

from app.people.actor import Actor
from app.web.api.shapes import Words
from app.web.api.telling import page_of
from app.web.errors import Told
from app.web.needs import Me, Reading, Slug
from content.models import Article
from content.reading import Withdrawn, at_address
from content.relating import successor


def live_article(slug: Slug, session: Reading, me: Me) -> Article:
    """The published article at this address. A withdrawn one raises 410 with reason and successor."""
    try:
        return at_address(session, slug, me)
    except Withdrawn as withdrawn:
        raise Told(withdrawn, **_more(session, withdrawn.article, me)) from withdrawn


LiveArticle = Annotated[Article, Depends(live_article)]


def _more(session: Session, gone: Article, me: Actor) -> dict[str, Any]:
    """What readers who could see it are told beside the sentence (settled: 9)."""
    row = successor(session, gone, me, language=gone.language)
    return {
        "reason": Words.of(gone.withdrawn_reason_nl, gone.withdrawn_reason_en).model_dump(),
        "withdrawn": gone.withdrawn_at.strftime("%Y-%m-%dT%H:%M:%SZ") if gone.withdrawn_at else None,
        "successor": row and {"slug": row.article.slug, "title": row.article.title, "url": page_of(row.article)},
    }

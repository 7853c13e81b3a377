"""Notices about pieces that stand: it should be looked at again, or it was taken back."""

from datetime import datetime
from typing import Final

from app.core.database import writing
from app.feeds.noticing import About, tell
from content.events import ArticleWithdrawn, StillTrueAsked
from content.models import Article, Stage
from content.retiring import owners_asked

ONE: Final = "%Y%m%d%H%M%S"
"""The moment, so that each withdrawal and each question is told once, whatever the number of languages."""


def notice_question(happened: StillTrueAsked) -> None:
    """Beside the letter: is it still true?"""
    with writing() as session:
        article = session.get(Article, happened.article_id)
        if article is None or article.asked_at is None:
            return
        about = About("review_due", _key("still-true", article, article.asked_at), f"/schrijven/{article.id}/nog-waar")
        for user in owners_asked(session, article):
            tell(session, user.id, about, told={"title": article.title}, article=article)


def notice_withdrawal(happened: ArticleWithdrawn) -> None:
    """Whoever looks after it hears that somebody else took it back, or that its last day has passed."""
    with writing() as session:
        article = session.get(Article, happened.article_id)
        if article is None or article.stage != Stage.WITHDRAWN or article.withdrawn_at is None:
            return
        about = About("withdrawn", _key("withdrawn", article, article.withdrawn_at), f"/kennis/{article.slug}")
        for user in owners_asked(session, article):
            if user.id != article.withdrawn_by_id:
                tell(session, user.id, about, told={"title": article.title}, article=article)


def _key(what: str, article: Article, at: datetime) -> str:
    return f"{what}-{article.piece_id}-{at:{ONE}}"

"""Notices about links: whoever looks after a piece hears that one leads nowhere, until none does any more."""

from sqlmodel import col, select

from app.core.database import writing
from app.feeds.models import Notice
from app.feeds.noticing import About, done, tell
from content.events import LinksLookedAt
from content.links import check_of
from content.models import Article
from content.retiring import owners_asked


def notice_links(happened: LinksLookedAt) -> None:
    """Tell them of what is broken since; or what they were told of is mended, and waits for nobody."""
    with writing() as session:
        article = session.get(Article, happened.article_id)
        check = check_of(session, article) if article is not None else None
        if article is None or check is None:
            return
        key = f"links-{article.id}-{check.told_at:%Y%m%d%H%M%S}" if check.broken and check.told_at else ""
        waiting = select(Notice.key).where(
            Notice.article_id == article.id, Notice.name == "links_broken", col(Notice.awaits).is_(True)
        )
        for earlier in set(session.exec(waiting).all()) - {key}:
            done(session, earlier)
        if key:
            about = About("links_broken", key, f"/schrijven/{article.id}/verwijzingen")
            for user in owners_asked(session, article):
                tell(session, user.id, about, told={"title": article.title}, article=article, awaits=True)

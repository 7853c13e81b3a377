"""Previewing: a draft as its page would show it, before anything of it is kept."""

from sqlmodel import Session

from app.people.actor import Actor
from content.models import Article, Revision
from content.reading import Opened, opened
from content.snapshot import Snapshot
from content.writing import headings_of, rendered_of


def preview(session: Session, article: Article, content: Snapshot, actor: Actor) -> Opened:
    """The article as it would be with this content. Nothing is written.

    Raises Invalid for a text that is too long. Whether the fields of the kind are complete is not asked.
    """
    rendered = rendered_of(session, article, content)
    revision = Revision(
        id=0,
        article_id=article.id,
        number=article.newest_revision + 1,
        published_number=article.live_number + 1,
        content=content,
        html=rendered.html,
        headings=headings_of(rendered),
        plain=rendered.plain,
    )
    return opened(session, article, revision, [], actor)

"""Timing: until when nothing of a piece appears, and until which day it can be read, in each of its languages.

What follows from both lies with those who let pieces appear and end (`publishing`, `appearing`, `access`).
"""

from datetime import date, datetime

from sqlmodel import Session

from app.core.clock import local, now, today
from app.core.errors import Invalid
from app.core.jobs import announce
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.auditing import note
from content.access import require_editor
from content.events import ArticleReachChanged
from content.holding import hold
from content.models import Article, Stage


def limit(
    session: Session,
    article: Article,
    *,
    embargo_until: datetime | None,
    last_day: date | None,
    by: Actor,
    appears_at: datetime | None = None,
) -> None:
    """Set both, or take them off with None. Saying the same again changes nothing.

    `appears_at`: the moment that is chosen beside them. Raises Invalid for what has passed, and for what would never be
    seen. What waits for an earlier moment waits until the embargo is over.
    """
    require_editor(by, article)
    versions = hold(session, article)
    if embargo_until is not None and embargo_until <= now() and embargo_until != article.embargo_until:
        raise Invalid(_("This moment has passed. Choose a later one."), field="embargo_until")
    if last_day is not None and last_day < today() and last_day != article.last_day:
        raise Invalid(_("This day has passed. Choose a later one."), field="last_day")
    if appears_at is not None and embargo_until is not None and appears_at < embargo_until:
        raise Invalid(_("There is an embargo on this piece until after that moment."), field="publish_at")
    first = max(filter(None, (appears_at, embargo_until)), default=None)
    if last_day is not None and first is not None and last_day < local(first).date():
        raise Invalid(_("It would be over before it appears. Choose a later day."), field="last_day")
    if (embargo_until, last_day) == (article.embargo_until, article.last_day):
        return
    for version in versions:
        version.embargo_until, version.last_day = embargo_until, last_day
        if embargo_until is not None and version.publish_at is not None:
            version.publish_at = max(version.publish_at, embargo_until)
        session.add(version)
        session.flush()
        if version.stage == Stage.PUBLISHED:
            announce(session, ArticleReachChanged(article_id=version.id))
    note(session, by, "limit_piece", subject=f"piece:{article.slug}")

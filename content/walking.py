"""Walking: everything on the shelves, newest first, for machines that want all of it and miss or repeat nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from app.core.paging import Place
from app.people.actor import Actor
from content.access import seen_by
from content.models import Article
from content.shelves import Listed, listed


@dataclass(frozen=True)
class Stretch:
    """A part of the walk."""

    items: Sequence[Listed]
    total: int
    """Of the whole walk."""
    onward: Place | None
    """Where to go on, when there is more."""


def walk(
    session: Session,
    actor: Actor,
    *,
    where: Sequence[ColumnElement[bool]] = (),
    after: Place | None = None,
    most: int,
) -> Stretch:
    """At most so many articles that this reader sees, each language version by itself; `where` narrows the walk."""
    conditions = [seen_by(actor), *where]
    total = session.exec(select(func.count(col(Article.id))).where(*conditions)).one()
    if after is not None:
        conditions.append(beyond(after, col(Article.published_at)))
    rows = session.exec(
        select(Article.id, Article.published_at)
        .where(*conditions)
        .order_by(col(Article.published_at).desc(), col(Article.id).desc())
        .limit(most + 1)
    ).all()
    taken = rows[:most]
    onward = None
    if len(rows) > most and taken[-1][1] is not None:
        onward = (taken[-1][1], taken[-1][0])
    return Stretch(listed(session, [id_ for id_, _moment in taken]), total, onward)


def beyond(place: Place, moment: Mapped[datetime | None]) -> ColumnElement[bool]:
    """Articles that come after this place when sorted by `moment` and id, both from high to low."""
    last_moment, last_id = place
    return or_(moment < last_moment, and_(moment == last_moment, col(Article.id) < last_id))

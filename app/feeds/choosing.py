"""Choosing: the one function that selects what a reader hears of, on the site, in a feed, by mail and by webhook.

Whatever reaches anybody was chosen here, with the rights of that moment. A piece is chosen once, however many wishes it
answers, and says which of them those are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, literal, or_, true
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from app.core.paging import Place
from app.feeds.models import MutedPiece, Scope, Told
from app.people.actor import Actor
from content import shelves
from content.access import opened_after, seen_by
from content.models import Article
from content.walking import beyond


@dataclass(frozen=True)
class Wish:
    """Something to hear of: pieces that meet all of `where`."""

    where: tuple[ColumnElement[bool], ...] = ()
    since: datetime | None = None
    """Only what appeared, or was opened to its reader, after this moment."""
    scope: Scope = Scope.EVERYTHING


@dataclass(frozen=True)
class Reached:
    """Who was told of what before, wherever that was: a person, or a webhook of an organisation."""

    user_id: int | None = None
    webhook_id: int | None = None

    @property
    def told(self) -> ColumnElement[bool]:
        """For a query: what they were told."""
        if self.webhook_id is not None:
            return col(Told.webhook_id) == self.webhook_id
        return col(Told.user_id) == self.user_id


@dataclass(frozen=True)
class Chosen:
    """A piece that a reader hears of, in the language version that suits them."""

    article_id: int
    piece_id: int
    at: datetime
    """When it became news: it appeared, or to those who want everything a new version did."""
    changed_at: datetime
    answers: tuple[int, ...]
    """The places of the wishes that it answers."""


def choose(
    session: Session,
    actor: Actor,
    wishes: Sequence[Wish],
    *,
    language: str,
    limit: int,
    before: Place | None = None,
    untold: Reached | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[Chosen]:
    """What this reader may see of what they wish for, each piece once, the latest news first. One query.

    Without the single pieces that they muted.

    `untold`: without what this reader was told of already. `before` goes on where another choice ended. `where` narrows
    it further.
    """
    if not wishes:
        return []
    each = [_news(wish, actor, untold) for wish in wishes]
    moment = _moment(wishes, each)
    conditions = [seen_by(actor), shelves.preferring(language, actor), or_(*each), *where]
    moments = [wish.since for wish in wishes if wish.since is not None]
    if len(moments) == len(wishes):
        # Follows from the others; by its index few rows are left to look at, however many pieces there are.
        conditions.append(col(Article.news_at) > min(moments))
    if actor.user_id is not None:
        muted = (col(MutedPiece.user_id) == actor.user_id, col(MutedPiece.piece_id) == col(Article.piece_id))
        conditions.append(~exists().where(*muted))
    if before is not None:
        conditions.append(beyond(before, moment))
    # With one wish every piece that is chosen answers it.
    answers = [case((one, 1), else_=0) for one in each] if len(each) > 1 else [literal(1)]
    rows = session.execute(
        sa_select(col(Article.id), col(Article.piece_id), moment, col(Article.changed_at), *answers)
        .where(*conditions)
        .order_by(moment.desc(), col(Article.id).desc())
        .limit(limit)
    ).all()
    return [
        Chosen(row[0], row[1], row[2], row[3], tuple(place for place, answered in enumerate(row[4:]) if answered))
        for row in rows
    ]


def _news(wish: Wish, actor: Actor, untold: Reached | None) -> ColumnElement[bool]:
    moment = _moment_of(wish)
    conditions: list[ColumnElement[bool]] = [*wish.where]
    if wish.since is not None:
        # What was opened to them later is news then, as if it had appeared.
        conditions.append(or_(moment > wish.since, opened_after(actor, wish.since)))
    if untold is not None:
        told = [untold.told, col(Told.piece_id) == col(Article.piece_id)]
        if wish.scope == Scope.EVERYTHING:
            told.append(col(Told.at) >= col(Article.changed_at))
        conditions.append(~exists().where(*told))
    return and_(true(), *conditions)


def _moment_of(wish: Wish) -> Any:
    return col(Article.published_at) if wish.scope == Scope.NEW else col(Article.changed_at)


def _moment(wishes: Sequence[Wish], each: Sequence[ColumnElement[bool]]) -> Any:
    if len({wish.scope for wish in wishes}) == 1:
        return _moment_of(wishes[0])
    all_of_it = [one for wish, one in zip(wishes, each, strict=True) if wish.scope == Scope.EVERYTHING]
    return case((or_(false(), *all_of_it), col(Article.changed_at)), else_=col(Article.published_at))

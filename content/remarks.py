"""Remarks: what readers of a text that is on its way say about a passage, with answers, and words to put in its place.

A remark names the words it is about, not a place in the text: so it stays with them when something above changes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import ValidationError
from sqlmodel import Field, Session, col, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.record import Record, moment
from app.core.text import one_line, wash
from app.people.actor import Actor
from app.people.models import User
from content.access import can_edit
from content.events import RemarkMade
from content.models import Article
from content.review_access import follows
from content.reviews import Review
from content.snapshot import Snapshot
from content.writing import draft_of, save_draft

MOST: Final = 500
"""Remarks on one article."""


class Remark(Record, table=True):
    """What somebody says about a passage, or in answer to such a remark."""

    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")
    revision_id: int = Field(foreign_key="revision.id", ondelete="CASCADE")
    """The text in which they read the passage."""
    answers_id: int | None = Field(default=None, foreign_key="remark.id", index=True, ondelete="CASCADE")
    by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    passage: str = Field(default="", max_length=2000)
    body: str = Field(default="", max_length=2000)
    suggestion: str | None = Field(default=None, max_length=2000)
    """What could stand there instead."""
    resolved_at: datetime | None = moment()
    resolved_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    applied_at: datetime | None = moment()
    told_at: datetime | None = moment()
    """When those whom it concerns were written to."""


@dataclass(frozen=True)
class Thread:
    """A remark with who made it, and the answers to it, oldest first."""

    remark: Remark
    by: User | None
    answers: Sequence[tuple[Remark, User | None]]


def remark(
    session: Session, review: Review, *, by: Actor, passage: str, body: str, suggestion: str | None = None
) -> Remark:
    """Say something about a passage of the text that lies there. The same words twice are one remark.

    Raises NotFound for whoever does not see the review, Invalid for a remark that says nothing.
    """
    article = _article(session, review, by)
    if not body and suggestion is None:
        raise Invalid(_("Write what you want to say."), field="body")
    if suggestion is not None and not passage:
        raise Invalid(_("Name the words that should be replaced."), field="passage")
    made = Remark(
        article_id=article.id,
        revision_id=review.revision_id,
        by_id=by.user_id,
        passage=passage,
        body=body,
        suggestion=None if suggestion is None else wash(suggestion),
    )
    return _add(session, made)


def answer(session: Session, review: Review, remark_id: int, *, by: Actor, body: str) -> Remark:
    """Answer a remark; one that was settled is open again. Raises as `remark` does."""
    article = _article(session, review, by)
    first = numbered(session, article, remark_id)
    if not body:
        raise Invalid(_("Write what you want to say."), field="body")
    if first.resolved_at is not None:
        first.resolved_at = first.resolved_by_id = None
        session.add(first)
    made = Remark(
        article_id=article.id, revision_id=review.revision_id, answers_id=first.id, by_id=by.user_id, body=body
    )
    return _add(session, made)


def resolve(session: Session, review: Review, remark_id: int, *, by: Actor, is_settled: bool = True) -> Remark:
    """Settle a remark, or open it again. Doing so twice changes nothing."""
    found = numbered(session, _article(session, review, by), remark_id)
    if (found.resolved_at is not None) != is_settled:
        found.resolved_at, found.resolved_by_id = (now(), by.user_id) if is_settled else (None, None)
        session.add(found)
    return found


def apply_suggestion(session: Session, review: Review, remark_id: int, *, by: Actor) -> Remark:
    """Put the suggested words in the draft, and settle the remark. Applying it twice changes nothing.

    Raises NotAllowed for whoever may not write, Conflict when the passage does not stand there once any more, or when
    the words do not fit in its place.
    """
    article = _article(session, review, by)
    found = numbered(session, article, remark_id)
    if found.suggestion is None:
        raise NotFound(_("There is nothing at this address."))
    if not can_edit(by, article):
        raise NotAllowed(_("Only editors of the organisation that owns this piece may change it."))
    if found.applied_at is not None:
        return found
    content = draft_of(session, article, is_locked=True).content
    places = {name: getattr(content, name) for name in ("title", "summary", "body")}
    hits = [(name, spot) for name, text in places.items() for spot in _spots(text, found.passage)]
    if len(hits) != 1:
        raise Conflict(_("These words do not stand in the draft exactly once any more. Change them by hand."))
    name, (start, end) = hits[0]
    text = places[name]
    changed = text[:start] + found.suggestion + text[end:]
    save_draft(session, article, _with(content, name, changed), by=by)
    found.applied_at = found.resolved_at = now()
    found.resolved_by_id = by.user_id
    session.add(found)
    return found


def _with(content: Snapshot, name: str, text: str) -> Snapshot:
    """The content with this text in this place. Raises Conflict when it does not fit there."""
    try:
        return content.model_validate(content.model_dump() | {name: text if name == "body" else one_line(text)})
    except ValidationError as wrong:
        sentence = _("With the suggested words the title, summary or text becomes too long. Change it by hand.")
        raise Conflict(sentence) from wrong


def threads(session: Session, article: Article) -> list[Thread]:
    """Every remark on an article with its answers, oldest first. Two queries, however many."""
    rows = session.exec(select(Remark).where(Remark.article_id == article.id).order_by(col(Remark.id))).all()
    people = {row.by_id for row in rows if row.by_id is not None}
    users = {user.id: user for user in session.exec(select(User).where(col(User.id).in_(people))).all()}
    answers: dict[int, list[tuple[Remark, User | None]]] = {}
    for row in rows:
        if row.answers_id is not None:
            answers.setdefault(row.answers_id, []).append((row, users.get(row.by_id or 0)))
    return [Thread(row, users.get(row.by_id or 0), answers.get(row.id, [])) for row in rows if row.answers_id is None]


def numbered(session: Session, article: Article, id_: int) -> Remark:
    """A remark on this article, not an answer. Raises NotFound."""
    found = session.exec(
        select(Remark)
        .where(Remark.id == id_, Remark.article_id == article.id, col(Remark.answers_id).is_(None))
        .with_for_update()
    ).first()
    if found is None:
        raise NotFound(_("This remark is not there any more."))
    return found


def _article(session: Session, review: Review, by: Actor) -> Article:
    article = session.get_one(Article, review.article_id)
    if not follows(by, review, article):
        raise NotFound(_("There is nothing at this address."))
    return article


def _add(session: Session, made: Remark) -> Remark:
    earlier = session.exec(
        select(Remark).where(Remark.article_id == made.article_id).order_by(col(Remark.id).desc()).limit(MOST)
    ).all()
    for one in earlier[:3]:
        if all(
            getattr(one, name) == getattr(made, name)
            for name in ("answers_id", "by_id", "passage", "body", "suggestion")
        ):
            return one
    if len(earlier) >= MOST:
        raise Conflict(_("There are as many remarks on this piece as it can hold. Settle some first."))
    session.add(made)
    session.flush()
    announce(session, RemarkMade(remark_id=made.id))
    return made


def _spots(text: str, passage: str) -> list[tuple[int, int]]:
    """Where these words stand in a text, however its lines are broken."""
    words = passage.split()
    pattern = r"\s+".join(map(re.escape, words))
    return [found.span() for found in re.finditer(pattern, text)] if words else []

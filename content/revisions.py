"""Revisions: every text of an article that was put aside, and what is different between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from app.people.models import User
from content import differing
from content.differing import BlockChange, SectionChange
from content.models import Article, Revision
from content.snapshot import Snapshot

MOST = 500
"""Revisions that a list shows."""


@dataclass(frozen=True)
class Aside:
    """A text that was put aside."""

    number: int
    at: datetime
    who: str
    note: str
    published_number: int | None


@dataclass(frozen=True)
class State:
    """A text with its HTML: one that was put aside, or the draft of now."""

    content: Snapshot
    html: str


def all_aside(session: Session, article: Article) -> list[Aside]:
    """All of them, newest first. One query, without the texts."""
    return _found(session, col(Revision.article_id) == article.id)


def one_aside(session: Session, revision: Revision) -> Aside:
    """What the list tells of this one."""
    return _found(session, col(Revision.id) == revision.id)[0]


def _found(session: Session, which: ColumnElement[bool]) -> list[Aside]:
    aside = (Revision.number, Revision.created_at, User.name, Revision.note, Revision.published_number)
    # SQLModel's own `select` knows no more than four columns.
    rows = session.execute(
        sa_select(*map(col, aside))
        .join(User, col(User.id) == Revision.saved_by_id, isouter=True)
        .where(which)
        .order_by(col(Revision.number).desc())
        .limit(MOST)
    ).all()
    return [Aside(number, at, who or "", note, published) for number, at, who, note, published in rows]


def title_changes(old: Snapshot, new: Snapshot) -> Sequence[tuple[str, BlockChange]]:
    """Title and summary word by word, those that changed."""
    pairs = (("title", old.title, new.title), ("summary", old.summary, new.summary))
    return [
        (name, BlockChange("paragraph", differing.compare_words(before, after)))
        for name, before, after in pairs
        if before != after
    ]


def text_changes(old: State, new: State) -> list[SectionChange]:
    """The text, section by section and word by word; only the sections that changed."""
    return [section for section in differing.compare_texts(old.html, new.html) if section.is_changed]

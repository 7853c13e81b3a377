"""Unused files: what was taken out of a draft long ago and stands in no version is forgotten."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.core.database import reading, writing
from app.core.files import storage
from content.models import Attachment, Draft, Revision

UNUSED_DAYS: Final = 30


def forget_unused_files() -> None:
    """Forget files that no draft and no version uses, when they came in long enough ago to be taken back no more."""
    with reading() as session:
        old = select(Attachment.article_id).where(col(Attachment.created_at) < _long_ago()).distinct()
        unused = [id_ for id_ in session.exec(old).all() if _unused(session, id_)]
    for article_id in unused:
        with writing() as session:
            for row in _unused(session, article_id):
                _forget(session, row)


def _unused(session: Session, article_id: int) -> list[Attachment]:
    rows = session.exec(
        select(Attachment).where(Attachment.article_id == article_id, col(Attachment.created_at) < _long_ago())
    ).all()
    drafts = session.exec(select(Draft).where(Draft.article_id == article_id)).all()
    revisions = session.exec(select(Revision).where(Revision.article_id == article_id)).all()
    used = _used((*drafts, *revisions))
    return [row for row in rows if (row.name, row.hash) not in used]


def _used(told: Iterable[Draft | Revision]) -> set[tuple[str, str]]:
    return {(use.name, use.hash) for one in told for use in one.content.files}


def _forget(session: Session, row: Attachment) -> None:
    session.exec(delete(Attachment).where(col(Attachment.id) == row.id))
    if session.exec(select(Attachment.id).where(Attachment.hash == row.hash)).first() is None:
        # Inside the transaction: on SQLite nobody keeps the same file again before this is done.
        storage().forget(row.hash)


def _long_ago() -> datetime:
    return now() - timedelta(days=UNUSED_DAYS)

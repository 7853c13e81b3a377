"""Unused files: what no draft and no version has used for a month is forgotten.

The month begins when a file is taken out, or when this sees for the first time that nothing uses it: a file leaves a
draft in more ways than one.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import JSON, type_coerce
from sqlmodel import Session, col, delete, func, select

from app.core.clock import now
from app.core.database import reading, writing
from app.core.files import storage
from content.models import Attachment, Draft, Revision

UNUSED_FOR: Final = timedelta(days=30)

AT_ONCE: Final = 50
"""Versions of a text that are in memory together, with nothing of them but what they say of their files."""


def forget_unused_files() -> None:
    """Note which files nothing uses any more, and forget those of which that was noted long enough ago.

    One article after the other, so that it takes as little memory as one of them.
    """
    article_id = _next_with_files(0)
    while article_id is not None:
        with reading() as session:
            is_changing = any(True for _row in _changing(session, article_id))
        if is_changing:
            with writing() as session:
                for row, is_used in _changing(session, article_id):
                    _note(session, row, is_used)
        article_id = _next_with_files(article_id)


def _next_with_files(article_id: int) -> int | None:
    with reading() as session:
        return session.exec(
            select(func.min(Attachment.article_id)).where(col(Attachment.article_id) > article_id)
        ).one()


def _changing(session: Session, article_id: int) -> Iterator[tuple[Attachment, bool]]:
    """The files of an article of which something else is true than was noted, and whether anything uses them."""
    rows = session.exec(select(Attachment).where(Attachment.article_id == article_id)).all()
    used, named = _used(session, article_id), {(row.name, row.hash) for row in rows}
    # Under another name than it was kept under: the bytes are the same.
    renamed = {hash_ for name, hash_ in used if (name, hash_) not in named}
    for row in rows:
        is_used = (row.name, row.hash) in used or row.hash in renamed
        if is_used == (row.unused_since is not None) or (not is_used and _is_over(row)):
            yield row, is_used


def _used(session: Session, article_id: int) -> set[tuple[str, str]]:
    """Name and hash of every file that the draft or a version of this article uses."""
    found = set()
    for table in (Draft, Revision):
        files = type_coerce(table.content, JSON)["files"]
        told = select(files).where(col(table.article_id) == article_id).execution_options(yield_per=AT_ONCE)
        for uses in session.exec(told):
            found |= {(use["name"], use["hash"]) for use in uses or ()}
    return found


def _note(session: Session, row: Attachment, is_used: bool) -> None:
    if not is_used and _is_over(row):
        _forget(session, row)
        return
    row.unused_since = None if is_used else now()
    session.add(row)


def _is_over(row: Attachment) -> bool:
    return row.unused_since is not None and row.unused_since < now() - UNUSED_FOR


def _forget(session: Session, row: Attachment) -> None:
    session.exec(delete(Attachment).where(col(Attachment.id) == row.id))
    if session.exec(select(Attachment.id).where(Attachment.hash == row.hash)).first() is None:
        # Inside the transaction: on SQLite nobody keeps the same file again before this is done.
        storage().forget(row.hash)

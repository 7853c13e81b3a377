"""File texts: what stands in the files of published pieces, read in the background and kept by the file's hash.

The same file is read once, however often it is used. Whoever shows any of it asks first whether this reader may open
the file where it is used.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlmodel import Field, Session, SQLModel, col, delete, select

from app.core.apart import Interrupted, NotDone, work_apart
from app.core.database import reading, writing
from app.core.errors import NotFound
from app.core.files import storage
from app.core.jobs import announce
from app.core.record import choice
from app.core.text import wash
from content.events import ArticlePublished, FileRead
from content.file_kinds import BY_MEDIA_TYPE
from content.models import Article, Attachment, Stage

log = logging.getLogger(__name__)

READABLE: Final = ("pdf", "docx", "xlsx", "pptx", "txt", "csv")
READER: Final = 1
"""Grows when files are read better than before: then they are read again."""
AT_ONCE: Final = 20


class TextState(StrEnum):
    """What became of reading a file."""

    READ = "read"
    PARTLY = "partly"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


class FileText(SQLModel, table=True):
    """That a file was read, and what came of it."""

    hash: str = Field(primary_key=True, max_length=64)
    state: TextState = Field(sa_type=choice(TextState))
    reader: int = READER


class FilePage(SQLModel, table=True):
    """The text of one page, slide or sheet; of the whole where a file has no pages of its own."""

    hash: str = Field(primary_key=True, max_length=64, foreign_key="filetext.hash", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    name: str = Field(default="", max_length=80)
    """Of a sheet."""
    text: str = ""


@dataclass(frozen=True)
class Page:
    """A page of a file."""

    number: int
    name: str
    text: str


# --- reading ---------------------------------------------------------------------------------------------------


def read_files(happened: ArticlePublished) -> None:
    """Read the files of an article that nobody has read yet. Raises Interrupted: then it is tried again later."""
    with reading() as session:
        unread = _unread(session, article_id=happened.article_id)
    for hash_, extension in unread:
        _read(hash_, extension)


def read_unread_files() -> None:
    """Some of the files of published pieces that nobody has read, as after an upgrade; and forget what is not used."""
    with reading() as session:
        unread = _unread(session)[:AT_ONCE]
        unused = session.exec(
            select(FileText.hash).where(col(FileText.hash).not_in(select(Attachment.hash))).limit(1000)
        ).all()
    for hash_, extension in unread:
        try:
            _read(hash_, extension)
        except Interrupted as problem:
            log.info("a file was not read yet: %s", problem, extra={"hash": hash_})
    if unused:
        with writing() as session:
            session.exec(delete(FilePage).where(col(FilePage.hash).in_(unused)))
            session.exec(delete(FileText).where(col(FileText.hash).in_(unused)))


def _unread(session: Session, *, article_id: int | None = None) -> list[tuple[str, str]]:
    """Hash and kind of files that want to be read."""
    kinds = [kind.media_type for kind in BY_MEDIA_TYPE.values() if kind.extension in READABLE]
    known = select(FileText.hash).where(FileText.reader >= READER)
    wanted = (
        select(Attachment.hash, Attachment.media_type)
        .join(Article, col(Attachment.article_id) == Article.id)
        .where(
            Article.stage == Stage.PUBLISHED,
            col(Attachment.media_type).in_(kinds),
            col(Attachment.hash).not_in(known),
        )
        .distinct()
    )
    if article_id is not None:
        wanted = wanted.where(Article.id == article_id)
    return [(hash_, BY_MEDIA_TYPE[media_type].extension) for hash_, media_type in session.exec(wanted).all()]


def _read(hash_: str, extension: str) -> None:
    """Read one file apart, keep what it says, and have its pieces found by it."""
    state, pages = _extracted(hash_, extension)
    with writing() as session:
        session.exec(delete(FilePage).where(col(FilePage.hash) == hash_))
        session.merge(FileText(hash=hash_, state=state, reader=READER))
        session.flush()
        session.add_all(
            FilePage(hash=hash_, number=number, name=name, text=text)
            for number, (name, text) in enumerate(pages, start=1)
            if text
        )
        for article_id in session.exec(select(Attachment.article_id).where(Attachment.hash == hash_)).all():
            announce(session, FileRead(article_id=article_id))


def _extracted(hash_: str, extension: str) -> tuple[TextState, Sequence[tuple[str, str]]]:
    try:
        told = work_apart("content.extracting", storage().read(hash_), extension)
        return TextState(told["state"]), [(wash(str(name))[:80], wash(str(text))) for name, text in told["pages"]]
    except NotFound:
        log.warning("a file that belongs to a piece is not in the store", extra={"hash": hash_})
    except Interrupted:
        raise
    except (NotDone, KeyError, TypeError, ValueError) as problem:
        log.warning("a file could not be read: %s", problem, extra={"hash": hash_})
    return TextState.UNREADABLE, []


# --- what was read ---------------------------------------------------------------------------------------------


def with_text(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of these files in which text was found."""
    found = select(FileText.hash).where(
        col(FileText.hash).in_(hashes), col(FileText.state).in_([TextState.READ, TextState.PARTLY])
    )
    return set(session.exec(found).all()) if hashes else set()


def states(session: Session, hashes: Collection[str]) -> dict[str, TextState]:
    """What became of reading these files; one that is not there was not read yet, or is of a kind without text."""
    if not hashes:
        return {}
    rows = session.exec(select(FileText).where(col(FileText.hash).in_(hashes))).all()
    return {row.hash: row.state for row in rows}


def pages_of(session: Session, hashes: Collection[str]) -> dict[str, list[Page]]:
    """The pages of these files that hold text, in order."""
    found: dict[str, list[Page]] = {hash_: [] for hash_ in hashes}
    wanted = select(FilePage).where(col(FilePage.hash).in_(hashes)).order_by(FilePage.hash, col(FilePage.number))
    for row in session.exec(wanted).all() if hashes else ():
        found[row.hash].append(Page(row.number, row.name, row.text))
    return found


def texts_of(session: Session, hashes: Collection[str]) -> Mapping[str, str]:
    """All that stands in each of these files."""
    return {hash_: _joined(pages) for hash_, pages in pages_of(session, hashes).items()}


def _joined(pages: Iterable[Page]) -> str:
    return "\n".join(text for page in pages for text in (page.name, page.text) if text)

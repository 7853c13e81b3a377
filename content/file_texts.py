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
from content.file_limits import counted
from content.models import Article, Attachment, Stage

log = logging.getLogger(__name__)

READABLE: Final = ("pdf", "docx", "xlsx", "pptx", "txt", "csv")
READER: Final = 2
"""Grows when files are read better than before: then they are read again."""
AT_ONCE: Final = 20


class TextState(StrEnum):
    """What became of reading a file."""

    READ = "read"
    PARTLY = "partly"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


WITH_TEXT: Final = (TextState.READ, TextState.PARTLY)


class FileText(SQLModel, table=True):
    """That a file was read, and what came of it."""

    hash: str = Field(primary_key=True, max_length=64)
    state: TextState = Field(sa_type=choice(TextState))
    reader: int = READER
    letters: int = 0
    """Of all that was read; files that were read before these were counted have none."""


class FilePage(SQLModel, table=True):
    """The text of one page, slide or part of a sheet; of a part of the whole where a file has no pages of its own."""

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
        session.merge(FileText(hash=hash_, state=state, reader=READER, letters=len(_joined(pages))))
        session.flush()
        session.add_all(FilePage(hash=hash_, number=one.number, name=one.name, text=one.text) for one in pages)
        for article_id in session.exec(select(Attachment.article_id).where(Attachment.hash == hash_)).all():
            announce(session, FileRead(article_id=article_id))


def _extracted(hash_: str, extension: str) -> tuple[TextState, Sequence[Page]]:
    """What came of reading it, and the pages that hold text."""
    try:
        told = work_apart("content.extracting", storage().read(hash_), extension)
        pages = [
            Page(number, wash(str(name))[:80], wash(str(text)))
            for number, (name, text) in enumerate(told["pages"], start=1)
        ]
        return TextState(told["state"]), [page for page in pages if page.text]
    except NotFound:
        log.warning("a file that belongs to a piece is not in the store", extra={"hash": hash_})
    except Interrupted:
        raise
    except (NotDone, KeyError, TypeError, ValueError) as problem:
        log.warning("a file could not be read: %s", problem, extra={"hash": hash_})
    return TextState.UNREADABLE, []


# --- what was read ---------------------------------------------------------------------------------------------


def with_text(session: Session, hashes: Collection[str]) -> dict[str, int]:
    """Those of these files in which text was found, each with the number of its reader: another one, another text."""
    return {hash_: one.reader for hash_, one in read_of(session, hashes).items() if one.state in WITH_TEXT}


def read_of(session: Session, hashes: Collection[str]) -> dict[str, FileText]:
    """What became of reading these files; one that is not there was not read yet, or is of a kind without text."""
    if not hashes:
        return {}
    return {one.hash: one for one in session.exec(select(FileText).where(col(FileText.hash).in_(hashes))).all()}


def states(read: Mapping[str, FileText], hashes: Iterable[str]) -> dict[str, TextState]:
    """What a search finds of these files, which are those of one piece that a reader may open."""
    told = {hash_: read[hash_] for hash_ in hashes if hash_ in read}
    most = counted({hash_: one.letters for hash_, one in told.items()})
    return {hash_: TextState.PARTLY if most[hash_] < one.letters else one.state for hash_, one in told.items()}


def pages_of(session: Session, hashes: Collection[str]) -> dict[str, list[Page]]:
    """The pages of these files that hold text, in order."""
    found: dict[str, list[Page]] = {hash_: [] for hash_ in hashes}
    wanted = (
        select(FilePage.hash, FilePage.number, FilePage.name, FilePage.text)
        .where(col(FilePage.hash).in_(hashes))
        .order_by(FilePage.hash, col(FilePage.number))
    )
    for hash_, number, name, text in session.exec(wanted).all() if hashes else ():
        found[hash_].append(Page(number, name, text))
    return found


def texts_of(session: Session, hashes: Collection[str]) -> Mapping[str, str]:
    """All that stands in each of these files."""
    return {hash_: _joined(pages) for hash_, pages in pages_of(session, hashes).items()}


def _joined(pages: Iterable[Page]) -> str:
    return "\n".join(text for page in pages for text in (page.name, page.text) if text)

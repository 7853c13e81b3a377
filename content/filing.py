"""Filing: files put with a draft, described, replaced, taken out. No change here is a change of the text.

A file that is taken out stays with the article, so that it can be put back and older versions keep it; what no draft
and no version uses is forgotten after a while (`unused_files`).
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.language import gettext as _
from app.core.language import number
from app.people.actor import Actor
from content.access import require_editor
from content.attaching import keep_prepared
from content.file_kinds import BY_MEDIA_TYPE, MEGABYTE, FileKind, extension_of
from content.films import CAPTIONS, captions_name, is_film, with_their_captions
from content.models import Article, Attachment, Draft
from content.preparing import PreparedFile
from content.snapshot import FileUse, TakenOut, Visibility
from content.tightening import stricter_than
from content.writing import draft_of

MOST_FILES: Final = 100
"""In one piece."""
MOST_OF_PIECE: Final = 500 * MEGABYTE
MOST_OF_OWNER: Final = 20_000 * MEGABYTE
"""Bytes of one organisation, everything that is kept counted."""


@dataclass(frozen=True)
class Told:
    """What an author says of a file."""

    title: str = ""
    shows: str = ""
    is_decorative: bool = False
    is_listed: bool = True
    is_looked_over: bool = False
    visibility: Visibility | None = None


def add(session: Session, article: Article, file: PreparedFile, *, by: Actor, told: Told | None = None) -> FileUse:
    """Put a file with the draft; the same file again changes nothing. A name that is taken gets a number.

    Raises Invalid when there is no room for it.
    """
    require_editor(by, article)
    draft = draft_of(session, article, is_locked=True)
    present = next((use for use in draft.content.files if use.hash == file.hash), None)
    if present is not None and extension_of(present.name) == file.kind.extension:
        return present
    file = _renamed(file, {use.name for use in draft.content.files})
    require_room(session, article, file, beside=draft.content.files)
    kept = keep_prepared(session, article, file, by=by)
    use = _told(FileUse(name=kept.name, hash=kept.hash, listed=not file.kind.is_shown), article, told)
    _save(session, draft, (*draft.content.files, use))
    return use


def replace(session: Session, article: Article, name: str, file: PreparedFile, *, by: Actor) -> FileUse:
    """Put another file in the place of this one: what the text says of it stays, older versions keep theirs.

    Raises Invalid for one of another kind: its name would lie.
    """
    require_editor(by, article)
    draft = draft_of(session, article, is_locked=True)
    old = _used(draft, name)
    if file.kind.extension != extension_of(name):
        label = _kind_of(name).label
        sentence = _("Choose a file of the same kind (%(label)s), or add this one beside it.", label=label)
        raise Invalid(sentence, field="file")
    file = _named(file, name)
    require_room(session, article, file, beside=[use for use in draft.content.files if use is not old])
    kept = keep_prepared(session, article, file, by=by)
    use = old.model_copy(update={"hash": kept.hash, "is_looked_over": old.is_looked_over and kept.hash == old.hash})
    _save(session, draft, tuple(use if each is old else each for each in draft.content.files))
    return use


def caption(session: Session, article: Article, name: str, file: PreparedFile, *, by: Actor) -> FileUse:
    """Put captions beside a film, in the place of those it has. Raises Invalid for what is no WebVTT."""
    require_editor(by, article)
    film = _used(draft_of(session, article, is_locked=True), name)
    if not is_film(film) or file.kind.extension != CAPTIONS:
        raise Invalid(_("Choose captions as WebVTT (vtt)."), field="file")
    wanted = captions_name(name)
    if draft_of(session, article).content.file(wanted) is not None:
        return replace(session, article, wanted, file, by=by)
    return add(session, article, _named(file, wanted), by=by)


def describe(session: Session, article: Article, name: str, told: Told, *, by: Actor) -> FileUse:
    """Change what is said of a file. Raises Invalid for a visibility that is wider than the piece's."""
    require_editor(by, article)
    draft = draft_of(session, article, is_locked=True)
    old = _used(draft, name)
    use = _told(old, article, told)
    if use != old:
        _save(session, draft, tuple(use if each is old else each for each in draft.content.files))
    return use


def take_out(session: Session, article: Article, name: str, *, by: Actor) -> FileUse:
    """Use a file no longer; it can be put back."""
    require_editor(by, article)
    draft = draft_of(session, article, is_locked=True)
    old, files = _used(draft, name), draft.content.files
    for kept in _kept(session, article, old.hash):
        if kept.name == name:
            kept.taken_out, kept.unused_since = TakenOut(use=old, place=files.index(old)), now()
            session.add(kept)
    _save(session, draft, tuple(each for each in files if each is not old))
    return old


def put_back(session: Session, article: Article, name: str, hash_: str, *, by: Actor) -> FileUse:
    """Use a file again that was taken out, as it stood there.

    Raises NotFound when it is not kept any more, Invalid when there is no room for it in the piece.
    """
    require_editor(by, article)
    draft = draft_of(session, article, is_locked=True)
    present = draft.content.file(name)
    if present is not None:
        return present
    kept = next((row for row in _kept(session, article, hash_) if row.name == name), None)
    if kept is None:
        raise NotFound(_("This file is not there any more."))
    _require_room_in_piece(session, article, kept.size, draft.content.files)
    was = kept.taken_out or _unknown(article, kept)
    files = [*draft.content.files]
    files.insert(was.place, was.use)
    kept.taken_out = kept.unused_since = None
    session.add(kept)
    _save(session, draft, files)
    return was.use


def _kept(session: Session, article: Article, hash_: str) -> Sequence[Attachment]:
    """Usually one; the same bytes may be kept under several names."""
    return session.exec(select(Attachment).where(Attachment.article_id == article.id, Attachment.hash == hash_)).all()


def _unknown(article: Article, kept: Attachment) -> TakenOut:
    """At the end, for as few people as can be: nobody wrote down what was said of it."""
    fewest = next(reversed(stricter_than(article.visibility)), None)
    use = FileUse(name=kept.name, hash=kept.hash, listed=kept.width is None, visibility=fewest)
    return TakenOut(use=use, place=MOST_FILES)


def _told(use: FileUse, article: Article, told: Told | None) -> FileUse:
    if told is None:
        return use
    if told.visibility is not None and told.visibility not in stricter_than(article.visibility):
        raise Invalid(_("A file can be shown to fewer people than its piece, not to more."), field="visibility")
    return use.model_copy(
        update={
            f"title_{article.language}": told.title[:200],
            "shows": "" if told.is_decorative else told.shows[:300],
            "is_decorative": told.is_decorative,
            "listed": told.is_listed,
            "is_looked_over": told.is_looked_over,
            "visibility": told.visibility,
        }
    )


def _save(session: Session, draft: Draft, files: Sequence[FileUse]) -> None:
    draft.content = draft.content.model_copy(update={"files": with_their_captions(files)})
    session.add(draft)
    session.flush()


def _used(draft: Draft, name: str) -> FileUse:
    use = draft.content.file(name)
    if use is None:
        raise NotFound(_("This file is not there any more."))
    return use


def require_room(session: Session, article: Article, file: PreparedFile, *, beside: Sequence[FileUse]) -> None:
    """Raises Invalid with the sentence that says why this file does not fit any more: too many, or too large.

    `beside`: the files that the piece has when it comes in.
    """
    _require_room_in_piece(session, article, len(file.data), beside)
    if any(row.name == file.name for row in _kept(session, article, file.hash)):
        return
    ids = select(Article.id).where(Article.owner_id == article.owner_id)
    if _size_of(session, col(Attachment.article_id).in_(ids)) + len(file.data) > MOST_OF_OWNER:
        most = number(MOST_OF_OWNER // MEGABYTE)
        sentence = _(
            "Your organisation has used all of its %(most)s MB for files. Ask the knowledge centre.", most=most
        )
        raise Invalid(sentence, field="file")


def _require_room_in_piece(session: Session, article: Article, size: int, beside: Sequence[FileUse]) -> None:
    if len(beside) >= MOST_FILES:
        raise Invalid(_("A piece has at most %(n)s files. Take one out first.", n=number(MOST_FILES)), field="file")
    size += _size_of(
        session, col(Attachment.article_id) == article.id, col(Attachment.hash).in_({use.hash for use in beside})
    )
    if size > MOST_OF_PIECE:
        raise Invalid(
            _(
                "The files of this piece would be %(n)s MB together; there is room for %(most)s. Take one out first.",
                n=number(size // MEGABYTE),
                most=number(MOST_OF_PIECE // MEGABYTE),
            ),
            field="file",
        )


def _size_of(session: Session, *where: ColumnElement[bool]) -> int:
    return int(session.exec(select(func.coalesce(func.sum(Attachment.size), 0)).where(*where)).one())


def _renamed(file: PreparedFile, taken: set[str]) -> PreparedFile:
    stem, _dot, ending = file.name.rpartition(".")
    names = (file.name, *(f"{stem}-{nth}.{ending}" for nth in range(2, MOST_FILES + 2)))
    return _named(file, next(name for name in names if name not in taken))


def _named(file: PreparedFile, name: str) -> PreparedFile:
    return dataclasses.replace(file, name=name)


def _kind_of(name: str) -> FileKind:
    return next(kind for kind in BY_MEDIA_TYPE.values() if kind.extension == extension_of(name))

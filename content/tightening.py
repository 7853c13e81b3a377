"""Tightening: a file that was made more private stays that, in the versions of before too.

What readers see now decides. A version of before may say less of its files than was said of them since, never more.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import JSON, ColumnElement, type_coerce
from sqlmodel import Session, col, select

from content.models import Article, Revision
from content.snapshot import FileUse, Visibility

STRICTNESS: Final = (Visibility.EVERYONE, Visibility.MEMBERS, Visibility.ORGANISATIONS)
"""From whom most may see to whom fewest may."""

AT_ONCE: Final = 50
"""Versions that are read together, without their texts."""

Files = Sequence[FileUse]


def stricter_than(visibility: Visibility) -> tuple[Visibility, ...]:
    """What a file may be shown to when its piece has this visibility: fewer, never more."""
    return STRICTNESS[STRICTNESS.index(visibility) + 1 :]


def strictest(said: Iterable[Visibility | None]) -> Visibility | None:
    """The word of these that lets the fewest people in. None, which is whoever sees the piece, lets in the most."""
    return max(said, key=lambda each: -1 if each is None else STRICTNESS.index(each), default=None)


def tightened(files: Files, since: Sequence[Files]) -> tuple[FileUse, ...]:
    """These files for no more people than was said since. `since`: the files of later texts, what counts now last.

    Where the very file is used now, only that counts, beside what was said then. Where it is not, all that was said of
    it, or of what came in its place, does: it was not taken out to be shown to more people.
    """
    return tuple(_tightened(use, since) for use in files)


def uses_of(hash_: str, texts: Sequence[Files]) -> Iterator[FileUse]:
    """How each of these texts, the oldest first, uses this very file, for no more people than was said since."""
    for at, files in enumerate(texts):
        yield from tightened([use for use in files if use.hash == hash_], texts[at + 1 :])


def _tightened(use: FileUse, since: Sequence[Files]) -> FileUse:
    now = [each for each in (since[-1] if since else ()) if each.hash == use.hash]
    later = now or [each for files in since for each in files if each.hash == use.hash or each.name == use.name]
    return use.model_copy(update={"visibility": strictest([use.visibility, *(each.visibility for each in later)])})


def published_since(session: Session, article: Article, revision: Revision) -> list[Files]:
    """The files of each version that appeared after this one, what readers see now last; none for what they see now
    and for what is on its way.
    """
    number = revision.published_number
    if number is None or number >= article.live_number:
        return []
    return list(_files(session, article, col(Revision.published_number) > number))


def saved_since(session: Session, article: Article, number: int) -> list[Files]:
    """The files of each text that was put aside after the one of this number, the newest last."""
    return list(_files(session, article, col(Revision.number) > number))


def _files(session: Session, article: Article, which: ColumnElement[bool]) -> Iterator[Files]:
    told = select(type_coerce(Revision.content, JSON)["files"]).where(col(Revision.article_id) == article.id, which)
    rows = session.exec(told.order_by(col(Revision.number)).execution_options(yield_per=AT_ONCE))
    for files in rows:
        yield [FileUse.model_validate(use) for use in files or ()]

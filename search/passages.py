"""Passages: where in the files of a piece the words stand that its own text does not hold.

Only files that this reader may open where they are used.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlmodel import Session, col, select

from app.people.actor import Actor
from content.attaching import OfferedFile, files_of
from content.file_limits import counted
from content.file_texts import Page, pages_of
from content.models import Article, Revision
from content.snapshot import FileUse
from search.mill.marks import Marks

SNIPPET: Final = 200


@dataclass(frozen=True)
class FilePassage:
    """A place in a file. Only <mark> is left in as markup."""

    file: OfferedFile
    page: Page
    snippet_html: Markup

    @property
    def use(self) -> FileUse:
        """How the piece uses that file."""
        return self.file.use


def passages(
    session: Session, articles: Sequence[int], marks: Marks, actor: Actor, held: dict[int, Collection[int]]
) -> dict[int, FilePassage]:
    """Article -> the page of its files that holds most of what its own text does not.

    `held`: article -> the things asked for that its own text holds.
    """
    live = (
        select(Article, Revision)
        .join(Revision, col(Article.live_revision_id) == Revision.id)
        .where(col(Article.id).in_(articles))
    )
    told = session.exec(live).all()
    opened = files_of(session, told, actor)
    pages = pages_of(session, {one.use.hash for files in opened.values() for one in files})
    found = {}
    for article, _ in told:
        best = _best(
            _counting({one.use.hash: one for one in opened[article.id]}, pages),
            marks,
            marks.all_units - set(held[article.id]),
        )
        if best is not None:
            found[article.id] = best
    return found


def _counting(
    files: Mapping[str, OfferedFile], pages: Mapping[str, Sequence[Page]]
) -> Iterator[tuple[OfferedFile, Page]]:
    """The pages by which the piece can be found."""
    most = counted({hash_: sum(len(page.text) for page in pages[hash_]) for hash_ in files})
    for hash_, file in files.items():
        before = 0
        for page in pages[hash_]:
            if before < most[hash_]:
                yield file, page
            before += len(page.text)


def _best(pages: Iterable[tuple[OfferedFile, Page]], marks: Marks, lacking: Collection[int]) -> FilePassage | None:
    """Of the first page that holds all that is lacking, or else of the one that holds most."""
    best, most = None, (0.0, 0.0)
    for file, page in pages:
        units = marks.units(f"{page.name}\n{page.text}")
        worth = marks.weight(units & set(lacking)), marks.weight(units)
        if worth[0] and worth > most:
            best, most = (file, page), worth
        if units.issuperset(lacking):
            break
    if best is None:
        return None
    file, page = best
    return FilePassage(file, page, Markup(marks.snippet(page.text, SNIPPET)))  # noqa: S704 - escaped there

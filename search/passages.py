"""Passages: where in the files of a piece the words stand that its own text does not hold.

Only files that this reader may open where they are used.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlmodel import Session, col, select

from app.people.actor import Actor
from content.attaching import files_of
from content.file_texts import Page, pages_of
from content.models import Article, Revision
from content.snapshot import FileUse
from search.mill.marks import Marks

MOST_READ: Final = 150_000
"""Letters that are looked through for one hit."""
SNIPPET: Final = 200


@dataclass(frozen=True)
class FilePassage:
    """A place in a file. Only <mark> is left in as markup."""

    use: FileUse
    page: Page
    snippet_html: Markup


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
        uses = {one.use.hash: one.use for one in opened[article.id]}
        best = _best([(use, page) for use in uses.values() for page in pages[use.hash]], marks, held[article.id])
        if best is not None:
            found[article.id] = best
    return found


def _best(pages: Sequence[tuple[FileUse, Page]], marks: Marks, held: Collection[int]) -> FilePassage | None:
    best, most, left = None, (0.0, 0.0), MOST_READ
    for use, page in pages:
        if left <= 0:
            break
        left -= len(page.text)
        units = marks.units(page.text)
        worth = marks.weight(units - set(held)), marks.weight(units)
        if worth[0] and worth > most:
            best, most = (use, page), worth
    if best is None:
        return None
    use, page = best
    return FilePassage(use, page, Markup(marks.snippet(page.text, SNIPPET)))  # noqa: S704 - escaped there

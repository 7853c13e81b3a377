"""Marking: how the pieces that were found read, with what was asked for marked in them.

To look through twenty texts takes longer than to find them. A revision never changes, so what was marked in it for a
question is remembered as long as the mill stands that marked it.
"""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

from cachetools import LRUCache
from markupsafe import Markup
from sqlmodel import Session, col, select

from app.people.actor import Actor
from content.models import Revision
from search.mill.lexicon import Lexicon
from search.mill.marks import Marks
from search.mill.plan import Plan
from search.passages import FilePassage, passages
from search.visible import Visible

SNIPPET: Final = 240
"""Letters."""
MOST_READ: Final = 20_000
"""Letters of a text that are looked through for a passage."""
MOST_REMEMBERED: Final = 5_000
"""Marked pieces, of some 1 kB each; what was not asked for longest goes first."""


@dataclass(frozen=True)
class Marked:
    """How a piece reads among the results. Only <mark> is left in as markup."""

    title: Markup
    snippet: Markup
    held: frozenset[int] = frozenset()
    """Which things asked for its own text holds; looked at only where it has files besides."""


Place = tuple[Plan, int, bool]
"""A question, a revision, and whether that has files."""

_remembered: WeakKeyDictionary[Lexicon, LRUCache[Place, Marked]] = WeakKeyDictionary()
_lock: Final = threading.Lock()


class Marking:
    """One question, for looking at what it found."""

    def __init__(self, asked: Plan, lexicon: Lexicon) -> None:
        self._asked, self._lexicon = asked, lexicon

    @cached_property
    def _marks(self) -> Marks:
        return Marks(self._asked, self._lexicon)

    def marked(
        self, session: Session, articles: Sequence[Visible], actor: Actor
    ) -> tuple[dict[int, Marked], dict[int, FilePassage]]:
        """Article -> how it reads, and the passage of a file of its where that holds what the piece does not."""
        found = self._recalled(articles)
        new = self._looked_at(session, [one for one in articles if one.id not in found])
        held: dict[int, Collection[int]] = {one.id: (found | new)[one.id].held for one in articles if one.has_texts}
        lacking = [id_ for id_, units in held.items() if len(units) < len(self._asked.units)]
        return found | new, passages(session, lacking, self._marks, actor, held) if lacking else {}

    def _recalled(self, articles: Sequence[Visible]) -> dict[int, Marked]:
        found = {}
        with _lock:
            known = _remembered.setdefault(self._lexicon, LRUCache(MOST_REMEMBERED))
            for one in articles:
                place = self._place(one)
                if place in known:
                    found[one.id] = known[place]
        return found

    def _looked_at(self, session: Session, articles: Sequence[Visible]) -> dict[int, Marked]:
        if not articles:
            return {}
        live = [one.revision_id for one in articles]
        wanted = select(Revision.article_id, Revision.plain).where(col(Revision.id).in_(live))
        texts = {id_: plain[:MOST_READ] for id_, plain in session.exec(wanted).all()}
        made = {one.id: self._made(one, texts.get(one.id, "")) for one in articles}
        with _lock:
            known = _remembered.setdefault(self._lexicon, LRUCache(MOST_REMEMBERED))
            known.update((self._place(one), made[one.id]) for one in articles)
        return made

    def _place(self, article: Visible) -> Place:
        return self._asked, article.revision_id or 0, article.has_texts

    def _made(self, article: Visible, text: str) -> Marked:
        marks = self._marks
        return Marked(
            title=Markup(marks.html(article.title)),  # noqa: S704 - escaped there
            snippet=Markup(self._snippet(article.summary, text)),  # noqa: S704 - escaped there
            held=frozenset(marks.units(f"{article.title}\n{article.summary}\n{text}"))
            if article.has_texts
            else frozenset(),
        )

    def _snippet(self, summary: str, text: str) -> str:
        """The summary, unless only the text holds what was asked for."""
        told = self._marks.html(summary)
        if "<mark>" in told:
            return told
        passage = self._marks.snippet(text, SNIPPET)
        return passage if "<mark>" in passage else told

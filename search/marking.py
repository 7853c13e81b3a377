"""Marking: how the pieces that were found read, with what was asked for marked in them.

To look through twenty texts takes longer than to find them. A revision never changes, so what was marked in it for a
question is remembered as long as the mill stands that marked it.
"""

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import chain
from typing import Final
from weakref import WeakKeyDictionary

from cachetools import LRUCache
from markupsafe import Markup
from sqlmodel import Session, col, select

from app.people.actor import Actor
from content.kinds import KINDS, Kind, Lesson
from content.models import Article, Revision
from search.mill.lexicon import Lexicon
from search.mill.marks import Marks
from search.mill.plan import Plan
from search.passages import FilePassage, passages
from search.visible import Visible

SNIPPET: Final = 240
"""Letters."""
SHORT: Final = 60
"""A passage of fewer letters is no sentence: it stands behind the summary."""
MOST_READ: Final = 20_000
"""Letters of a text that are looked through at once: nearly every text is shorter."""
MOST_READ_FURTHER: Final = 400_000
"""Letters of the longer texts of one page of results, where what comes before holds nothing of what was asked."""
MOST_REMEMBERED: Final = 5_000
"""Marked pieces, of some 1 kB each; what was not asked for longest goes first."""


@dataclass(frozen=True)
class Marked:
    """How a piece reads among the results. Only <mark> is left in as markup."""

    title: Markup
    snippet: Markup
    held: frozenset[int] = frozenset()
    """Which things asked for its own text holds; looked at only where it has files besides."""


@dataclass(frozen=True)
class _Texts:
    """What may hold what was asked for besides title and summary."""

    takeaway: str = ""
    """Of a lesson: what its row shows."""
    fields: Sequence[str] = ()
    plain: str = ""

    @classmethod
    def of(cls, telling: Kind, plain: str) -> "_Texts":
        fields = [text for text in telling.texts() if not isinstance(text, Enum)]
        return cls(telling.takeaway if isinstance(telling, Lesson) else "", fields, plain)


Place = tuple[Plan, int, bool]
"""A question, a revision, and whether that has files."""

_remembered: WeakKeyDictionary[Lexicon, LRUCache[Place, Marked]] = WeakKeyDictionary()
_lock: Final = threading.Lock()


class Marking:
    """One question, for looking at what it found."""

    def __init__(self, asked: Plan, lexicon: Lexicon) -> None:
        self._asked, self._lexicon = asked, lexicon
        self._left = MOST_READ_FURTHER

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
        wanted = (
            select(Article.id, Article.kind, Article.told, Revision.plain)
            .join(Revision, col(Revision.article_id) == Article.id)
            .where(col(Revision.id).in_([one.revision_id for one in articles]))
        )
        texts = {
            id_: _Texts.of(KINDS[kind].model_validate(told), plain) for id_, kind, told, plain in session.exec(wanted)
        }
        made = {one.id: self._made(one, texts.get(one.id, _Texts())) for one in articles}
        with _lock:
            known = _remembered.setdefault(self._lexicon, LRUCache(MOST_REMEMBERED))
            known.update((self._place(one), made[one.id]) for one in articles)
        return made

    def _place(self, article: Visible) -> Place:
        return self._asked, article.revision_id or 0, article.has_texts

    def _made(self, article: Visible, texts: _Texts) -> Marked:
        marks = self._marks
        return Marked(
            title=Markup(marks.html(article.title)),  # noqa: S704 - escaped there
            snippet=Markup(self._snippet(article.summary, texts)),  # noqa: S704 - escaped there
            held=self._held(article, texts) if article.has_texts else frozenset(),
        )

    def _snippet(self, summary: str, texts: _Texts) -> str:
        """What stands above the text, unless only a field or the text holds what was asked for."""
        leads = [self._marks.html(lead) for lead in (texts.takeaway, summary) if lead]
        told = next((lead for lead in leads if "<mark>" in lead), None)
        if told is not None:
            return told
        passages = [self._marks.passage(text, SNIPPET) for text in (texts.plain[:MOST_READ], *texts.fields)]
        best = max(passages, key=lambda passage: passage.told)
        if not best.told:
            further = (self._marks.passage(text, SNIPPET) for text in self._further(texts.plain))
            best = next((passage for passage in further if passage.told), best)
        if not best.told:
            return self._marks.html(summary)
        # The name of a figure alone tells little.
        return best.html if len(best.html) > SHORT else f"{self._marks.html(summary)} … {best.html}"

    def _held(self, article: Visible, texts: _Texts) -> frozenset[int]:
        held: set[int] = set()
        first = "\n".join((article.title, texts.takeaway, article.summary, *texts.fields, texts.plain[:MOST_READ]))
        for text in chain([first], self._further(texts.plain)):
            held |= self._marks.units(text)
            if len(held) == len(self._asked.units):
                break
        return frozenset(held)

    def _further(self, plain: str) -> Iterator[str]:
        """A long text from where nobody looked yet, part by part, as far as there is time for on one page."""
        for start in range(MOST_READ, len(plain), MOST_READ):
            if self._left <= 0:
                return
            self._left -= MOST_READ
            yield plain[start : start + MOST_READ]

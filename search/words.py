"""The words of the collection: counted in the database with every change, and kept ready for the mill.

Counts are kept per shelf. Only the shelf of everyone teaches the mill, since what it repairs and completes shows to
strangers; the others are asked only whether a reader of that shelf may have meant a word as they wrote it.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, text
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from app.core import database
from app.people.actor import Actor
from content.access import EVERYONE, shelves_for
from content.subjects import GlossaryGroup
from search.mill.glossary import Glossary
from search.mill.lexicon import Lexicon
from search.mill.vocabulary import Vocabulary
from search.models import SearchState, WordCount
from search.state import words_changed

log = logging.getLogger(__name__)

LONGEST: Final = 60
"""Longer words are no words that anybody looks for, and would not fit the column."""

QUICK = 0.4
"""Seconds: a lexicon that was made faster is made anew while the reader waits, a slower one in the background."""

Key = tuple[str, str, str]
"""Shelf, kind (`word`, `token` or `pieces`) and text."""


def counted(shelves: Iterable[str], words: Iterable[str], tokens: Iterable[str]) -> set[Key]:
    """What one document adds one to."""
    texts = [("pieces", ""), *(("word", w) for w in words), *(("token", t) for t in tokens)]
    return {(shelf, kind, text) for shelf in shelves for kind, text in texts if len(text) <= LONGEST}


def count(session: Session, changes: Mapping[Key, int]) -> None:
    """Add these numbers, which may be below zero, and say that the words changed."""
    # In one order, so that two writers on PostgreSQL never wait for each other.
    moved: list[dict[str, Any]] = [
        dict(zip(("shelf", "kind", "text"), key, strict=True), n=n) for key, n in sorted(changes.items()) if n
    ]
    if not moved:
        return
    connection = session.connection()
    connection.execute(
        text(
            "INSERT INTO wordcount (shelf, kind, text, pieces) VALUES (:shelf, :kind, :text, :n) "
            "ON CONFLICT (shelf, kind, text) DO UPDATE SET pieces = wordcount.pieces + excluded.pieces"
        ),
        moved,
    )
    if fewer := [row for row in moved if row["n"] < 0]:
        gone = "DELETE FROM wordcount WHERE shelf = :shelf AND kind = :kind AND text = :text AND pieces <= 0"
        connection.execute(text(gone), fewer)
    words_changed(session)


def difference(before: Iterable[set[Key]], after: Iterable[set[Key]]) -> Counter[Key]:
    """What to count when these documents take the place of those."""
    changes: Counter[Key] = Counter()
    for keys in after:
        changes.update(keys)
    for keys in before:
        changes.subtract(keys)
    return changes


def glossary(session: Session) -> Glossary:
    """The glossary as it stands."""
    rows = session.exec(select(GlossaryGroup.slug, GlossaryGroup.told).order_by(col(GlossaryGroup.position)))
    return Glossary.from_groups([{**told, "id": slug} for slug, told in rows])


def vocabulary(session: Session) -> Vocabulary:
    """The words of what everybody may see."""
    rows = session.exec(select(WordCount.kind, WordCount.text, WordCount.pieces).where(WordCount.shelf == EVERYONE))
    return Vocabulary.from_rows(rows.all())


def may_mean(session: Session, actor: Actor, words: Collection[str]) -> bool:
    """Whether one of these words, unknown to the public, stands in something that this reader may see besides."""
    shelves = shelves_for(actor)
    if shelves == [EVERYONE] or not words:
        return False
    known = select(WordCount.text).where(WordCount.kind == "word", col(WordCount.text).in_(words))
    seen = known if shelves is None else known.where(col(WordCount.shelf).in_(shelves))
    return session.exec(seen.limit(1)).first() is not None


# --- the lexicon, made once and kept as long as the words stand ------------------------------------------------


@dataclass(frozen=True)
class _Kept:
    lexicon: Lexicon
    standing: tuple[object, ...]
    seconds: float
    """What it took to make."""
    made_at: float

    @property
    def age(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self.made_at

    def knows_glossary_of(self, standing: tuple[object, ...]) -> bool:
        """Whether it is of the same database with the same glossary, whatever words were added."""
        return (self.standing[0], *self.standing[2:]) == (standing[0], *standing[2:])

    def is_of(self, standing: tuple[object, ...]) -> bool:
        """Whether it is of the same database."""
        return self.standing[0] == standing[0]


_kept: _Kept | None = None
_making = threading.Lock()


def lexicon(session: Session, *, at_most_old: float = 0.0) -> Lexicon:
    """All that the mill knows. A change of the words counts at once while they are few, else a moment later.

    With `at_most_old` a lexicon made so many seconds ago will do, unless the glossary changed since.
    """
    standing = _standing(session)
    kept = _kept
    if kept is not None and kept.knows_glossary_of(standing) and kept.age < at_most_old:
        return kept.lexicon
    if kept is not None and kept.standing == standing:
        return kept.lexicon
    if kept is None or not kept.is_of(standing) or kept.seconds < QUICK:
        with _making:
            return _made(session, standing)
    make_ready()
    return kept.lexicon


def lexicon_of_now(session: Session) -> Lexicon:
    """All that the mill knows, every change of the words included, however long that takes: where nobody waits."""
    standing = _standing(session)
    if _kept is not None and _kept.standing == standing:
        return _kept.lexicon
    with _making:
        return _made(session, standing)


def make_ready() -> None:
    """Make the lexicon in the background, so that the first reader of a new process need not wait for it."""
    if _making.acquire(blocking=False):
        threading.Thread(target=_make_aside, name="lexicon", daemon=True).start()


_STANDING: Final = sa_select(
    sa_select(col(SearchState.vocabulary)).limit(1).scalar_subquery(),
    func.count(col(GlossaryGroup.id)),
    func.max(col(GlossaryGroup.id)),
    func.sum(col(GlossaryGroup.version)),
)


def _standing(session: Session) -> tuple[object, ...]:
    """Changes whenever the lexicon would: which database, its words, its glossary."""
    standing = session.execute(_STANDING).one()
    return (str(session.get_bind().engine.url), *standing)


def _made(session: Session, standing: tuple[object, ...]) -> Lexicon:
    global _kept
    if _kept is None or _kept.standing != standing:
        began = time.monotonic()
        made = Lexicon(vocabulary(session), glossary(session))
        _kept = _Kept(made, standing, time.monotonic() - began, time.monotonic())
    return _kept.lexicon


def _make_aside() -> None:
    """The lock was taken by whoever started us."""
    try:
        with database.reading() as session:
            _made(session, _standing(session))
    except Exception:
        log.exception("the lexicon could not be made anew; the one we have goes on")
    finally:
        _making.release()

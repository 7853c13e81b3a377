"""Remembering: what a costly question about the whole collection was answered in this epoch.

Every number on a page counts what its reader may see, so it cannot be kept beside the rows. But as long as no new epoch
begins, the same question has the same answer. The question is the statement itself, the reader's rights in it included;
or the name of what is made, where no rights are in it.
"""

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from cachetools import LRUCache
from sqlalchemy import Pool, Select
from sqlmodel import Session

from app.core import epoch

MOST_ANSWERS: Final = 20_000
"""Of one database, of all epochs together; what was not asked for longest goes first."""

KeyT = TypeVar("KeyT", bound=Hashable)
ThingT = TypeVar("ThingT")

_answers: WeakKeyDictionary[Pool, LRUCache[Hashable, Any]] = WeakKeyDictionary()
"""Connections to one database -> what was asked through them, by epoch and question."""

_lock = threading.Lock()


def rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """The rows of this statement, asked once in an epoch. For plain values only: a row of a table has its session.

    The epoch is read in the same session and before them, so that they are never older than it. A writing session asks
    anew every time: what it has changed so far belongs to no epoch yet.
    """
    asked = statement.compile(dialect=session.connection().dialect)
    question = str(asked), tuple((name, repr(value)) for name, value in asked.params.items())
    return once(session, question, lambda: session.execute(statement).all())


def once(session: Session, question: Hashable, make: Callable[[], ThingT]) -> ThingT:
    """What `make` makes for this question, once in an epoch; the same holds for it as for `rows`."""
    return each(session, None, [question], lambda _questions: {question: make()})[question]


def each(
    session: Session, name: Hashable, keys: Sequence[KeyT], make: Callable[[Sequence[KeyT]], Mapping[KeyT, ThingT]]
) -> dict[KeyT, ThingT]:
    """Key -> what `make` makes of it, each once in an epoch: it is asked for the keys that are not known yet."""
    if session.connection().get_execution_options().get("writing"):
        return dict(make(keys))
    number = epoch.of(session)
    with _lock:
        answers = _answers.setdefault(session.get_bind().engine.pool, LRUCache(MOST_ANSWERS))
        found = {key: answers[number, name, key] for key in keys if (number, name, key) in answers}
    if len(found) < len(keys):
        made = make([key for key in keys if key not in found])
        found.update(made)
        with _lock:
            answers.update(((number, name, key), thing) for key, thing in made.items())
    return found

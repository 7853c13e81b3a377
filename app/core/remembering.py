"""Remembering: what a costly question about the whole collection was answered in this epoch.

Every number on a page counts what its reader may see, so it cannot be kept beside the rows. But as long as no new epoch
begins, the same question has the same answer. The question is the statement itself, the reader's rights in it included.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, Select
from sqlmodel import Session, select

from app.core.epoch import Epoch

MOST_ANSWERS: Final = 2_000
"""Of one database, of all epochs together; what was not asked for longest goes first."""

Question = tuple[int, str, tuple[tuple[str, str], ...]]
"""An epoch, the words of a statement and its values."""

_answers: WeakKeyDictionary[Pool, OrderedDict[Question, Sequence[Any]]] = WeakKeyDictionary()
"""Connections to one database -> what was asked through them."""

_lock = threading.Lock()


def rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """The rows of this statement, asked once in an epoch. For plain values only: a row of a table has its session.

    The epoch is read in the same session and before them, so that they are never older than it. A writing session asks
    anew every time: what it has changed so far belongs to no epoch yet.
    """
    connection = session.connection()
    if connection.get_execution_options().get("writing"):
        return session.execute(statement).all()
    asked = statement.compile(dialect=connection.dialect)
    number = session.exec(select(Epoch.number)).first() or 0
    question = (number, str(asked), tuple((name, repr(value)) for name, value in asked.params.items()))
    with _lock:
        answers = _answers.setdefault(connection.engine.pool, OrderedDict())
        if question in answers:
            answers.move_to_end(question)
            return answers[question]
    found = session.execute(statement).all()
    with _lock:
        answers[question] = found
        while len(answers) > MOST_ANSWERS:
            answers.popitem(last=False)
    return found

"""Among: a condition on very many numbers that takes one bound value, since a database counts those (SQLite to 32,766,
PostgreSQL to 65,535).
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, any_, func, literal, select
from sqlmodel import Session


def is_among(session: Session, column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    """Whether this column holds one of these numbers."""
    if session.get_bind().dialect.name == "sqlite":
        rows = func.json_each(literal(json.dumps(list(numbers)))).table_valued("value")
        return column.in_(select(rows.c.value))  # type: ignore[no-any-return]
    return column == any_(literal(list(numbers), ARRAY(Integer)))  # type: ignore[no-any-return]

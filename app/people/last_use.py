"""When something was last used: noted in memory, and written down by the process itself a little later.

So that reading a page, or asking the API, writes nothing.
"""

import threading
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import col, or_, update

from app.core.clock import now
from app.core.database import writing
from app.core.record import Record

EVERY: Final = timedelta(minutes=5)
"""Nobody needs to know it more exactly."""


class LastUse:
    """The last use of the rows of one table, kept in the column of this name."""

    def __init__(self, table: type[Record], name: str) -> None:
        self._table = table
        self._name = name
        self._noted: dict[int, datetime] = {}
        self._noting = threading.Lock()

    def note(self, row: Record) -> None:
        """This one is used right now. Costs nothing, and nothing at all when that is known already."""
        moment, known = now(), getattr(row, self._name)
        if known is None or moment - known > EVERY:
            with self._noting:
                self._noted[row.id] = moment

    def write_down(self) -> None:
        """Write down what was noted, if anything was. Called by each web process every now and then."""
        with self._noting:
            noted, self._noted = self._noted, {}
        if not noted:
            return
        column: Any = col(getattr(self._table, self._name))
        with writing() as session:
            for id_, moment in noted.items():
                later = update(self._table).where(col(self._table.id) == id_, or_(column.is_(None), column < moment))
                session.exec(later.values({self._name: moment}))

"""Another process that brings a database up to date: `python -m tests.core.upgrading URL`."""

import sys

from app.core.database import Database
from app.core.migrating import is_current, upgrade

if __name__ == "__main__":
    database = Database(sys.argv[1])
    upgrade(database)
    assert is_current(database)
    database.close()

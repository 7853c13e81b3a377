"""Another process that begins a new epoch: `python -m tests.core.moving URL`."""

import sys

from app.core import epoch
from app.core.database import Database

if __name__ == "__main__":
    database = Database(sys.argv[1])
    with database.writing() as session:
        epoch.move(session)
    database.close()

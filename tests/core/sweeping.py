"""Another worker with a timetable: `python -m tests.core.sweeping URL FOLDER` prints what it ran."""

import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

from app.core import database, settings
from app.core.timetable import Entry, run_due

if __name__ == "__main__":
    url, folder = sys.argv[1:]
    settings.configure(settings.Settings(_env_file=None, data_dir=Path(folder)))
    database.configure(url)
    say = partial(print, flush=True)
    table = [Entry(f"entry {number}", timedelta(hours=1), partial(say, f"entry {number}")) for number in range(10)]
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        run_due(table)
    database.current().close()

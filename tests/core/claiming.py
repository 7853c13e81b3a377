"""Another process that takes a job and never ends it: `python -m tests.core.claiming URL FOLDER LEASE_SECONDS`."""

import sys
import time
from datetime import timedelta
from pathlib import Path

from app.core import database, jobs, settings, working
from tests.core import pressing


def never_ends(_event: pressing.Pressed) -> None:
    """Tell that it began, and go on for ever."""
    print("in hand", flush=True)
    time.sleep(3600)


if __name__ == "__main__":
    url, folder, seconds = sys.argv[1:]
    settings.configure(settings.Settings(_env_file=None, data_dir=Path(folder)))
    database.configure(url)
    working.LEASE = timedelta(seconds=float(seconds))
    jobs.register({pressing.Pressed: (pressing.press,)})
    pressing.effect = never_ends
    working.run_one()

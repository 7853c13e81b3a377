"""A worker that tells what it does: `python -m tests.app.working URL FOLDER SECONDS EVERY`.

A job takes so many SECONDS; when nobody rings the worker looks EVERY so many.
"""

import os
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

from app import worker
from app.core import database, jobs, settings
from app.core.timetable import Entry
from app.worker import Worker, work_until_told
from tests.core import pressing


def say(line: str) -> None:
    """In one piece: `print` writes the end of a line apart, and threads come in between."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def take_time(event: pressing.Pressed, *, seconds: float) -> None:
    """Tell when it begins and when it is done."""
    say(f"began {event.number}")
    time.sleep(seconds)
    say(f"done {event.number}")


if __name__ == "__main__":
    url, folder, duration, every = sys.argv[1:]
    settings.configure(settings.Settings(_env_file=None, data_dir=Path(folder)))
    database.configure(url)
    # Nothing of the product follows here: only what the tests announce.
    jobs._reactions.clear()
    jobs.register({pressing.Pressed: (pressing.press,)})
    worker.LOOK_EVERY = float(every)
    pressing.effect = partial(take_time, seconds=float(duration))
    # An entry of this process's own, so that every worker tells when it is at work.
    work_until_told(Worker([Entry(f"tick {os.getpid()}", timedelta(hours=1), partial(say, "tick"))]))
    database.current().close()
    say("left")

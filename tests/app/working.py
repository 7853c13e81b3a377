"""A worker that tells what it does: `python -m tests.app.working URL FOLDER SECONDS`; a job takes so many seconds."""

import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

from app.core import database, jobs, settings
from app.core.timetable import Entry
from app.worker import Worker, work_until_told
from tests.core import pressing

say = partial(print, flush=True)


def take_time(event: pressing.Pressed, *, seconds: float) -> None:
    """Tell when it begins and when it is done."""
    say(f"began {event.number}")
    time.sleep(seconds)
    say(f"done {event.number}")


if __name__ == "__main__":
    url, folder, duration = sys.argv[1:]
    settings.configure(settings.Settings(_env_file=None, data_dir=Path(folder)))
    database.configure(url)
    # Nothing of the product follows here: only what the tests announce.
    jobs._reactions.clear()
    jobs.register({pressing.Pressed: (pressing.press,)})
    pressing.effect = partial(take_time, seconds=float(duration))
    work_until_told(Worker([Entry("tick", timedelta(hours=1), partial(say, "tick"))]))
    database.current().close()
    say("left")

"""Apart: work on what strangers sent, in a process that has little and may do next to nothing.

The bytes go in, JSON comes out, and bytes where something is made. Memory, time and the size of the answer are
limited. On Linux the process can open no file, reach no network and start nothing, whatever it is tricked into;
elsewhere the limits alone hold.
"""

import json
import math
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.core.errors import Unavailable
from app.core.language import gettext as _

ROOT: Final = Path(__file__).parents[2]
ENVIRONMENT: Final = {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
CHILD: Final = "import sys; sys.path.append(sys.argv[1]); from app.core.confined import main; main()"


class NotDone(Exception):
    """The work ended without an answer: too much work, too large, or its process fell over it."""


class Interrupted(NotDone):
    """The work did not get its time: the machine was too busy, or somebody ended the process. It may another time."""


@dataclass(frozen=True)
class Limits:
    """What the process may use."""

    megabytes: int = 512
    seconds: int = 20
    """Of processor time; twice as many on the clock."""
    answer_megabytes: int = 8


_moment: Final = ContextVar("_moment", default=math.inf)


@contextmanager
def done_by(moment: float) -> Iterator[None]:
    """Nothing that is worked out apart meanwhile takes longer than to this moment of the monotonic clock.

    For somebody who waits: what is not done by then is Interrupted, however often more work is begun.
    """
    before = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(before)


def too_busy() -> Unavailable:
    """What somebody is told whose file did not get its time."""
    return Unavailable(_("Many files are coming in just now. Try again in a moment."))


def work_apart(module: str, data: bytes, *told: str, limits: Limits | None = None) -> Any:
    """What `answer(data, *told)` of this module gives, worked out apart. Raises NotDone."""
    return make_apart(module, data, *told, limits=limits)[0]


def make_apart(module: str, data: bytes, *told: str, limits: Limits | None = None) -> tuple[Any, list[bytes]]:
    """The same for a module whose `answer` gives a pair: JSON, and the bytes that it made. Raises NotDone."""
    bounds = limits or Limits()
    numbers = map(str, (bounds.megabytes, bounds.seconds, bounds.answer_megabytes))
    patience = min(2.0 * bounds.seconds, _moment.get() - time.monotonic())
    if patience <= 0:
        raise Interrupted("there was no time left for it")
    command = [sys.executable, "-I", "-c", CHILD, str(ROOT), module, *numbers, *told]
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(
                command,
                input=data,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                cwd="/",
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise Interrupted("it did not get its time") from late
        if -done.returncode in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            raise Interrupted("its process was ended")
        if done.returncode:
            raise NotDone(f"its process ended with {done.returncode}")
        answer.seek(0)
        try:
            head = json.loads(answer.readline())
            return head["told"], [answer.read(size) for size in head["sizes"]]
        except (ValueError, KeyError, TypeError) as garbage:
            raise NotDone("it answered garbage") from garbage

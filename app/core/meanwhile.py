"""Meanwhile: something that is done again and again beside the work, for as long as the work takes."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)


@contextmanager
def meanwhile(do: Callable[[], None], *, every: float) -> Iterator[None]:
    """Inside, `do` is called every so many seconds in a thread of its own. When it fails, the log tells it."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(every):
            try:
                do()
            except Exception:
                log.exception("what is repeated meanwhile failed")

    thread = threading.Thread(target=repeat, name="meanwhile", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()

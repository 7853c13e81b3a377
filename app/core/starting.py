"""Starting a process that stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Import what the process is made of, inside.

    Classes are all that an import makes, and they stay: looking for garbage among them costs a fourth of the start of
    a worker and a sixth of that of a web process, and would cost everything later a little.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()

"""Several: how many things of a kind to do together, when it is not known before how long one of them takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Several:
    """Twice as many each time it goes well, up to a most; half as many when it does not."""

    def __init__(self, most: int) -> None:
        self.number = 1
        self._most = most

    def went(self, *, well: bool) -> None:
        """Tell how the last ones went."""
        self.number = min(2 * self.number, self._most) if well else max(1, self.number // 2)

    @contextmanager
    def timed(self, seconds: float) -> Iterator[None]:
        """It goes well when it takes no longer than this."""
        began = time.monotonic()
        yield
        self.went(well=time.monotonic() - began <= seconds)

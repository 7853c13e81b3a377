"""Closed for a moment: a file in DATA_DIR that web processes see, set by an operator or while a database changes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.core.processes import write_whole

LOOK_EVERY: Final = 1.0
"""Seconds within which a web process sees that it was closed or opened."""

BY_HAND: Final = "by hand\n"
BY_MIGRATE: Final = "by migrate\n"


def close(data_dir: Path, *, why: str = BY_HAND) -> None:
    """Let web processes answer 503 from now on."""
    data_dir.mkdir(parents=True, exist_ok=True)
    write_whole(_flag(data_dir), why)


def reopen(data_dir: Path) -> None:
    """Let them answer again. Nothing happens when they do already."""
    _flag(data_dir).unlink(missing_ok=True)


@contextmanager
def closed_by_migrate(data_dir: Path) -> Iterator[None]:
    """Closed inside. What an operator closed by hand stays so; what a killed migration left is opened by the next."""
    is_by_hand = _flag(data_dir).exists() and _flag(data_dir).read_text() == BY_HAND
    if not is_by_hand:
        close(data_dir, why=BY_MIGRATE)
    try:
        yield
    finally:
        if not is_by_hand:
            reopen(data_dir)


def is_closed(data_dir: Path) -> bool:
    """Whether the file is there."""
    return _flag(data_dir).exists()


class Sign:
    """What a web process knows of it: asked with every request, looked at once a second."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._is_closed = False
        self._looked = -LOOK_EVERY

    @property
    def is_closed(self) -> bool:
        """Whether we are closed now, or were a moment ago."""
        moment = time.monotonic()
        if moment - self._looked >= LOOK_EVERY:
            self._is_closed, self._looked = is_closed(self._data_dir), moment
        return self._is_closed


def _flag(data_dir: Path) -> Path:
    return data_dir / "maintenance"

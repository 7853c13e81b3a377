"""Where a house stands: a database and a data folder, so that it can be killed and built again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.database import Database
from tests.databases import in_use
from tests.house import House


class Ground:
    """A database and a data folder that outlive what is started on them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def serve(self, *options: str, **environment: str) -> House:
        """A house on them."""
        return House(self.folder, *options, PROEFTUIN_DATABASE_URL=self.url, **environment)

    @contextmanager
    def looked_at(self) -> Iterator[Database]:
        """Used by this process inside."""
        with in_use(self.url, self.folder) as database:
            yield database

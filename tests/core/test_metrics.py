"""What is counted for monitors must never cost a process its life."""

import os
import subprocess
import sys
from pathlib import Path

from app.core.metrics import FOLDER_VARIABLE, RESERVED

ROOT = Path(__file__).parents[2]

COUNT = """
from app.core import metrics
metrics.REQUESTS.labels("/", "GET", "200").inc()
print(metrics.exposition().decode())
"""


def counted_in(folder: Path) -> str:
    """What a process of its own tells that counts for this folder."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT],
        cwd=ROOT,
        env=os.environ | {FOLDER_VARIABLE: str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_files_of_a_process_have_their_room_from_the_beginning(tmp_path: Path) -> None:
    assert 'proeftuin_requests_total{method="GET",route="/",status="200"} 1.0' in counted_in(tmp_path)
    sizes = {path.name.partition("_")[0]: path.stat() for path in tmp_path.glob("*.db")}
    assert sizes.keys() == RESERVED.keys()
    for kind, size in RESERVED.items():
        assert sizes[kind].st_size == size
        assert sizes[kind].st_blocks * 512 >= size, "no holes"


def test_a_process_that_finds_no_room_counts_for_itself_alone(tmp_path: Path) -> None:
    assert 'proeftuin_requests_total{method="GET",route="/",status="200"} 1.0' in counted_in(tmp_path / "not there")

"""Locks, orphans and parents, tried with processes that really die."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.core.processes import Lock, command_line, end_orphan, write_whole

ROOT = Path(__file__).parents[2]


def python(script: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """A process that has begun: it said something on its standard output."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    with process.stdout:
        process.stdout.readline()
    return process


def ended(process: "subprocess.Popen[bytes]") -> int:
    assert process.stdin
    process.stdin.close()
    return process.wait(10)


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    script = "import sys, time; from pathlib import Path; from app.core.processes import Lock\n"
    script += "lock = Lock(Path(sys.argv[1])); lock.take(); print(1, flush=True); time.sleep(60)"
    holder = python(script, path)
    lock = Lock(Path(path))
    assert not lock.take()
    holder.kill()
    assert lock.take(patience=5)
    lock.release()
    ended(holder)


def test_a_child_that_was_given_the_lock_keeps_it(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    lock.take()
    child = subprocess.Popen(["sleep", "60"], pass_fds=[lock.fileno()])
    lock.release()
    assert not Lock(tmp_path / "lock").take()
    child.kill()
    child.wait()
    again = Lock(tmp_path / "lock")
    assert again.take(patience=2)
    again.release()


def test_a_lock_that_is_not_taken_has_no_descriptor(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not taken"):
        Lock(tmp_path / "lock").fileno()


def test_an_orphan_is_ended_by_its_mark_and_nobody_else_is() -> None:
    stranger = python("import time; print(1, flush=True); time.sleep(60)", "somebody-else")
    assert end_orphan(stranger.pid, mark="mark-of-ours")
    assert stranger.poll() is None
    assert end_orphan(stranger.pid, mark="somebody-else")
    assert ended(stranger) == -signal.SIGTERM


def test_an_orphan_that_does_not_listen_is_ended_by_force() -> None:
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    deaf = python(script, "deaf-one")
    assert end_orphan(deaf.pid, mark="deaf-one", patience=0.2)
    assert ended(deaf) == -signal.SIGKILL


def test_nothing_runs_under_a_number_that_is_not_given_out() -> None:
    assert command_line(2**22 + 1) == ""
    assert "pytest" in command_line(os.getpid()) or "python" in command_line(os.getpid())


LEAVING = """
import signal, sys, time
from app.core.processes import leave_with_parent
if sys.argv[1] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
leave_with_parent(patience=0.3)
print(1, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(("kind", "code"), [("polite", -signal.SIGTERM), ("deaf", 1)])
def test_a_child_leaves_when_its_parent_has_gone(kind: str, code: int) -> None:
    child = python(LEAVING, kind)
    time.sleep(0.1)
    assert child.poll() is None
    assert ended(child) == code, "closing the pipe is what a parent's death does"


WAITING = """
import sys
from app.core.processes import leave_with_parent
told = leave_with_parent()
print(1, flush=True)
too_early = told.wait(0.2)
told.wait()
sys.exit(3 if too_early else 4)
"""


def test_a_child_can_wait_until_its_parent_says_go() -> None:
    child = python(WAITING)
    time.sleep(0.5)
    assert child.poll() is None
    assert child.stdin
    child.stdin.write(b"go")
    child.stdin.flush()
    assert child.wait(10) == 4
    child.stdin.close()


def test_a_file_is_seen_whole_and_with_its_rights(tmp_path: Path) -> None:
    write_whole(tmp_path / "key", "first", mode=0o600)
    write_whole(tmp_path / "key", "second", mode=0o600)
    assert (tmp_path / "key").read_text() == "second"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]

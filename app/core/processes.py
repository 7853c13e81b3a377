"""Other processes of this machine: being the only one, living no longer than a parent, ending an orphan.

Everything rests on two things the operating system does however a process dies: it closes the dead process's pipes,
and it lets go of its file locks. A number in a file is never trusted alone, since numbers are given out again.
"""

import fcntl
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import BinaryIO


class Lock:
    """A file that one process at a time can hold; its death lets go of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    def take(self, patience: float = 0.0) -> bool:
        """Whether the lock is ours now. Waits at most `patience` seconds for another to let go."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("ab")
        until = time.monotonic() + patience
        while not _locks(file):
            if time.monotonic() >= until:
                file.close()
                return False
            time.sleep(0.02)
        self._file = file
        return True

    def fileno(self) -> int:
        """The descriptor, for a child that shall hold the lock too. Raises ValueError when it is not taken."""
        if self._file is None:
            raise ValueError(f"{self.path} is not taken")
        return self._file.fileno()

    def release(self) -> None:
        """Let go; a child that was given the descriptor goes on holding it."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _locks(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def command_line(pid: int) -> str:
    """What runs under this number, with its arguments; empty when nothing does or it is not ours to see."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        if Path("/proc/self/cmdline").exists():
            return ""
    told = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607 - ps lies elsewhere on every system
    return told.stdout.strip()


def end_orphan(pid: int, *, mark: str, patience: float = 5.0) -> bool:
    """End a process that lost its parent, politely and then by force; whether it is gone.

    Nothing happens to a process whose command line does not hold `mark`: the number belongs to somebody else now.
    """
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + patience
        if mark in command_line(pid):
            _send(pid, signal_number)
        while mark in command_line(pid) and time.monotonic() < until:
            time.sleep(0.05)
    return mark not in command_line(pid)


def end(process: "subprocess.Popen[bytes]", *, patience: float) -> None:
    """End a child of ours: SIGTERM, and SIGKILL when it has not left after `patience` seconds."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def leave_with_parent(descriptor: int = 0, *, patience: float = 4.0) -> threading.Event:
    """From now on leave when the pipe at `descriptor` closes, which it does when the parent dies by whatever hand.

    The process sends itself SIGTERM, so that it leaves as it always does; what has not left after `patience` seconds
    is ended. The event is set as soon as the parent writes anything into the pipe.
    """
    spoken = threading.Event()

    def watch() -> None:
        while os.read(descriptor, 1024):
            spoken.set()
        _send(os.getpid(), signal.SIGTERM)
        time.sleep(patience)
        os._exit(1)

    threading.Thread(target=watch, name="leave-with-parent", daemon=True).start()
    return spoken


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file that readers see either whole or not at all."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(text)
    aside.replace(path)


def _send(pid: int, signal_number: int) -> None:
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return

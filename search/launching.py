"""Bringing a Meilisearch to answer on a data folder, and letting it go again (the craft behind `search.local`).

An engine that refuses to start is not the end: a port that was taken in the meantime gives way to another, and an index
of another release is put aside, since the index is made from the database and can be made again.
"""

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.core.processes import Lock, end_orphan
from search import keeper

log = logging.getLogger(__name__)

TRIES = 4
REFUSALS = ("database version", "version of the database")
"""What the engine says, in lower case, when the index was made by another release of it."""

LARGEST_LOG = 1 << 20
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")


class NotStarted(Exception):
    """The engine could not be started; the sentence says why."""


@dataclass(frozen=True)
class Launched:
    """An engine that answers: its keeper, its own process number, its port, and whether its index was put aside."""

    keeper: subprocess.Popen[bytes]
    pid: int
    port: int
    is_emptied: bool


def launch(home: Path, binary: Path, *, key: str, port: int, give_up: Callable[[], bool]) -> Launched:
    """Start an engine on `home`, on this port if it is free. Raises NotStarted, at once when `give_up` says so."""
    is_emptied = False
    for attempt in range(TRIES):
        port = free_port(preferred=port)
        process, pid, log_start = _start_keeper(home, binary, key, port)
        if _comes_to_answer(process, port, give_up):
            return Launched(process, pid, port, is_emptied)
        let_go(process)
        if give_up():
            break
        said = (home / "engine.log").read_bytes()[log_start:].decode(errors="replace").lower()
        is_last_chance = attempt == TRIES - 2 and "in use" not in said
        if is_last_chance or any(refusal in said for refusal in REFUSALS):
            is_emptied = _set_aside(home, said) or is_emptied
    raise NotStarted(f"The search engine does not start; what it said stands in {home / 'engine.log'}.")


def let_go(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe, which makes the keeper end the engine, and wait for it."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        process.wait(keeper.PATIENCE + 1)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def free_port(*, preferred: int = 0) -> int:
    """A port nobody listens on: the one we had if that may be, so that guests find the engine where it was."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            # As the engine does: a port whose last connections are still fading away is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise NotStarted("This machine has no free port for the search engine.")


def answers(port: int) -> bool:
    """Whether a healthy engine listens on this port of this machine."""
    asked = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        asked.request("GET", "/health")
        return b"available" in asked.getresponse().read(200)
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def _comes_to_answer(
    process: subprocess.Popen[bytes], port: int, give_up: Callable[[], bool], *, patience: float = 20.0
) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None and not give_up():
        if answers(port):
            return process.poll() is None  # otherwise it was a stranger who answered
        time.sleep(0.02)
    return False


def _start_keeper(home: Path, binary: Path, key: str, port: int) -> tuple[subprocess.Popen[bytes], int, int]:
    """The keeper, the number of the engine's process, and where in the log its words begin."""
    lock = _take_data_folder(home)
    spoken = _open_log(home / "engine.log")
    log_start = os.fstat(spoken).st_size
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, str(lock.fileno()), *_command(home, binary, port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=spoken,
            cwd=home,
            env={"MEILI_MASTER_KEY": key} | {name: os.environ[name] for name in PASSED_ON if name in os.environ},
            pass_fds=[lock.fileno()],
            start_new_session=True,
        )
    finally:
        lock.release()  # from here on the keeper and the engine hold it
        os.close(spoken)
    assert process.stdout is not None
    return process, int(process.stdout.readline() or 0), log_start


def _command(home: Path, binary: Path, port: int) -> list[str]:
    return [
        *(str(binary), "--no-analytics", "--env", "production", "--log-level", "WARN"),
        *("--http-addr", f"127.0.0.1:{port}"),
        *("--db-path", str(home / "engine")),
        *("--dump-dir", str(home / "dumps"), "--snapshot-dir", str(home / "snapshots")),
        *("--max-indexing-memory", "512MiB", "--max-indexing-threads", "1"),
    ]


def _take_data_folder(home: Path) -> Lock:
    """The lock that says an engine runs here, once an engine that was left behind has gone."""
    lock = Lock(home / "engine.lock")
    if not lock.take(patience=1.0):
        _end_former_engine(home)
        if not lock.take(patience=5.0):
            raise NotStarted(f"A search engine that nobody owns still holds {home}.")
    return lock


def _end_former_engine(home: Path) -> None:
    """End an engine whose owner and keeper were both killed."""
    try:
        pid = json.loads((home / "engine.json").read_text())["pid"]
    except (OSError, ValueError):
        return
    end_orphan(pid, mark=str(home / "engine"))


def _open_log(path: Path) -> int:
    is_long = path.exists() and path.stat().st_size > LARGEST_LOG
    return os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if is_long else os.O_APPEND), 0o600)


def _set_aside(home: Path, said: str) -> bool:
    """Give the engine an empty folder; whether there was an index to put aside. One is kept, to look at."""
    index = home / "engine"
    if not index.exists():
        return False
    reason = said.strip().rsplit("\n", maxsplit=1)[-1]
    log.warning("the search engine refuses its index, which is put aside", extra={"reason": reason})
    shutil.rmtree(home / "aside", ignore_errors=True)
    index.rename(home / "aside")
    return True

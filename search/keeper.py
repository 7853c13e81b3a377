"""The keeper: a process of its own between us and the search engine, so that the engine never outlives us.

It starts the engine and holds the end of a pipe. When we die, by whatever hand, the pipe closes and the keeper ends
the engine. (Asking the kernel for that by PR_SET_PDEATHSIG fails: the signal comes when the starting *thread* ends.)

Started as `python keeper.py LOCK COMMAND...`, with nothing of the project imported. LOCK is the descriptor of a file
lock that the engine inherits: while it is held, an engine runs on the data folder, whatever became of us.
"""

import os
import signal
import subprocess
import sys
import threading

PATIENCE = 3.0
"""Seconds between asking the engine to leave and making it. Its tasks are durable: nothing is lost either way."""


def keep(command: list[str], *, lock: int) -> int:
    """Run the engine until it ends or our owner does; its exit code, or 128 and the signal that ended it."""
    engine = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, pass_fds=[lock])
    signal.signal(signal.SIGTERM, lambda *_: engine.terminate())
    sys.stdout.write(f"{engine.pid}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_owner, args=(engine,), daemon=True).start()
    code = engine.wait()
    return code if code >= 0 else 128 - code


def _end_with_owner(engine: "subprocess.Popen[bytes]") -> None:
    # Not sys.stdin: its buffer is locked while it waits, and a locked buffer turns a normal exit into an abort.
    while os.read(0, 1024):
        pass
    engine.terminate()
    try:
        engine.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        engine.kill()


if __name__ == "__main__":
    sys.exit(keep(sys.argv[2:], lock=int(sys.argv[1])))

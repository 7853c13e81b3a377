"""The processes that `serve` looks after: each is started again when it dies, and ended when we end.

Every child holds the end of a pipe from us, so that it leaves too when we are killed, and carries our token in its
command line, so that a later `serve` recognises it as an orphan and nothing else.
"""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

log = logging.getLogger(__name__)

SETTLED_SECONDS = 30.0
"""A child that lived this long had no trouble starting: its next restart is at once again."""

PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each restart in a row."""


class Child:
    """One `python -m app ...` that shall always run. One that is `held` prepares itself, and waits for `let_go`."""

    def __init__(
        self,
        *arguments: str,
        token: str,
        environment: Mapping[str, str],
        descriptors: Sequence[int] = (),
        held: bool = False,
    ) -> None:
        self.name = arguments[0]
        self._command = [sys.executable, "-m", "app", *arguments, "--of", token]
        self._environment = environment
        self._descriptors = descriptors
        self._held = held
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._quick_ends = 0
        self._due_at: float | None = None

    @property
    def pid(self) -> int:
        """The number of its present process; 0 before the first."""
        return self._process.pid if self._process else 0

    @property
    def exit_code(self) -> int | None:
        """How its present process ended; None while it runs."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C in the terminal reaches us alone, and we pass it on."""
        self._process = subprocess.Popen(
            self._command,
            env=dict(self._environment),
            stdin=subprocess.PIPE,
            pass_fds=self._descriptors,
            start_new_session=True,
        )
        self._started_at = time.monotonic()
        self._due_at = None
        if not self._held:
            self._say_go()

    def let_go(self) -> None:
        """Tell a child that was held to begin; its restarts are held no more."""
        self._held = False
        self._say_go()

    def tend(self) -> bool:
        """Start it again if it died and its pause is over; whether that happened."""
        if self.exit_code is None:
            return False
        if self._due_at is None:
            self._due_at = time.monotonic() + self._pause()
        if time.monotonic() < self._due_at:
            return False
        self._close_pipe()
        try:
            self.start()
        except OSError as error:
            # No memory or no room for one process more: that ends neither us nor the others.
            log.warning("a child could not be started: %s", error, extra={"child": self.name})
            self._due_at = None
            return False
        return True

    def restart(self, *, patience: float) -> None:
        """Let it leave within `patience` seconds and start it anew, with the code as it is now."""
        self.ask_to_leave()
        self.leave_by(time.monotonic() + patience)
        self.start()

    def ask_to_leave(self) -> None:
        """Tell it to finish what it has in hand and to go."""
        if self._process is not None and self.exit_code is None:
            self._process.send_signal(signal.SIGTERM)

    def leave_by(self, moment: float) -> None:
        """Wait until it has left; at `moment` of the monotonic clock it is ended."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, moment - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("a child did not leave in time and is ended", extra={"child": self.name})
            self._process.kill()
            self._process.wait()
        self._close_pipe()

    def _pause(self) -> float:
        lived = time.monotonic() - self._started_at
        self._quick_ends = 1 if lived > SETTLED_SECONDS else self._quick_ends + 1
        pause = PAUSES[min(self._quick_ends, len(PAUSES)) - 1]
        told = {"child": self.name, "exit_code": self.exit_code, "pause": pause}
        log.warning("a child ended and is started again", extra=told)
        return pause

    def _say_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            # One that died meanwhile hears nothing; it is started again soon enough.
            with suppress(BrokenPipeError):
                self._process.stdin.write(b"go\n")
                self._process.stdin.flush()

    def _close_pipe(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

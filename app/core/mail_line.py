"""A line to the mail server of the settings: opened for a letter, kept for those that follow at once."""

import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from app.core.settings import settings

PATIENCE: Final = 20.0
"""Seconds that a mail server gets for each answer."""

KEPT_OPEN: Final = 2.0
"""Seconds for which a line waits for another letter."""

MOST_ON_A_LINE: Final = 50
"""Letters. Some servers hang up, rather rudely, on those who bring many more."""

PORTS: Final = {"smtp": 587, "smtps": 465}


class Away(Exception):
    """The mail server does not answer, or does not take us: nothing is wrong with the letter."""


@dataclass(frozen=True)
class Server:
    """A mail server, as SMTP_URL tells it: `smtp://user:password@host:587?tls=start`."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    """`direct` (smtps), `start` (a plain connection is made secret before anything is said) or `none`."""

    @classmethod
    def at(cls, url: str) -> "Server":
        """Read the address. Without a word on TLS it is `start`, except towards this machine itself."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_near = host in {"localhost", "127.0.0.1", "::1"}
        told = parse_qs(parts.query).get("tls", ["none" if is_near else "start"])[0]
        return cls(
            host=host,
            port=parts.port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls="direct" if parts.scheme == "smtps" else told,
        )

    def connect(self) -> smtplib.SMTP:
        """A connection on which letters can be sent. Raises Away."""
        # Our own name, since looking it up may take seconds.
        name = urlsplit(settings().address).hostname
        try:
            line = self._dial(name)
            try:
                self._introduce(line)
            except BaseException:
                line.close()
                raise
        except smtplib.SMTPResponseException as answer:
            raise Away(f"it answers {answer.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Away(type(error).__name__) from None
        return line

    def _dial(self, name: str | None) -> smtplib.SMTP:
        if self.tls == "direct":
            secret = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, local_hostname=name, timeout=PATIENCE, context=secret)
        return smtplib.SMTP(self.host, self.port, local_hostname=name, timeout=PATIENCE)

    def _introduce(self, line: smtplib.SMTP) -> None:
        line.ehlo_or_helo_if_needed()
        if self.tls == "start":
            line.starttls(context=ssl.create_default_context())
            line.ehlo()
        if self.user:
            line.login(self.user, self.password)


class Line:
    """A connection for one letter after another. Hung up when no other follows soon, and after every trouble."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._open: smtplib.SMTP | None = None
        self._closed = threading.Event()
        self._letters = 0
        self._used = 0.0

    @contextmanager
    def begun(self, server: Server, sender: str, size: int) -> Iterator[smtplib.SMTP]:
        """A connection on which the sender of a letter was taken, and no recipient named yet.

        Raises Away, or what smtplib raises when the server does not take the sender on a fresh line either.
        """
        with self._lock:
            try:
                yield self._kept(server, sender, size) or self._new(server, sender, size)
            except BaseException:
                self._close()
                raise
            self._used = time.monotonic()

    def _kept(self, server: Server, sender: str, size: int) -> smtplib.SMTP | None:
        if self._open is None:
            return None
        try:
            if self._server == server and self._letters < MOST_ON_A_LINE:
                # No RSET before it: whatever was taken or not left nothing over (RFC 5321, 4.1.1.4), or it was closed.
                _begin(self._open, sender, size)
                self._letters += 1
                return self._open
        except (OSError, smtplib.SMTPException):
            pass  # The server hung up or takes no more letters on this line, as it may between two of them.
        self._close()
        return None

    def _new(self, server: Server, sender: str, size: int) -> smtplib.SMTP:
        self._open, self._server, self._letters = server.connect(), server, 1
        self._closed = threading.Event()
        threading.Thread(target=self._watch, args=(self._closed,), name="line", daemon=True).start()
        _begin(self._open, sender, size)
        return self._open

    def _watch(self, closed: threading.Event) -> None:
        """Hang up once nobody used it for a while."""
        while not closed.wait(KEPT_OPEN / 2):
            with self._lock:
                if not closed.is_set() and time.monotonic() - self._used >= KEPT_OPEN:
                    self._close()

    def _close(self) -> None:
        if self._open is not None:
            _hang_up(self._open)
            self._open = None
            self._closed.set()


_own = threading.local()


def own_line() -> Line:
    """The line of this thread: a letter that somebody waits for stands behind no other."""
    if not hasattr(_own, "line"):
        _own.line = Line()
    line: Line = _own.line
    return line


def _begin(line: smtplib.SMTP, sender: str, size: int) -> None:
    code, words = line.mail(sender, [f"size={size}"] if line.has_extn("size") else [])
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, words, sender)


def _hang_up(line: smtplib.SMTP) -> None:
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        # The letter was taken or not before this; how the line ends changes nothing.
        line.close()

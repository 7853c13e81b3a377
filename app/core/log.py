"""The log: one JSON object a line in production, readable lines on a terminal, and a request's id in every one.

No token, mail address, search word or body of a person goes into a log line; everything that is no printable character
is escaped, so nobody writes lines into our log or commands to the terminal that shows it (CWE-117).
"""

import json
import logging
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from app.core.settings import settings

_request_id: ContextVar[str] = ContextVar("request_id", default="")

_PERSONAL: Final = re.compile(
    r"(?P<mail>[\w.!#$%&'*+/=?^`{|}~-]{1,64}(@|%40)[\w-]{1,63}(\.[\w-]{1,63}){1,8})"
    r"|(?P<bearer>\bbearer\s+[\w.~+/=-]{8,400})",
    re.IGNORECASE,
)
_PASSWORD: Final = re.compile(r"(?<=://)[^\s/:@]{0,100}:[^\s/@]{1,200}(?=@)")
"""What is no business of whoever reads a log, and may stand in what others said: a mail server's refusal, a driver's
error, an address with a password in it. Each part has an end, so that a long line takes no longer than its length."""

_SIGNS: Final = ("@", "%40", "bearer")
"""Nothing personal is found in a text without one of these."""

MASK: Final = "***"

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def request_id() -> str:
    """The id that this work can be followed by, from request to job to engine; empty outside of one."""
    return _request_id.get()


def new_request_id() -> str:
    """A fresh id: 64 random bits in hex."""
    return secrets.token_hex(8)


@contextmanager
def following(identifier: str) -> Iterator[None]:
    """Inside, every log line carries this id."""
    token = _request_id.set(identifier)
    try:
        yield
    finally:
        _request_id.reset(token)


def masked(value: Any) -> Any:
    """The same without mail addresses, bearer tokens and passwords in addresses; numbers stay as they are."""
    if isinstance(value, dict):
        return {masked(name): masked(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(each) for each in value]
    # Most lines hold nothing like it: looking for these signs first costs a tenth of looking for the whole.
    if not isinstance(value, str) or not any(sign in value.lower() for sign in _SIGNS):
        return value
    # Passwords first: the name before one may be a mail address.
    return _PERSONAL.sub(MASK, _PASSWORD.sub(MASK, value))


def _told(value: object) -> str:
    return str(masked(str(value)))


class JsonLines(logging.Formatter):
    """One object a line: time, level, where, what, and the fields given by `extra=`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id():
            line["request"] = request_id()
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["error"] = "\n".join(_rows(self.formatException(record.exc_info)))
        # ASCII only: outside of it are line ends (U+2028), terminal commands (U+009B) and what no encoding takes.
        return json.dumps({name: masked(value) for name, value in line.items()}, default=_told)


class ReadableLines(logging.Formatter):
    """The same for eyes: time, level, message, fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, with the traceback below it if there is one."""
        fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        told = " ".join(f"{name}={value}" for name, value in fields.items())
        mark = f" [{request_id()}]" if request_id() else ""
        line = f"{datetime.fromtimestamp(record.created):%H:%M:%S} {record.levelname.lower():7} {record.getMessage()}"  # noqa: DTZ006 - a terminal shows the local time
        first = _printable(_told(f"{line} {told}{mark}".rstrip()))
        below = _rows(self.formatException(record.exc_info)) if record.exc_info else []
        return "\n".join([first, *(f"    {_printable(_told(row))}" for row in below)])


def _rows(traceback: str) -> list[str]:
    # PostgreSQL repeats the whole row below its errors: "DETAIL: Failing row contains (...)".
    return [row for row in traceback.split("\n") if not row.startswith("DETAIL:")]


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def start(level: int = logging.INFO) -> None:
    """Send every log line of this process to standard error, in the form that the settings say."""
    wanted = settings().log_format
    readable = wanted == "readable" or (wanted == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(ReadableLines() if readable else JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # httpx tells every address it asks, with the words searched for.
    logging.getLogger("httpx").setLevel(logging.WARNING)

"""`receive`: one letter from a mail server's pipe, an answer or a report. It ends as such programs do (sysexits.h).

0: taken, or passed over for good. 65: refused, and the mail server gives it back to its sender. 75: not now, and it
tries again.
"""

import sys
from typing import Final, NoReturn

import typer

from app.commanding import begin, require_current_database

REFUSED: Final = 65
LATER: Final = 75

_CHUNK: Final = 1 << 16


def receive() -> None:
    """Take in an answer or a report from standard input, as a mail server hands it over (docs/deploy/README.md)."""
    try:
        begin()
    except SystemExit:
        # A wrong setting is no reason to give people's letters back.
        raise typer.Exit(LATER) from None
    from app.core.settings import settings

    if not settings().reply_address and not settings().bounce_address:
        _end(REFUSED, "Answers by mail are not taken here.")
    try:
        _receive()
    except typer.Exit:
        raise
    except Exception as wrong:
        # Its kind alone: the rest may hold what somebody wrote, and a mail server would send that on.
        _end(LATER, f"Not now: {type(wrong).__name__}.")


def _receive() -> None:
    import app.reactions  # noqa: F401 - that a letter was written must be known before it is
    from app.contact.replying import LARGEST, NotTaken, is_too_much, read_reply, take_in
    from app.core import database

    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        while sys.stdin.buffer.read(_CHUNK):
            # To the end, or the mail server takes it for a fault of the pipe.
            pass
        _end(REFUSED, f"It is too large: an answer by mail has at most {LARGEST >> 20} MB. Nothing was passed on.")
    if is_too_much(data):
        _end(REFUSED, "It is made of too many parts for an answer by mail. Nothing was passed on.")
    try:
        require_current_database()
    except typer.Exit:
        raise typer.Exit(LATER) from None
    try:
        reply = read_reply(data)
        with database.writing() as session:
            take_in(session, reply)
    except NotTaken:
        _end(REFUSED, "It was not taken: answer our letter from the mailbox that it came to, or on the site.")


def _end(code: int, sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)

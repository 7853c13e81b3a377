"""The postman: brings a message to the mail server of the settings, or lays it in a folder when there is none."""

import logging
import smtplib
import threading
import time
from email.message import EmailMessage
from pathlib import Path

from app.core.mail_line import Away, Server, own_line
from app.core.settings import settings

log = logging.getLogger(__name__)


class Refused(Exception):
    """This letter will never be taken. Tells the server's code alone: its words often repeat the address."""


class NotYet(Exception):
    """This letter is not taken now, such as by a server that first wants to see whether we come back."""


def deliver(message: EmailMessage, *, number: int, name: str, sender: str) -> None:
    """Bring it; `sender` is whom mail servers tell what becomes of it. Raises Refused, NotYet or Away."""
    url = settings().smtp_url.get_secret_value()
    if url:
        _keep_pace()
        _hand_over(Server.at(url), message, sender)
    else:
        _lay_down(message, number, name)


def mail_folder() -> Path:
    """Where letters lie when no mail server is set."""
    return settings().data_dir.absolute() / "mail"


def laid_down() -> dict[int, Path]:
    """The letters in the folder, by their numbers."""
    return {int(path.name.partition("-")[0]): path for path in mail_folder().glob("*-*.eml")}


def _hand_over(server: Server, message: EmailMessage, sender: str) -> None:
    data = message.as_bytes()
    try:
        with own_line().begun(server, sender, len(data)) as line:
            _see_taken(line.rcpt(message["To"].addresses[0].addr_spec))
            _see_taken(line.data(data))
    except smtplib.SMTPSenderRefused as refused:
        # It is we who are not taken, or not now.
        raise Away(f"it answers {refused.smtp_code} to our address") from None
    except smtplib.SMTPResponseException as answer:
        raise _no(answer.smtp_code) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Away(type(error).__name__) from None


def _see_taken(answer: tuple[int, bytes]) -> None:
    code, _words = answer
    if code not in {250, 251}:
        raise _no(code)


def _no(code: int) -> Refused | NotYet | Away:
    if code == 421:  # closing down, whatever was asked
        return Away("it answers 421")
    return Refused(str(code)) if code >= 500 else NotYet(f"the mail server answers {code}")


def _lay_down(message: EmailMessage, number: int, name: str) -> None:
    folder = mail_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:06}-{name}.eml"
    # Whole or not at all, for whoever waits for it; and for this user alone.
    fresh = folder / f".{path.name}"
    fresh.touch(0o600)
    fresh.write_bytes(message.as_bytes())
    fresh.rename(path)
    log.info("a letter lies in %s, since no SMTP_URL is set", path)


_pacing = threading.Lock()
_next_at = 0.0


def _keep_pace() -> None:
    """Wait for our turn: providers turn away those who bring many letters in one moment."""
    global _next_at
    with _pacing:
        begins = max(time.monotonic(), _next_at)
        _next_at = begins + 1 / settings().mail_pace
    time.sleep(max(0.0, begins - time.monotonic()))

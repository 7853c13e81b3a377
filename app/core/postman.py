"""The postman: brings a message to the mail server of the settings, or lays it in a folder when there is none."""

import logging
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from app.core.settings import settings

log = logging.getLogger(__name__)

PATIENCE: Final = 20.0
"""Seconds that a mail server gets for each answer."""

PORTS: Final = {"smtp": 587, "smtps": 465}


class Refused(Exception):
    """This letter will never be taken. Tells the server's code alone: its words often repeat the address."""


class NotYet(Exception):
    """This letter is not taken now, such as by a server that first wants to see whether we come back."""


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
    line = server.connect()
    try:
        line.sendmail(sender, [message["To"].addresses[0].addr_spec], message.as_bytes())
    except smtplib.SMTPRecipientsRefused as refused:
        code, _words = next(iter(refused.recipients.values()))
        raise _no(code) from None
    except smtplib.SMTPSenderRefused as refused:
        # It is we who are not taken, or not now.
        raise Away(f"it answers {refused.smtp_code} to our address") from None
    except smtplib.SMTPResponseException as answer:
        raise _no(answer.smtp_code) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Away(type(error).__name__) from None
    finally:
        _hang_up(line)


def _no(code: int) -> Refused | NotYet | Away:
    if code == 421:  # closing down, whatever was asked
        return Away("it answers 421")
    return Refused(str(code)) if code >= 500 else NotYet(f"the mail server answers {code}")


def _hang_up(line: smtplib.SMTP) -> None:
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        # The letter was taken or not before this; how the line ends changes nothing.
        line.close()


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

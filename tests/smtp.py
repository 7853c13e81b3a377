"""A real SMTP server on loopback, which answers as a test wants and keeps what it was given.

with mail_server() as server:
    server.answers["sjoerd@woldzicht.example"] = "550 no such person"
    ...
    assert server.letters[0]["Subject"] == "..."
"""

import asyncio
import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.core import settings


class MailServer:
    """The server's handler, and what tests ask it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.senders: list[str] = []
        self.was_secret: list[bool] = []
        self.lines: list[Session] = []
        """The connection on which each letter came."""
        self.said_goodbye = 0
        self.connections: list[SMTP] = []
        self.answers: dict[str, str] = {}
        """Address of a recipient -> what is said to it; `MAIL` and `DATA` -> what is said to those words."""
        self.most_on_a_line = 0
        """Letters after which a connection takes no other, with the words `too_many`; 0 for any number."""
        self.too_many = "421 too many letters on this connection"
        """Empty: hangs up without a word."""
        self.port = 0

    def hang_up(self) -> None:
        """Close every connection without a word, as a server may between two letters."""
        for server in self.connections:
            if server.transport is not None:
                server.loop.call_soon_threadsafe(server.transport.abort)

    async def handle_QUIT(self, _server: Any, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        self.said_goodbye += 1
        return "221 Bye"

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.most_on_a_line and self.lines.count(session) >= self.most_on_a_line:
            if not self.too_many:
                server.transport.abort()
            return self.too_many
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.get("DATA", "250 taken")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            read = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(read, EmailMessage)
            self.letters.append(read)
            self.recipients.append(list(envelope.rcpt_tos))
            self.senders.append(envelope.mail_from or "")
            self.was_secret.append(session.ssl is not None)
            self.lines.append(session)
        return answer


@contextmanager
def mail_server(*, tls: ssl.SSLContext | None = None, users: dict[str, str] | None = None) -> Iterator[MailServer]:
    """A server on a free port. With `tls` it insists on STARTTLS, with `users` on one of them."""
    handler = MailServer()

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_known = (users or {}).get(data.login.decode()) == data.password.decode()
        return AuthResult(success=is_known, handled=False)

    with socket.create_server(("127.0.0.1", 0)) as probe:
        handler.port = probe.getsockname()[1]

    class Listening(Controller):
        def factory(self) -> SMTP:
            handler.connections.append(super().factory())
            return handler.connections[-1]

    controller = Listening(
        handler,
        hostname="127.0.0.1",
        port=handler.port,
        tls_context=tls,
        require_starttls=tls is not None,
        auth_required=users is not None,
        authenticator=authenticate if users is not None else None,
    )
    controller.start()
    try:
        yield handler
    finally:
        handler.hang_up()
        for _turn in range(20):  # turns of its loop, until the last word on each connection is said
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), controller.loop).result()
        controller.stop()


@contextmanager
def sending_to(url: str, **more: Any) -> Iterator[None]:
    """Send by this SMTP_URL for a while, without waiting between letters."""
    from pydantic import SecretStr

    former = settings.settings()
    settings.configure(former.model_copy(update={"smtp_url": SecretStr(url), "mail_pace": 1000, **more}))
    try:
        yield
    finally:
        settings.configure(former)

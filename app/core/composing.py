"""Composing: from a letter as it is kept to a message as it is sent, in text and in HTML.

The HTML works without pictures and carries its look in attributes, since mail programs know little else; sheets for
narrow screens and dark colours stay beside it for those that do.
"""

from binascii import b2a_qp
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import css_inline

from app.core.addresses import whole
from app.core.clock import local, now
from app.core.language import speaking
from app.core.seals import seal
from app.core.settings import settings
from app.core.templating import render, render_plain
from app.core.text import one_line

SENDER: Final = "Proeftuin"

SHEET: Final = Path(__file__).with_name("letter.css")

# 900, since a header over 78 characters without blanks would be turned into an encoded word, which no mail program
# reads in a List-Unsubscribe.
POLICY: Final = SMTP.clone(max_line_length=900)


class Kept(Protocol):
    """What composing needs of a letter."""

    id: int
    to: str
    name: str
    language: str
    told: dict[str, Any]
    reply_to: str
    stop: str


class Unsafe(Exception):
    """The message would have other headers than we gave it. A bug of ours, whatever was typed."""


def compose(letter: Kept) -> EmailMessage:
    """The message in the letter's language. Raises Unsafe, and whatever is wrong with its template."""
    with speaking(letter.language):
        subject, plain, html = words(letter.name, letter.told)
    message = EmailMessage(policy=POLICY)
    message["Subject"] = _header(subject)
    message["From"] = Address(SENDER, addr_spec=settings().mail_from)
    message["To"] = Address(addr_spec=letter.to)
    message["Date"] = format_datetime(local(now()))
    message["Message-ID"] = f"<letter.{letter.id}.{seal('letter', str(letter.id))[:20]}@{_host()}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    if letter.stop:
        message["List-Id"] = f"{SENDER} <volgen.{_host()}>"
        message["List-Unsubscribe"] = f"<{_header(letter.stop)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    _check(message)
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = "multipart/alternative"
    message.set_payload([_part("plain", plain), _part("html", html)])
    return message


def _part(subtype: str, text: str) -> EmailMessage:
    """One of the two forms, in lines of at most 76 characters (RFC 2045, 6.7): `set_content` makes longer ones.

    Without blanks at the ends of lines, which would each make a line longer, and which nobody sees.
    """
    encoded = b2a_qp("\n".join(line.rstrip() for line in text.split("\n")).encode(), istext=True)
    part = EmailMessage(policy=POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(encoded.decode("ascii"))
    return part


def words(name: str, told: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter, in the current language."""
    values = {**told, "at": whole, "operator": settings().operator_name, "contact": settings().operator_contact}
    subject = one_line(render_plain(f"mail/{name}/subject.txt", **values))
    plain = render_plain(f"mail/{name}/body.txt", **values).strip() + "\n"
    html = _inliner().inline(render(f"mail/{name}/body.html", subject=subject, **values))
    return subject, plain, html


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        extra_css=SHEET.read_text(encoding="utf-8"), keep_at_rules=True, load_remote_stylesheets=False
    )


def _header(text: str) -> str:
    # Python 3.11.7 turns an encoded word back into what it hides, line ends included (CVE-2024-6923).
    return one_line(text).replace("=?", "= ?")


def _check(message: EmailMessage) -> None:
    """A look at the bytes themselves: what is read back has the headers that were written, and no other.

    Before the bodies are there, which can be long; what they add to the headers holds nothing that anybody typed.
    """
    read = BytesHeaderParser().parsebytes(message.as_bytes())
    if read.keys() != message.keys() or len(read.get_all("To", [])) != 1:
        raise Unsafe("a letter would have had other headers than ours")


def _host() -> str:
    return urlsplit(settings().address).hostname or "localhost"

"""The letters that were sent during a test, as their reader gets them."""

import email
import email.policy
import re
from email.message import EmailMessage

from app.core import working
from app.core.postman import mail_folder


def letters(to: str = "") -> list[EmailMessage]:
    """Every letter so far, to one address or to all, oldest first. What waits is sent first."""
    working.work_off()
    found = [
        email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
        for path in sorted(mail_folder().glob("*.eml"))
    ]
    return [letter for letter in found if not to or letter["To"] == to]


def text(letter: EmailMessage) -> str:
    """What it says in plain words."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def code_in(letter: EmailMessage) -> str:
    """The six digits in it."""
    found = re.search(r"^ {4}(\d{3}) (\d{3})$", text(letter), re.MULTILINE)
    assert found, text(letter)
    return found[1] + found[2]


def link_in(letter: EmailMessage) -> str:
    """The path and query of the link beside the code."""
    found = re.search(r"https?://[^/\s]+(/\S*\?s=[\w-]+)", text(letter))
    assert found, text(letter)
    return found[1]

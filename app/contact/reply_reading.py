"""An answer by mail as bytes, read into what we need of it. Strangers send these: it runs apart (`app.core.apart`)."""

import codecs
import email
import email.base64mime
import email.contentmanager
import email.generator
import email.header
import email.iterators
import email.parser
import email.quoprimime
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import Any, Final

from app.contact.reply_words import own_words, unflowed
from app.core.report_reading import is_nobody, outcomes_of
from app.core.text import wash
from content.bringing.elements import Element, read

LONGEST: Final = 100_000
"""So many letters of it are read: far more than is taken, so that the rest can go back to who wrote it."""

CHARSETS: Final = (
    *("us-ascii", "utf-8", "utf-16", "iso-8859-1", "iso-8859-2", "iso-8859-9", "iso-8859-15", "koi8-r"),
    *("windows-1250", "windows-1251", "windows-1252", "windows-1254", "gb2312", "gb18030", "big5", "shift_jis"),
    *("iso-2022-jp", "euc-jp", "euc-kr", "macintosh", "cp437", "cp850", "raw-unicode-escape"),
)
for _charset in CHARSETS:
    # Looked up before the process may open no file any more.
    codecs.lookup(_charset)

_RECIPIENTS: Final = frozenset({"to", "cc", "delivered-to", "x-original-to"})
_OF_LISTS: Final = frozenset({"list-id", "list-post", "list-unsubscribe", "list-help", "mailing-list"})
_OF_MACHINES: Final = frozenset({"x-autoreply", "x-autorespond", "x-autoresponder", "x-loop", "x-failed-recipients"})
_SIGNATURES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_BLOCKS: Final = frozenset(
    {"div", "ul", "ol", "li", "table", "tr", "section", "article", "main", "figure", "figcaption", "hr", "caption"}
)
_APART: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"})
_GAP: Final = re.compile(r"[ \t\n\r\f\xa0]+")


def answer(data: bytes) -> dict[str, Any]:
    """Who sent it to whom, whether a program wrote it, what it reports, its own words, and whether more came along."""
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    headers = [(name.lower(), _plain(value)) for name, value in message.raw_items()]
    body = _body_of(message)
    return {
        "senders": _addresses(value for name, value in headers if name == "from"),
        "recipients": [value for name, value in headers if name in _RECIPIENTS],
        "is_automatic": _is_automatic(headers, message.get_content_type()),
        "message_id": next((value for name, value in headers if name == "message-id"), ""),
        "text": own_words(wash(_text_of(body)))[:LONGEST] if body else "",
        "report": outcomes_of(message, [value for name, value in headers if name == "return-path"]),
        "has_more": any(_is_more(part) for part in _others(message, body)),
    }


def _plain(value: object) -> str:
    return " ".join(wash(str(value)).split())[:4000]


def _addresses(values: Iterator[str]) -> list[str]:
    return [address.lower() for _name, address in getaddresses(list(values))]


def _is_automatic(headers: list[tuple[str, str]], content_type: str) -> bool:
    """Whether a program sent it: those are never answered, or two of them would talk to each other for ever."""
    for name, value in headers:
        said = value.lower()
        if name == "auto-submitted" and said.partition(";")[0].strip() != "no":
            return True
        if name == "precedence" and said in {"bulk", "junk", "list", "auto_reply", "auto-reply"}:
            return True
        if name == "return-path" and is_nobody(said):
            return True
        if name == "from" and re.search(r"(mailer-daemon|postmaster)@", said):
            return True
        if name in _OF_LISTS or name in _OF_MACHINES:
            return True
    return content_type in {"multipart/report", "message/delivery-status"}


def _body_of(message: EmailMessage) -> EmailMessage | None:
    with suppress(KeyError, ValueError):
        found = message.get_body(("plain", "html"))
        return found if isinstance(found, EmailMessage) else None
    return None


def _text_of(part: EmailMessage) -> str:
    try:
        said = str(part.get_content())
    except (LookupError, ValueError):
        # An alphabet that we do not know, or one that does not fit.
        payload = part.get_payload(decode=True)
        said = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    said = said[: 3 * LONGEST].replace("\r\n", "\n")
    if part.get_content_subtype() == "html":
        return "\n".join(_lines(read(said)))
    return unflowed(said) if str(part.get_param("format", "")).lower() == "flowed" else said


def _lines(root: Element) -> list[str]:
    """The words of HTML, line by line, with a > before what is quoted."""
    lines = [""]
    for child in root.children:
        if isinstance(child, str):
            lines[-1] += _GAP.sub(" ", child)
        elif child.tag == "br":
            lines.append("")
        elif child.tag in _BLOCKS or child.tag in _APART:
            inside = [line.strip() for line in _lines(child)]
            if child.tag == "blockquote":
                inside = [f"> {line}" for line in inside]
            lines += [*inside, *([""] if child.tag in _APART else []), ""]
        else:
            first, *more = _lines(child)
            lines[-1] += first
            lines += more
    return [line.removeprefix(" ") if not line.strip() else line for line in lines]


def _others(message: EmailMessage, body: EmailMessage | None, *, is_choice: bool = False) -> Iterator[EmailMessage]:
    """Every part but the body and what says the same in another form."""
    if message.is_multipart():
        holds_body = body is not None and any(part is body for part in message.walk())
        is_other_form = message.get_content_type() == "multipart/alternative" and holds_body
        for part in message.iter_parts():
            if isinstance(part, EmailMessage):
                yield from _others(part, body, is_choice=is_choice or is_other_form)
    elif message is not body and not (is_choice and message.get_content_maintype() == "text"):
        yield message


def _is_more(part: EmailMessage) -> bool:
    """Whether somebody would miss it: no signature of a program, and no picture that belongs to the letter's look."""
    if part.get_content_type() in _SIGNATURES:
        return False
    is_look = part.get_content_maintype() == "image" and "content-id" in part
    return not is_look or part.get_content_disposition() == "attachment"

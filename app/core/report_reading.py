"""A report about a letter of ours (RFC 3464) as a parsed message. Strangers send these: it runs apart."""

import re
from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage, Message
from email.policy import default
from typing import Final

MOST_OUTCOMES: Final = 50
"""So many recipients are looked at. A letter of ours has one."""

_STATUS_PARTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ACTION: Final = re.compile(r"\s*([a-z]{1,20})", re.IGNORECASE)
_STATUS: Final = re.compile(r"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
_NOBODY: Final = re.compile(r"<\s*(mailer-daemon(@[a-z0-9.-]*)?)?\s*>", re.IGNORECASE)
"""The null address, or what Postfix writes for it (`null_sender` of its pipe)."""
_CODE: Final = re.compile(r"\s*smtp\s*;\s*([245][0-9]{2})(?![0-9])", re.IGNORECASE)


def outcomes_of(message: EmailMessage, return_paths: list[str]) -> list[dict[str, str]] | None:
    """What it says of each recipient; None for a message that is no report, or that somebody wants answered."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    if str(message.get_param("report-type", "")).lower() not in {"delivery-status", "global-delivery-status"}:
        return None
    if not all(is_nobody(path) for path in return_paths):
        return None
    told = []
    for part in message.iter_parts():
        if part.get_content_type() in _STATUS_PARTS:
            for number, block in enumerate(_blocks(part)):
                if number == MOST_OUTCOMES:
                    break
                if "action" in block:
                    told.append(_outcome(block))
    return told


def is_nobody(path: str) -> bool:
    """Whether a Return-Path says that nobody hears what becomes of the letter, as machines send theirs."""
    return _NOBODY.fullmatch(path.strip()) is not None


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields: about the message, and about each recipient."""
    groups = part.get_payload()
    if not isinstance(groups, list):
        return
    for group in groups:
        if isinstance(group, Message):
            yield group
            # The newer kind (RFC 6533) is one group with the others in its body.
            body = group.get_payload()
            for text in re.split(r"\r?\n\r?\n", body)[:MOST_OUTCOMES] if isinstance(body, str) else ():
                yield message_from_string(text.lstrip(), policy=default)


def _outcome(block: Message) -> dict[str, str]:
    fields = {name.lower(): str(value) for name, value in reversed(list(block.raw_items()))}

    def found(pattern: re.Pattern[str], name: str) -> str:
        match = pattern.match(fields.get(name, ""))
        return match[1].lower() if match else ""

    return {
        "action": found(_ACTION, "action"),
        "status": found(_STATUS, "status"),
        "code": found(_CODE, "diagnostic-code"),
    }

"""Mail addresses as people type them, and the mail domains that belong to everybody and so prove nothing."""

import re
from pathlib import Path
from typing import Final

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.text import one_line

LONGEST_LOCAL: Final = 64
LONGEST_DOMAIN: Final = 189
"""Together 254: what mail can be sent to (RFC 5321, 4.5.3.1.3, without the angle brackets)."""

_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
_IN_NAME: Final = re.compile(r"[^<>]*<([^<>]+)>")

PUBLIC: Final = frozenset(Path(__file__).with_name("public_mail_domains.txt").read_text("utf-8").split())
"""Providers who give an address to anybody, and those of their domains that people here use."""

_SHARED_SUFFIXES: Final = frozenset({"co.uk", "org.uk", "ac.uk", "com.au", "co.nz", "com.br", "co.jp", "com.tr"})


def mail_address(text: str, *, field: str = "mail") -> str:
    """The address in small letters. Raises Invalid, naming the field, for what no mail can be sent to."""
    line = one_line(text).lower()
    inside = _IN_NAME.fullmatch(line)
    local, _at, domain = (inside[1] if inside else line).strip().rpartition("@")
    domain = _ascii(domain)
    is_short = len(local) <= LONGEST_LOCAL and len(domain) <= LONGEST_DOMAIN
    if not (is_short and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise Invalid(_("Fill in a mail address, such as name@company.nl"), field=field)
    return f"{local}@{domain}"


def domain_of(mail: str) -> str:
    """What stands behind the @."""
    return mail.rpartition("@")[2]


def is_public(domain: str) -> bool:
    """Whether anybody can get an address in this domain, so that one says nothing about where somebody works."""
    return domain in PUBLIC or domain in _SHARED_SUFFIXES or any(domain.endswith(f".{each}") for each in PUBLIC)


def hidden(mail: str) -> str:
    """Enough of an address for its owner to know it by: s•••@woldzicht.nl."""
    local, _at, domain = mail.partition("@")
    return f"{local[:1]}\N{BULLET}\N{BULLET}\N{BULLET}@{domain}"


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""

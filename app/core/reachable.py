"""Which addresses we may go to: every one that an operator named, and of all others only those of the open internet.

A name is resolved once, and the connection goes to the address that was judged: a second answer of the same name
counts for nothing (CWE-918).
"""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


class NotReachable(Exception):
    """Why we do not go there."""


@dataclass(frozen=True)
class Place:
    """Where to connect to, and which name it goes by."""

    scheme: str
    ip: str
    port: int
    host: str
    """The host and port as they stand in the address."""
    name: str
    path: str
    """With the query."""

    @property
    def url(self) -> str:
        """The address with the number in the place of the name."""
        number = f"[{self.ip}]" if ":" in self.ip else self.ip
        return f"{self.scheme}://{number}:{self.port}{self.path}"


def place_of(address: str, *, named: Collection[str] = ()) -> Place:
    """Where this address leads. `named`: hosts that an operator named, which may be private and speak plain http.

    Raises NotReachable, for a name that is not known as well.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise NotReachable("not an address") from error
    is_named = parts.netloc.lower() in named
    if not parts.hostname or parts.username or parts.scheme not in (PORTS if is_named else ("https",)):
        raise NotReachable("not an https address")
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotReachable("not a name that is known") from error
    if not is_named and not all(_is_open(each) for each in found):
        raise NotReachable("an address that is not of the open internet")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, found[0], port, parts.netloc, parts.hostname, path)


def _is_open(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (mapped is None or mapped.is_global)

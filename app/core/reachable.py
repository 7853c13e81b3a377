"""Which addresses we may go to: every one that an operator named, and of all others only those of the open internet.

A name is resolved once, and the connection goes to the address that was judged: a second answer of the same name
counts for nothing (CWE-918).
"""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}

HOLDING_ANOTHER = (ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("64:ff9b::/96"))
"""IPv6 numbers that end in one of IPv4, and lead there (RFC 4291, 2.5.5.1; RFC 6052)."""


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


def place_of(
    address: str, *, named: Collection[str] = (), allowed: Collection[str] = (), may_be_plain: bool = False
) -> Place:
    """Where this address leads.

    `named`: hosts with their port that an operator named, which may be private and speak plain http. `allowed`: names
    and networks that may be so too. `may_be_plain`: plain http will do. Raises NotReachable, for a name that is not
    known as well.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise NotReachable("not an address") from error
    if not parts.hostname or parts.username is not None or parts.scheme not in PORTS:
        raise NotReachable("not a web address")
    is_named = parts.netloc.lower() in named or parts.hostname in allowed
    if not (is_named or allowed or may_be_plain) and parts.scheme != "https":
        raise NotReachable("not an https address")
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotReachable("not a name that is known") from error
    is_named = is_named or all(_is_within(each, allowed) for each in found)
    if not is_named and not all(_is_open(each) for each in found):
        raise NotReachable("an address that is not of the open internet")
    if not (is_named or may_be_plain) and parts.scheme != "https":
        raise NotReachable("not an https address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, found[0], port, parts.netloc, parts.hostname, path)


def network(word: str) -> IPv4Network | IPv6Network | None:
    """The network that is written so, such as `10.0.0.0/8` or one number; None for the name of a host."""
    try:
        return ipaddress.ip_network(word.strip("[]"))
    except ValueError:
        return None


def _is_within(number: str, allowed: Collection[str]) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    return any(address in within for within in map(network, allowed) if within is not None)


def _is_open(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    inner = _inner(address) if isinstance(address, IPv6Address) else None
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The number of IPv4 to which this one leads in the end, if it does."""
    if any(address in each for each in HOLDING_ANOTHER):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour

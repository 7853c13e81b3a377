"""The one way out: HTTP to the search engine, to the trade register, to providers of identity, and to any address that
somebody wrote down here; and questions to the name system (DNS).

An operator names the first three, so they may be private; where a provider sends us on to, and what people wrote, only
when it is on the open internet (`app/core/reachable.py`).
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
import httpx

from app.core.reachable import NotReachable, place_of
from app.core.settings import settings

SEARCH_TIMEOUT = httpx.Timeout(connect=0.3, read=1.0, write=1.0, pool=0.5)
"""Seconds. Readers get an answer within 2 s although the engine hangs: after this the plain answer comes in."""


EngineClient = httpx.Client
"""What `engine_client` makes, for rooms that must not know httpx."""


def engine_client(address: str, key: str) -> EngineClient:
    """A pooled client for the search engine at this address.

    `Accept-Encoding: identity`: a compressed answer leaves the engine in two writes, and the second one waits 40 ms
    for a delayed acknowledgement (measured: 44.0 ms against 1.45 ms for the same search).
    """
    # An engine that somebody tries out may have no key, and a bearer without a token is no header.
    key_shown = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(
        base_url=address,
        headers={"Accept-Encoding": "identity", **key_shown},
        timeout=SEARCH_TIMEOUT,
        limits=httpx.Limits(max_connections=40, max_keepalive_connections=40),
        trust_env=False,
        follow_redirects=False,
    )


REGISTER_TIMEOUT = httpx.Timeout(connect=1.0, read=2.0, write=1.0, pool=0.5)
"""Seconds. Somebody waits for it while they fill in a form that works without."""

MOST_TOLD = 500_000
"""Bytes of an answer that we read."""

LONGEST_ANSWER = 6.0
"""Seconds, however steadily it drips."""


def ask_register(address: str, key: str) -> Any:
    """What the trade register answers at this address, as JSON; None for what it does not know.

    Raises OutsideError when it is away, slow or says anything else.
    """
    with (
        httpx.Client(timeout=REGISTER_TIMEOUT, trust_env=False, follow_redirects=False) as client,
        client.stream("GET", address, headers={"apikey": key, "Accept": "application/json"}) as answer,
    ):
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        answer.raise_for_status()
        return _json_of(answer)


PROVIDER_TIMEOUT = httpx.Timeout(connect=2.0, read=4.0, write=2.0, pool=0.5)
"""Seconds. Somebody waits to get in."""


def ask_provider(
    address: str, *, named: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Any:
    """What a provider of identity answers at this address, as JSON; with a `form` it is sent.

    `named`: the host that the operator named. Raises OutsideError when it is away, slow, somewhere we do not go, or
    says anything else; a refusal (4xx) raises too.
    """
    try:
        place = place_of(address, named=(named,))
    except NotReachable as reason:
        raise httpx.ConnectError(str(reason)) from reason
    told = {"Accept": "application/json", **(headers or {}), "Host": place.host}
    with (
        httpx.Client(timeout=PROVIDER_TIMEOUT, trust_env=False, follow_redirects=False) as client,
        client.stream(
            "POST" if form is not None else "GET",
            place.url,
            data=dict(form) if form is not None else None,
            headers=told,
            # The certificate is that of the name, though we connect to the number that was judged.
            extensions={"sni_hostname": place.name},
        ) as answer,
    ):
        if answer.is_redirect:
            raise httpx.DecodingError("a provider leads elsewhere")
        answer.raise_for_status()
        return _json_of(answer)


ANYWHERE_TIMEOUT = httpx.Timeout(connect=5.0, read=5.0, write=5.0, pool=1.0)
"""Seconds. Nobody waits for it but others that are to be called."""

LONGEST_CALL = 10.0
"""Seconds for a call as a whole, however steadily it drips."""

OUR_NAME = "Proeftuin"
"""How we introduce ourselves, with the address where more is to be read."""


@dataclass(frozen=True)
class Answered:
    """What came back. It is followed nowhere: where it leads is only told."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in small letters."""
    body: bytes = b""
    """As much of it as was asked for."""

    @property
    def leads_to(self) -> str:
        """The address that it sends us on to, as it was written; nothing when it does not."""
        return self.headers.get("location", "") if 300 <= self.status < 400 else ""


def call(
    method: str,
    address: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    most: int = 0,
    may_be_plain: bool = False,
) -> Answered:
    """One request to an address that anybody may have written down: to the open internet, or where OUTBOUND_ALLOW lets.

    Nothing is followed. At most `most` bytes of the answer are read. `may_be_plain`: plain http will do. Raises
    OutsideError when it is away or slow, and its kind NotThere for where we do not go.
    """
    try:
        place = place_of(address, allowed=settings().outbound_allow, may_be_plain=may_be_plain)
    except NotReachable as reason:
        raise NotThere(str(reason)) from reason
    told = {
        "User-Agent": f"{OUR_NAME} (+{settings().address}/over)",
        "Accept-Encoding": "identity",
        **(headers or {}),
        "Host": place.host,
    }
    client = httpx.Client(timeout=ANYWHERE_TIMEOUT, trust_env=False, follow_redirects=False)
    # What drips a letter now and then never runs into a timeout: whoever takes longer is cut off.
    cut = threading.Timer(LONGEST_CALL, client.close)
    cut.daemon = True
    cut.start()
    try:
        with client.stream(
            method, place.url, content=body, headers=told, extensions={"sni_hostname": place.name}
        ) as answer:
            read = b""
            for part in answer.iter_raw() if most else ():
                read += part
                if len(read) >= most:
                    break
            return Answered(answer.status_code, dict(answer.headers.items()), read[:most])
    except httpx.HTTPError:
        raise
    except Exception as error:
        # The connection was closed in the middle of something.
        raise httpx.ReadTimeout("this takes longer than we wait") from error
    finally:
        cut.cancel()
        client.close()


class NotThere(httpx.ConnectError):
    """An address to which we do not go: no web address, an unknown name, or not of the open internet."""


def _json_of(answer: httpx.Response) -> Any:
    told, until = b"", time.monotonic() + LONGEST_ANSWER
    for part in answer.iter_bytes():
        told += part
        if time.monotonic() > until:
            raise httpx.ReadTimeout("this takes longer than we wait")
        if len(told) > MOST_TOLD:
            raise httpx.DecodingError("this tells more than we read")
    try:
        return json.loads(told)
    except (ValueError, RecursionError) as error:
        raise httpx.DecodingError("this is not JSON") from error


LONGEST_QUESTION = 4.0
"""Seconds for a question to the name system, with every try. Somebody waits for it."""

LONGEST_TEXT = 255
"""Characters of a text in the name system that we read."""

MOST_TEXTS = 50
"""Of one name."""


class NobodyAnswers(httpx.ConnectError):
    """The name system does not answer."""


def texts_at(name: str) -> list[str]:
    """The texts (TXT) that stand at this name in the name system; none when there is no such name.

    Raises OutsideError when nobody answers within LONGEST_QUESTION.
    """
    try:
        found = _asked(name, "TXT")
    except dns.resolver.NXDOMAIN:
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise NobodyAnswers(f"the name system does not answer: {type(error).__name__}") from error
    # A text comes in parts of 255 bytes.
    told = (b"".join(record.strings)[: 4 * LONGEST_TEXT].decode("utf-8", "replace") for record in found.rrset or ())
    return [text[:LONGEST_TEXT] for text in islice(told, MOST_TEXTS)]


def takes_mail(domain: str) -> bool:
    """Whether the name system says where mail to this domain goes (RFC 5321, 5.1; RFC 7505). Raises as `texts_at`."""
    try:
        servers = _asked(domain, "MX").rrset
        if servers:
            return any(str(record.exchange) != "." for record in servers)
        return any(_asked(domain, kind).rrset for kind in ("A", "AAAA"))
    except dns.resolver.NXDOMAIN:
        return False
    except (dns.exception.DNSException, OSError) as error:
        raise NobodyAnswers(f"the name system does not answer: {type(error).__name__}") from error


def _asked(name: str, kind: str) -> dns.resolver.Answer:
    return _resolver().resolve(name, kind, lifetime=LONGEST_QUESTION, search=False, raise_on_no_answer=False)


def _resolver() -> dns.resolver.Resolver:
    """Of the machine, unless an operator names one. It keeps nothing: a text may have come a moment ago."""
    named = urlsplit(f"//{settings().dns_server}")
    resolver = dns.resolver.Resolver(configure=not named.hostname)
    if named.hostname:
        resolver.nameservers, resolver.port = [named.hostname], named.port or 53
    return resolver


OutsideError = httpx.HTTPError
"""What a call outside may raise: refused, timed out, broken."""

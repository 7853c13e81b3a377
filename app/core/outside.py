"""The one way out: HTTP to the search engine and to the trade register today, to strangers' addresses later.

Both are configured by the operator, so they may be private; nothing else goes out in this release.
"""

import json
from typing import Any

import httpx

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
"""Bytes of an answer of the register that we read."""


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
        told = b""
        for part in answer.iter_bytes():
            told += part
            if len(told) > MOST_TOLD:
                raise httpx.DecodingError("the register tells more than we read")
    try:
        return json.loads(told)
    except ValueError as error:
        raise httpx.DecodingError("the register does not answer in JSON") from error


OutsideError = httpx.HTTPError
"""What a call outside may raise: refused, timed out, broken."""

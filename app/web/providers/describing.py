"""What a provider says about itself (OpenID Connect Discovery 1.0), and the keys it signs with. Kept for an hour."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from authlib.oidc.discovery import OpenIDProviderMetadata

from app.core.outside import OutsideError, ask_provider
from app.core.providers import Provider
from app.web.providers.refusing import NotBelieved, Why

KEPT: Final = 3600.0
"""Seconds."""

KEYS_AGAIN: Final = 30.0
"""Seconds after which keys are asked for again when one is missing: not for every token that a stranger makes."""


@dataclass(frozen=True)
class Description:
    """What we need of it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    names_itself: bool = False
    """Whether it says with every answer who it is (RFC 9207)."""
    takes_secret_in_form: bool = False


@dataclass
class _Known:
    described: Description
    since: float
    keys: list[dict[str, Any]] = field(default_factory=list)
    keys_since: float = -KEPT


AWAY_FOR: Final = 5.0
"""Seconds in which one that is away is not asked again: whoever waits for it takes a place that others need."""

_known: dict[str, _Known] = {}
_away: dict[str, float] = {}
_asking: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""For each provider: one of those who need it asks, the others wait for what it says."""


def describe(provider: Provider) -> Description:
    """What it says about itself. Raises NotBelieved when it is away, or says that it is somebody else."""
    return _of(provider).described


def keys_of(provider: Provider, *, missing: bool = False) -> list[dict[str, Any]]:
    """The public keys that it signs with. `missing`: the one that is needed was not among the former ones."""
    known = _of(provider)
    with _asking[provider.issuer]:
        age = time.monotonic() - known.keys_since
        if age > KEPT or (missing and age > KEYS_AGAIN):
            found = _ask(provider, known.described.jwks_uri).get("keys")
            if not isinstance(found, list):
                raise NotBelieved(Why.AWAY, "no keys")
            # A secret is no public key: HS256 with it, or with the letters of a public one, signs nothing for us.
            known.keys = [key for key in found[:50] if isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP")]
            known.keys_since = time.monotonic()
    return known.keys


def forget_everything() -> None:
    """Ask again for everything; for tests, and after the settings changed."""
    _known.clear()
    _away.clear()


def _of(provider: Provider) -> _Known:
    with _asking[provider.issuer]:
        known = _known.get(provider.issuer)
        if known is None or time.monotonic() - known.since > KEPT:
            described = _described(provider, _ask(provider, provider.discovery))
            known = _known[provider.issuer] = _Known(described, time.monotonic())
    return known


def _described(provider: Provider, told: dict[str, Any]) -> Description:
    metadata = OpenIDProviderMetadata(told)
    if metadata.get("issuer") != provider.issuer:
        raise NotBelieved(Why.WRONG, "it says that it is another issuer")
    try:
        endpoints = {name: _text(metadata[name]) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        userinfo = _text(metadata.get("userinfo_endpoint") or "")
    except (KeyError, TypeError) as error:
        raise NotBelieved(Why.AWAY, "its description lacks an endpoint") from error
    if not endpoints["authorization_endpoint"].startswith(("https://", f"http://{provider.host}/")):
        raise NotBelieved(Why.WRONG, "its authorization endpoint is not safe")
    ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Description(
        issuer=provider.issuer,
        userinfo_endpoint=userinfo,
        names_itself=metadata.get("authorization_response_iss_parameter_supported") is True,
        takes_secret_in_form="client_secret_basic" not in ways and "client_secret_post" in ways,
        **endpoints,
    )


def _ask(provider: Provider, address: str) -> dict[str, Any]:
    if time.monotonic() < _away.get(provider.issuer, 0.0):
        raise NotBelieved(Why.AWAY, "it was away a moment ago")
    try:
        told = ask_provider(address, named=provider.host)
    except OutsideError as error:
        _away[provider.issuer] = time.monotonic() + AWAY_FOR
        raise NotBelieved(Why.AWAY, type(error).__name__) from error
    if not isinstance(told, dict):
        _away[provider.issuer] = time.monotonic() + AWAY_FOR
        raise NotBelieved(Why.AWAY, "its answer is no object")
    return told


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 2000:
        raise TypeError("not an address")
    return value

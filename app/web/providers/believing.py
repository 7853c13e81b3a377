"""Believing: the code is exchanged, the token of identity is checked in every part, and becomes an Identity.

OpenID Connect Core 1.0, 3.1.3.7; RFC 8725. What is not said is not assumed, and nothing is believed of a token before
its signature is.
"""

import hmac
import json
from base64 import b64encode, urlsafe_b64decode
from typing import Any, Final
from urllib.parse import quote_plus

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from app.core.clock import now
from app.core.errors import Invalid
from app.core.outside import OutsideError, ask_provider
from app.core.providers import TENANT, Provider
from app.core.text import one_line
from app.people.mail_addresses import mail_address
from app.people.outside_accounts import Identity
from app.web.providers.describing import Description, keys_of
from app.web.providers.leaving import Way, back_to
from app.web.providers.refusing import NotBelieved, Why

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""All of them sign with a key that only the provider has: neither `none` nor a shared secret."""

LEEWAY: Final = 30
"""Seconds that clocks may differ."""

OLDEST: Final = 600
"""Seconds since it was signed: it is made for this very answer."""

LONGEST: Final = 20_000
"""Characters of a token."""


def identity(provider: Provider, described: Description, way: Way, code: str) -> Identity:
    """Whom the provider vouches for. Raises NotBelieved."""
    told = _exchange(provider, described, way, code)
    token, access = told.get("id_token"), told.get("access_token")
    if not isinstance(token, str) or not isinstance(access, str) or len(token) > LONGEST:
        raise NotBelieved(Why.WRONG, "no token of identity")
    claims = checked(provider, token, nonce=way.nonce, access_token=access)
    if described.userinfo_endpoint and "email" not in claims:
        claims = {**_more(provider, described, access, claims), **claims}
    return _identity(provider, claims)


def checked(provider: Provider, token: str, *, nonce: str, access_token: str) -> dict[str, Any]:
    """The claims of a token that holds. Raises NotBelieved."""
    header = _header(token)
    if header.get("alg") not in ALGORITHMS:
        raise NotBelieved(Why.WRONG, "an algorithm that we do not take")
    if "crit" in header or "b64" in header:
        raise NotBelieved(Why.WRONG, "a header that we must understand and do not")
    decoded = _decoded(provider, token, header)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
    )
    try:
        claims.validate(now=int(now().timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise NotBelieved(Why.WRONG, type(error).__name__) from error
    _require(provider, claims, nonce)
    return dict(claims)


def _require(provider: Provider, claims: dict[str, Any], nonce: str) -> None:
    """What the library leaves to us, or takes more lightly."""
    if claims["iss"] != _issuer(provider, claims):
        raise NotBelieved(Why.WRONG, "another issuer")
    # Several audiences are several programs that could have been given it (Core 3.1.3.7, 3).
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise NotBelieved(Why.WRONG, "another audience")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise NotBelieved(Why.WRONG, "another authorized party")
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise NotBelieved(Why.WRONG, "another nonce")
    for name in ("exp", "iat"):
        if isinstance(claims[name], bool) or not isinstance(claims[name], int | float):
            raise NotBelieved(Why.WRONG, f"{name} is no moment")
    moment = now().timestamp()
    if claims["exp"] <= moment - LEEWAY or not moment - OLDEST <= claims["iat"] <= moment + LEEWAY:
        raise NotBelieved(Why.WRONG, "not of this moment")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise NotBelieved(Why.WRONG, "no subject")


def _issuer(provider: Provider, claims: dict[str, Any]) -> str:
    if not provider.is_of_many:
        return provider.issuer
    tenant = claims.get("tid")
    if tenant not in provider.tenants:
        raise NotBelieved(Why.ELSEWHERE, "another tenant")
    return provider.issuer.replace(TENANT, str(tenant))


def _header(token: str) -> dict[str, Any]:
    try:
        part = token.split(".")[0]
        header = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError) as error:
        raise NotBelieved(Why.WRONG, "not a token") from error
    if not isinstance(header, dict):
        raise NotBelieved(Why.WRONG, "not a token")
    return header


def _decoded(provider: Provider, token: str, header: dict[str, Any]) -> jwt.Token:
    """The token, when one of the provider's own keys signed it. Keys that the token itself names count for nothing."""
    for missing in (False, True):
        for key in keys_of(provider, missing=missing):
            if not _may_sign(key, header):
                continue
            try:
                return jwt.decode(token, import_key(key), algorithms=[header["alg"]])
            except (JoseError, ValueError, TypeError, KeyError):
                continue  # another key may have signed it; that none has is told below
    raise NotBelieved(Why.WRONG, "no key of the provider signed it")


def _may_sign(key: dict[str, Any], header: dict[str, Any]) -> bool:
    return (
        key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and ("kid" not in header or key.get("kid", header["kid"]) == header["kid"])
    )


def _exchange(provider: Provider, described: Description, way: Way, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_to(provider),
        "code_verifier": way.verifier,
        "client_id": provider.client_id,
    }
    secret, headers = provider.client_secret.get_secret_value(), {}
    if secret and described.takes_secret_in_form:
        form["client_secret"] = secret
    elif secret:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(secret)}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return _asked(provider, described.token_endpoint, form=form, headers=headers)


def _more(provider: Provider, described: Description, access: str, claims: dict[str, Any]) -> dict[str, Any]:
    """What it tells besides, of the same person (Core 5.3.2)."""
    told = _asked(provider, described.userinfo_endpoint, headers={"Authorization": f"Bearer {access}"})
    if told.get("sub") != claims["sub"]:
        raise NotBelieved(Why.WRONG, "it tells of somebody else")
    return told


def _asked(provider: Provider, address: str, **more: Any) -> dict[str, Any]:
    try:
        told = ask_provider(address, named=provider.host, **more)
    except OutsideError as error:
        status = getattr(getattr(error, "response", None), "status_code", 0)
        # It is there, and refuses: a code that is not for us, or was used.
        why = Why.WRONG if 400 <= status < 500 else Why.AWAY
        raise NotBelieved(why, f"{type(error).__name__} {status}") from error
    if not isinstance(told, dict):
        raise NotBelieved(Why.WRONG, "its answer is no object")
    return told


def _identity(provider: Provider, claims: dict[str, Any]) -> Identity:
    institution = _institution(provider, claims)
    if provider.organisations and institution not in {each.lower() for each in provider.organisations}:
        raise NotBelieved(Why.ELSEWHERE, "another institution")
    return Identity(
        provider=provider.name,
        issuer=claims["iss"],
        subject=claims["sub"],
        mail=_mail(claims),
        name=_line(claims.get("name"), 120),
        called=_line(claims.get("email") or claims.get("preferred_username"), 254),
        institution=institution,
        affiliations=_affiliations(claims, institution),
    )


def _institution(provider: Provider, claims: dict[str, Any]) -> str:
    """Whose people it says this is one of: a federation's institution, Google's domain, Microsoft's tenant.

    Of many tenants only the number counts, which was checked: a tenant may put into its tokens what it likes.
    """
    tenant = claims.get("tid")
    if provider.is_of_many:
        return _line(tenant, 253).lower()
    return _line(claims.get("schac_home_organization") or claims.get("hd") or tenant, 253).lower()


def _mail(claims: dict[str, Any]) -> str:
    """The address that was verified. `"true"` is not true, and what is not said is not so."""
    if claims.get("email_verified") is not True or not isinstance(claims.get("email"), str):
        return ""
    try:
        return mail_address(claims["email"])
    except Invalid:
        return ""  # As good as none: a provider may say what it likes.


def _affiliations(claims: dict[str, Any], institution: str) -> tuple[str, ...]:
    """Plain ones, and those that are said of this very institution."""
    plain = _list(claims.get("eduperson_affiliation"))
    scoped = [
        word.partition("@")[0]
        for word in _list(claims.get("eduperson_scoped_affiliation"))
        if institution and word.partition("@")[2] == institution
    ]
    return tuple(dict.fromkeys([*plain, *scoped]))


def _list(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [_line(each, 290).lower() for each in values[:50] if isinstance(each, str)]


def _line(value: object, most: int) -> str:
    return one_line(value)[:most] if isinstance(value, str) else ""

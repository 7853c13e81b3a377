"""Providers of identity that an operator trusts: where people have an account already, and what we believe of it."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

NAME: Final = re.compile("[a-z][a-z0-9-]{1,29}")

RESERVED: Final = frozenset({"code", "link", "nieuwe-code", "tweede-stap", "voorbeeld", "koppelen", "gewist"})
"""Names that stand below `/inloggen` already."""

TENANT: Final = "{tenantid}"
"""In an issuer: the place where each tenant's own number stands, as Microsoft Entra has it."""

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def _words(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Provider(BaseModel):
    """One of them, as `OIDC_PROVIDERS` describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    name: str
    label: str = Field(min_length=1, max_length=60)
    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("client_secret", "secret"), repr=False
    )
    scopes: Words = ("openid", "email", "profile")
    organisations: Words = Field(
        default=(), validation_alias=AliasChoices("organisations", "allowed_organisations", "allowed organisations")
    )
    """Institutions (`schac_home_organization`, or `hd` of Google) whose people may come in; empty: all of them."""
    tenants: Words = ()
    """Numbers of the tenants whose people may come in, when the issuer is that of many."""

    @field_validator("name")
    @classmethod
    def _is_a_word(cls, value: str) -> str:
        if not NAME.fullmatch(value) or value in RESERVED:
            raise ValueError("must be a word of small letters, digits and hyphens that stands in an address")
        return value

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        parts = urlsplit(value)
        is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if (parts.scheme != "https" and not is_local) or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an https address without a query")
        return value

    @field_validator("scopes")
    @classmethod
    def _asks_who(cls, value: Sequence[str]) -> Sequence[str]:
        if "openid" not in value:
            raise ValueError("must hold openid")
        return value

    @model_validator(mode="after")
    def _names_its_tenants(self) -> "Provider":
        if (TENANT in self.issuer) != bool(self.tenants):
            raise ValueError(f"an issuer with {TENANT} and a list of tenants belong together")
        return self

    @property
    def is_of_many(self) -> bool:
        """Whether each tenant has an issuer of its own."""
        return TENANT in self.issuer

    @property
    def discovery(self) -> str:
        """Where it tells about itself (OpenID Connect Discovery 1.0, 4)."""
        return f"{self.issuer.replace(TENANT, 'organizations').rstrip('/')}/.well-known/openid-configuration"

    @property
    def host(self) -> str:
        """The host and port that the operator named: it may be a private one."""
        return urlsplit(self.issuer).netloc.lower()

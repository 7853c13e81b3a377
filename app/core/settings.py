"""Every setting of Proeftuin, typed, with a default that works on a bare machine.

Settings come from the environment (`PROEFTUIN_DATA_DIR=...`) or a `.env` file in the working directory; an empty one
counts as not set. `docs/settings.md` describes each one; a test keeps the two in step.
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.core.providers import Provider

EXAMPLE_MARK = "(voorbeeld)"
"""Stands in every default that an operator has to replace, so that a visitor sees it is an example."""

ONE_HOST = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/*")

ONE_NUMBER = re.compile(r"([0-9.]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")

ROOM_FOR_A_SEAL = 13
"""Letters before the @ of addresses to which a seal is added: with it they have to fit into 64 (RFC 5321)."""

ONE_SENDER = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")

Words = Annotated[tuple[str, ...], NoDecode]
"""A list that is written in the environment as `a, b, c`."""


class Settings(BaseSettings):
    """What an operator may decide. Names are the public ones of `docs/settings.md`, in lower case."""

    model_config = SettingsConfigDict(
        env_prefix="PROEFTUIN_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Path("var")
    database_url: str = Field(default="", repr=False)
    search_url: str = ""
    search_key: SecretStr = SecretStr("")
    search_binary: str = ""
    files_url: str = ""
    files_endpoint: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    base_url: str = ""
    trusted_proxies: Words = ()
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "proeftuin@localhost"
    reply_address: str = ""
    bounce_address: str = ""
    mail_pace: int = Field(default=10, ge=1, le=1000)
    mail_domain_pace: int = Field(default=2, ge=1, le=1000)
    admission_days: int = Field(default=5, ge=1, le=60)
    review_days: int = Field(default=5, ge=1, le=60)
    kvk_api_key: SecretStr = SecretStr("")
    kvk_api_url: str = "https://api.kvk.nl/api/v1/basisprofielen"
    dns_server: str = ""
    second_step: str = Field(default="optional", pattern="^(optional|stewards|publishers)$")
    oidc_providers: tuple[Provider, ...] = ()
    outbound_allow: Words = ()
    example_people: bool = False
    operator_name: str = f"Kenniscentrum Proeftuin {EXAMPLE_MARK}"
    operator_contact: str = "redactie@proeftuin.example"
    privacy_contact: str = "privacy@proeftuin.example"
    security_contact: str = "security@proeftuin.example"
    funders: str = (
        "SNN, de provincies Groningen, Fryslân en Drenthe, de gemeente Smallingerland en het ministerie van "
        f"Economische Zaken {EXAMPLE_MARK}"
    )
    workers: int = Field(default=1, ge=1, le=64)
    secret_file: Path | None = None
    metrics_token: SecretStr = SecretStr("")
    log_format: str = Field(default="auto", pattern="^(auto|json|readable)$")

    @field_validator("trusted_proxies", "outbound_allow", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("search_url", "files_endpoint", "kvk_api_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if value and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
            raise ValueError("must be an address that starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("dns_server")
    @classmethod
    def _is_name_server(cls, value: str) -> str:
        if value and not ONE_NUMBER.fullmatch(value):
            raise ValueError("must be an address in numbers, such as 192.0.2.53 or [2001:db8::53]:5353")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if parts.geturl() and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
            raise ValueError("must be an address such as smtp://user:password@host:587 or smtps://host")
        if parts.query not in ("", "tls=start", "tls=none"):
            raise ValueError("may end in ?tls=start or ?tls=none, and in nothing else")
        return value

    @field_validator("mail_from", "operator_contact", "privacy_contact", "security_contact")
    @classmethod
    def _is_sender(cls, value: str) -> str:
        if not ONE_SENDER.fullmatch(value):
            raise ValueError("must be one mail address, without a name")
        return value

    @field_validator("reply_address", "bounce_address")
    @classmethod
    def _has_room_for_a_seal(cls, value: str) -> str:
        local = value.partition("@")[0]
        if value and (not ONE_SENDER.fullmatch(value) or "+" in local or len(local) > ROOM_FOR_A_SEAL):
            raise ValueError(f"must be one mail address with at most {ROOM_FOR_A_SEAL} letters and no + before the @")
        return value

    @field_validator("oidc_providers")
    @classmethod
    def _are_different(cls, value: tuple[Provider, ...]) -> tuple[Provider, ...]:
        for names in ([each.name for each in value], [each.issuer for each in value]):
            if len(set(names)) < len(names):
                raise ValueError("must not hold two of the same name or issuer")
        return value

    @field_validator("base_url")
    @classmethod
    def _is_one_host(cls, value: str) -> str:
        # Links are made by putting a path behind it, and cookies and trusted hosts go by its host.
        if value and not ONE_HOST.fullmatch(value):
            raise ValueError("must be http:// or https:// and a host in small letters, without a path")
        return value.rstrip("/")

    @property
    def database_address(self) -> str:
        """SQLAlchemy's URL of the database; SQLite in `data_dir` unless an operator says otherwise."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'proeftuin.db'}"

    @property
    def files_address(self) -> str:
        """Where files lie: a path on disk, or `s3://bucket/prefix`."""
        return self.files_url or str(self.data_dir.absolute() / "files")

    @property
    def address(self) -> str:
        """The one address used in links, mails and feeds, without a slash at the end."""
        return self.base_url or f"http://{self.host if ':' not in self.host else f'[{self.host}]'}:{self.port}"

    @property
    def is_https(self) -> bool:
        """Decides `Secure` and `__Host-` cookies and HSTS."""
        return self.address.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Whether we are bound to this machine alone: the bind that example people need."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def secret_path(self) -> Path:
        """The file with the root of all seals."""
        return self.secret_file or self.data_dir / "secret"


_configured: Settings | None = None


@cache
def _from_environment() -> Settings:
    return Settings()


def settings() -> Settings:
    """The settings of this process."""
    return _configured or _from_environment()


def configure(chosen: Settings | None) -> None:
    """Use these settings from now on; None goes back to the environment."""
    global _configured
    _configured = chosen

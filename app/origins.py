"""Where each setting came from, for an operator who wonders why it is what it is."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from app.core.providers import Provider
from app.core.settings import Settings


def explain(settings: Settings) -> Iterator[str]:
    """One line a setting: its name, whether it is the default, the environment's or `.env`'s, and its value."""
    for name in type(settings).model_fields:
        public = f"PROEFTUIN_{name.upper()}"
        yield f"{public:<28} {_origin(settings, name):<12} {_shown(getattr(settings, name))}"


def _origin(settings: Settings, name: str) -> str:
    if name not in settings.model_fields_set:
        return "default"
    # pydantic-settings compares names without case, and the environment goes before the file.
    is_from_environment = any(key.upper() == f"PROEFTUIN_{name.upper()}" for key in os.environ)
    return "environment" if is_from_environment else ".env"


def _shown(value: object) -> str:
    match value:
        case SecretStr():
            return "********" if value.get_secret_value() else "(empty)"
        case tuple() if value and isinstance(value[0], Provider):
            return ", ".join(f"{each.name} ({each.issuer})" for each in value)
        case tuple():
            return ", ".join(map(str, value)) or "(empty)"
        case None | "":
            return "(empty)"
        case str() if "://" in value:
            return _without_password(value)
    return str(value)


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return address
    user, at, host = parts.netloc.rpartition("@")
    masked = f"{user.partition(':')[0]}:********{at}{host}"
    return urlunsplit(parts._replace(netloc=masked))

"""Providers of identity as an operator describes them, and where a provider may send us."""

import json
import socket
from typing import Any

import pytest
from pydantic import ValidationError

from app.core import reachable
from app.core.reachable import NotReachable, place_of
from app.core.settings import Settings
from app.origins import explain

ONE = {"name": "surf", "label": "SURF", "issuer": "https://connect.surf.example", "client_id": "x", "secret": "hush"}


def read(monkeypatch: pytest.MonkeyPatch, *providers: dict[str, Any]) -> Settings:
    monkeypatch.setenv("PROEFTUIN_OIDC_PROVIDERS", json.dumps(providers))
    return Settings(_env_file=None)


def test_providers_come_as_json_and_keep_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, ONE, {**ONE, "name": "ander", "issuer": "http://127.0.0.1:1", "scopes": "openid x"})
    assert [each.name for each in settings.oidc_providers] == ["surf", "ander"]
    assert settings.oidc_providers[0].client_secret.get_secret_value() == "hush"
    assert settings.oidc_providers[1].scopes == ("openid", "x")
    shown = "\n".join(explain(settings)) + repr(settings)
    assert "surf (https://connect.surf.example)" in shown
    assert "hush" not in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "code"},
        {"name": "A b"},
        {"issuer": "http://connect.surf.example"},
        {"issuer": "https://a.example/?x=1"},
        {"issuer": "https://a.example/{tenantid}/v2.0"},
        {"tenants": ["t"]},
        {"scopes": ["email"]},
        {"colour": "red"},
        {"client_id": ""},
    ],
)
def test_what_does_not_fit_stops_the_start_without_telling_secrets(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        read(monkeypatch, ONE | wrong)
    assert "hush" not in str(refused.value)


def test_two_of_the_same_name_or_issuer_do_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    for same in ({"name": "ander"}, {"issuer": "https://ander.example"}):
        with pytest.raises(ValidationError):
            read(monkeypatch, ONE, ONE | same)


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *("::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::"),
    ],
)
def test_only_the_open_internet_is_reached_unless_an_operator_named_the_host(
    monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    def found(*_: Any, **__: Any) -> list[Any]:
        return [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (number, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(NotReachable):
        place_of("https://keys.example/jwks")
    assert place_of("https://keys.example/jwks", named=["keys.example"]).ip == "93.184.216.34"


def test_a_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.34", 443))])
    place = place_of("https://keys.example/jwks?x=1")
    assert (place.url, place.host, place.name) == (
        "https://93.184.216.34:443/jwks?x=1",
        "keys.example",
        "keys.example",
    )


@pytest.mark.parametrize(
    "address", ["http://keys.example/", "ftp://a.example", "https://u:p@a.example/", "https://", "//a", "https://a:x/"]
)
def test_what_is_no_https_address_is_not_gone_to(address: str) -> None:
    with pytest.raises(NotReachable):
        place_of(address)

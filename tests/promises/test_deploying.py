"""The compose file holds together: what it names is there, and nobody is let in who should not be."""

import re
from pathlib import Path
from typing import Any

import yaml

from app.core.settings import Settings
from search.binary import known_version

FOLDER = Path(__file__).parents[2] / "docs" / "deploy"
TEXT = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]

KNOWN = {
    *("build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init", "networks", "ports"),
    *("read_only", "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes"),
}
"""Of the Compose Specification: what we use. Compose refuses a word that it does not know."""


def test_it_has_the_four_services_and_no_word_that_compose_does_not_know() -> None:
    assert set(SERVICES) == {"proxy", "portal", "database", "search"}
    assert set(COMPOSE) == {"name", "services", "networks", "volumes"}
    for service in SERVICES.values():
        assert set(service) <= KNOWN
        assert ("image" in service) != ("build" in service)


def test_every_volume_network_and_service_that_is_named_is_there() -> None:
    for service in SERVICES.values():
        assert {volume.partition(":")[0] for volume in service.get("volumes", ())} <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        for needed, how in service.get("depends_on", {}).items():
            assert needed in SERVICES
            assert how == {"condition": "service_healthy"}
            # The portal's own stands in the Dockerfile.
            assert "healthcheck" in SERVICES[needed] or "build" in SERVICES[needed]


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in SERVICES.items() if "outside" in service["networks"]] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_every_setting_of_the_portal_exists_and_fits() -> None:
    given = SERVICES["portal"]["environment"]
    names = {name.removeprefix("PROEFTUIN_").lower() for name in given}
    assert all(name.startswith("PROEFTUIN_") for name in given)
    assert names <= set(Settings.model_fields)
    filled: dict[str, Any] = {
        name.removeprefix("PROEFTUIN_").lower(): re.sub(r"\$\{[^}]*\}", _of_an_operator(name), told)
        for name, told in given.items()
    }
    settings = Settings(_env_file=None, **filled)
    assert settings.is_https
    assert settings.trusted_proxies == (SERVICES["proxy"]["networks"]["inside"]["ipv4_address"],)


def test_images_are_of_one_version_and_the_engine_is_the_one_we_know() -> None:
    for service in SERVICES.values():
        if "image" in service:
            assert re.search(r":v?\d+", service["image"])
    assert SERVICES["search"]["image"].endswith(f":v{known_version()}")


def test_no_secret_has_a_default_and_each_is_told_in_the_text_beside_it() -> None:
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))
    assert {"DATABASE_PASSWORD", "SEARCH_KEY"} <= needed
    assert re.findall(r"\$\{([A-Z_]+):-[^}]", TEXT) == []
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert needed == set(re.findall(r"^([A-Z_]+)=", told, re.MULTILINE))


def test_what_may_be_written_to_is_the_data_alone() -> None:
    portal = SERVICES["portal"]
    assert portal["read_only"] is True
    assert portal["cap_drop"] == ["ALL"]
    assert portal["volumes"] == ["data:/data"]


def _of_an_operator(name: str) -> str:
    return "x@example.org" if name.endswith("_CONTACT") else "x"

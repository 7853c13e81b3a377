"""What is installed is what was pinned: by hash, from any registry, the same in production as in the tests."""

import hashlib
import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

FLOORS = {"python-multipart": "0.0.27", "starlette": "0.49.1", "authlib": "1.6.6", "fastapi": "0.109.1"}
"""Releases before these have published weaknesses that concern us."""


def pins(lock: Path) -> dict[str, list[str]]:
    """Every `name==version` of a lock with the versions it pins (more than one when a marker tells them apart)."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[^\]]+\])?==([^\s;\\]+)", lock.read_text(), re.MULTILINE):
        found.setdefault(name.lower(), []).append(version)
    return found


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address_and_gives_every_package_a_hash(lock: Path) -> None:
    written = lock.read_text()
    assert "://" not in written
    packages = re.split(r"^(?=[\w.-]+(?:\[[^\]]+\])?==)", written, flags=re.MULTILINE)[1:]
    assert len(packages) == sum(map(len, pins(lock).values())) > 0
    assert all("--hash=sha256:" in package for package in packages)


def test_production_runs_no_version_that_the_tests_did_not_see() -> None:
    serve, test = pins(ROOT / "requirements" / "serve.txt"), pins(ROOT / "requirements" / "test.txt")
    assert serve.items() <= test.items()
    assert "pytest" in test
    assert "pytest" not in serve


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_no_package_is_older_than_its_last_known_weakness(name: str, floor: str) -> None:
    for lock in ("serve.txt", "test.txt"):
        assert all(numbers(found) >= numbers(floor) for found in pins(ROOT / "requirements" / lock)[name])


def test_nothing_brought_another_http_client_along() -> None:
    # Authlib and Starlette's test client take it silently when it is there, and then run on what nobody tested.
    assert find_spec("httpx2") is None


@pytest.mark.parametrize("folder", ["static/vendor", "tests/journeys/vendor"])
def test_code_of_others_for_the_browser_is_the_code_that_was_pinned(folder: str) -> None:
    vendor = ROOT / folder
    pinned = json.loads((vendor / "vendor.json").read_text())
    for name, pin in pinned.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == pin["sha256"]
        assert (vendor / pin["licence_file"]).exists()
    others = {path.name for path in vendor.iterdir()} - {"vendor.json", "vnu.json"}
    assert others == set(pinned) | {pin["licence_file"] for pin in pinned.values()}


def test_no_kept_file_names_a_registry() -> None:
    registries = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js.org")
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, kept.split("\0")):
        path = ROOT / name
        if path.is_file():
            content = path.read_bytes()
            assert not any(registry.encode() in content for registry in registries), name

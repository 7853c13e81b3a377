"""The bill of materials holds everything that production runs, and nothing else."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements" / "serve.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    made = subprocess.run([sys.executable, ROOT / ".ci" / "bom.py"], capture_output=True, text=True, check=True)
    read: dict[str, Any] = json.loads(made.stdout)
    return read


def test_it_says_what_it_is(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])


def test_every_package_of_the_lock_is_in_it_with_every_hash(bill: dict[str, Any]) -> None:
    libraries = [each for each in bill["components"] if each["type"] == "library"]
    assert len(libraries) == len(re.findall(r"^[\w.-]+(?:\[[^\]]+\])?==", LOCK, re.MULTILINE)) > 30
    hashes = [told["value"] for each in libraries for told in each["properties"]]
    assert hashes == re.findall(r"--hash=sha256:([0-9a-f]{64})", LOCK)
    for each in libraries:
        assert each["purl"].startswith("pkg:pypi/")
        assert each["purl"].endswith(f"@{each['version']}")


def test_every_part_has_a_name_of_its_own(bill: dict[str, Any]) -> None:
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references))


def test_the_same_lock_gives_the_same_bill_and_another_one_another() -> None:
    make = runpy.run_path(str(ROOT / ".ci" / "bom.py"))["bill"]
    engine = {"version": "1", "platforms": {}}
    one = "some-package==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"
    assert make(one, engine) == make(one, engine)
    assert make(one, engine)["serialNumber"] != make(one.replace("1.0", "1.1"), engine)["serialNumber"]

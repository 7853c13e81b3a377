"""Write the bill of materials of what production runs, as CycloneDX 1.6 JSON, from the lock: `.ci/bom.py > bom.json`.

The lock holds every package that `requirements/serve.txt` installs, with its hashes. The same lock gives the same bill.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "serve.txt"
ENGINE = ROOT / "search" / "meilisearch.json"
PACKAGE = re.compile(r"^([\w.-]+)(?:\[[^\]]+\])?==([^\s;\\]+)(.*(?:\n[ #].*)*)", re.MULTILINE)


def bill(lock: str, engine: dict[str, Any]) -> dict[str, Any]:
    """The whole bill. Its serial number follows from what is in it."""
    components = [*packages(lock), meilisearch(engine)]
    content = json.dumps(components)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "proeftuin", "bom-ref": "proeftuin"}},
        "components": components,
    }


def packages(lock: str) -> Iterator[dict[str, Any]]:
    """Each package of the lock, once for each version of it."""
    for name, version, rest in PACKAGE.findall(lock):
        address = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
        yield {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": version,
            "purl": address,
            "properties": [
                {"name": "proeftuin:accepted:sha256", "value": accepted}
                for accepted in re.findall(r"--hash=sha256:([0-9a-f]{64})", rest)
            ],
        }


def meilisearch(engine: dict[str, Any]) -> dict[str, Any]:
    """The search engine, which set-up may fetch."""
    version = engine["version"]
    address = f"pkg:github/meilisearch/meilisearch@v{version}"
    pins = engine["platforms"].values()
    return {
        "type": "application",
        "bom-ref": address,
        "name": "meilisearch",
        "version": version,
        "purl": address,
        "scope": "optional",
        "properties": [{"name": "proeftuin:accepted:sha256", "value": pin["sha256"]} for pin in pins],
    }


if __name__ == "__main__":
    json.dump(bill(LOCK.read_text(), json.loads(ENGINE.read_text())), sys.stdout, indent=1)
    sys.stdout.write("\n")

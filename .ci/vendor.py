"""Fetch the browser code of others anew, exactly as each `vendor.json` pins it (`make vendor`).

To take another version, change the pin first: `npm view PACKAGE@VERSION dist.integrity` tells the integrity.
"""

import json
import sys
from pathlib import Path

import npm

FOLDERS = (npm.ROOT / "static" / "vendor", npm.ROOT / "tests" / "journeys" / "vendor")
"""For visitors, and for our own tests."""


def main() -> None:
    """Fetch every pinned file and say so; end with 1 when one is not what was pinned."""
    for folder in FOLDERS:
        for name, pin in json.loads((folder / "vendor.json").read_text()).items():
            fetch(folder / name, pin)


def fetch(target: Path, pin: dict[str, str]) -> None:
    """Fetch one file."""
    spec = f"{pin['package']}@{pin['version']}"
    hashes = {"integrity": pin["integrity"], "sha256_wanted": pin["sha256"]}
    try:
        npm.fetch(spec, f"package/{pin['file']}", target, **hashes, python=Path(sys.executable), mode=0o644)
    except npm.NotToBeHad as reason:
        sys.exit(str(reason))
    print(f"{target.name} from {spec}")


main()

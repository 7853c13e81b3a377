"""Fetch the browser code of others anew, exactly as `static/vendor/vendor.json` pins it (`make vendor`).

To take another version, change the pin first: `npm view PACKAGE@VERSION dist.integrity` tells the integrity.
"""

import json
import sys
from pathlib import Path

import npm

VENDOR = npm.ROOT / "static" / "vendor"


def main() -> None:
    """Fetch every pinned file and say so; end with 1 when one is not what was pinned."""
    for name, pin in json.loads((VENDOR / "vendor.json").read_text()).items():
        spec = f"{pin['package']}@{pin['version']}"
        hashes = {"integrity": pin["integrity"], "sha256_wanted": pin["sha256"]}
        try:
            npm.fetch(spec, f"package/{pin['file']}", VENDOR / name, **hashes, python=Path(sys.executable), mode=0o644)
        except npm.NotToBeHad as reason:
            sys.exit(str(reason))
        print(f"{name} from {spec}")


main()

"""Have the Nu Html Checker at hand for the test of every page's HTML: a pinned copy in `.cache`, else fetched."""

import json
from collections.abc import Callable
from pathlib import Path

import npm

PIN = npm.ROOT / "tests" / "journeys" / "vendor" / "vnu.json"


def provide(python: Path, say: Callable[[str], None]) -> None:
    """Fetch the pinned copy unless it is there. Raises NotToBeHad when that fails."""
    pin = json.loads(PIN.read_text())
    copy = npm.CACHE / "vnu" / pin["sha256"] / "vnu.jar"
    if copy.exists() and npm.sha256(copy) == pin["sha256"]:
        return
    spec = f"{pin['package']}@{pin['version']}"
    say(f"fetching {spec}")
    hashes = {"integrity": pin["integrity"], "sha256_wanted": pin["sha256"]}
    npm.fetch(spec, f"package/{pin['file']}", copy, **hashes, python=python, mode=0o644)

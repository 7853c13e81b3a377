"""How fast it is on this machine: `make bench` serves the example content from a folder of its own and drives wrk.

The figures are for comparing with each other and with yesterday's; another machine has others.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS = int(os.environ.get("SECONDS_EACH", "5"))
CONNECTIONS = 16

ADDRESSES = (
    "/healthz",
    "/",
    "/kennis",
    "/zoeken",
    "/zoeken?q=lassen",
    "/api/v1/search?q=lassen",
    "/api/v1/suggest?q=las",
    "/feeds/alles.atom",
)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A site with example content on a free port; its address."""
    said = folder / "said.txt"
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--examples", "--port", "0"],
            cwd=ROOT,
            env=os.environ | {"PROEFTUIN_DATA_DIR": str(folder / "var")},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        while not (found := re.search(r"is ready: (\S+)", said.read_text())):
            if process.poll() is not None:
                sys.exit(said.read_text())
            time.sleep(0.1)
        yield found[1]
    finally:
        process.terminate()
        process.wait()


def measure(address: str, connections: int) -> str:
    """One row: requests a second, and the milliseconds that 50, 90 and 99 of 100 requests took at most."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    latency = [milliseconds(re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", said)) for percent in (50, 90, 99)]
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    failed = f"  {errors[1]} failed" if errors else ""
    return f"{connections:>4} {rate:>9.0f}" + "".join(f"{value:>9.2f}" for value in latency) + failed


def milliseconds(found: re.Match[str]) -> float:
    """wrk writes 812.00us, 4.05ms or 1.20s."""
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def is_there(address: str) -> bool:
    """Whether the address answers 200: what is not built yet has no figure."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except OSError:
        return False


def main() -> None:
    """Measure each address with one reader and with sixteen."""
    if not shutil.which("wrk"):
        sys.exit("make bench needs wrk: sudo apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as site:
        print(f"{'address':<28}{'conn':>4} {'req/s':>9}{'p50 ms':>9}{'p90 ms':>9}{'p99 ms':>9}")
        for path in filter(lambda path: is_there(site + path), ADDRESSES):
            for connections in (1, CONNECTIONS):
                print(f"{path:<28}{measure(site + path, connections)}", flush=True)


main()

"""Loading a server with wrk, and what came of it. Only addresses of this machine, for a few seconds each."""

import os
import re
import subprocess
from dataclasses import dataclass

SECONDS = int(os.environ.get("SECONDS_EACH", "5"))


@dataclass(frozen=True)
class Load:
    """What one run gave: requests a second, and the milliseconds that 50, 90 and 99 of 100 requests took at most."""

    rate: float
    p50: float
    p90: float
    p99: float
    failed: int


def load(address: str, *, connections: int = 16, headers: tuple[str, ...] = (), seconds: int = SECONDS) -> Load:
    """Ask for one address as often as it answers."""
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *(f"-H{each}" for each in headers), address],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Load(
        float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        *(_milliseconds(re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", said)) for percent in (50, 90, 99)),
        failed=int(failed[1]) if failed else 0,
    )


def _milliseconds(found: re.Match[str]) -> float:
    """wrk writes 812.00us, 4.05ms or 1.20s."""
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]

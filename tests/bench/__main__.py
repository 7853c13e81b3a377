"""How fast it is on this machine: `make bench`.

Ratios are measured in one run, the two sides in turn, so that they hold when the machine's speed drifts. Absolute
figures are for comparing with each other and with yesterday's; another machine has others.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.following import following
from tests.bench.growing import ARTICLE, LIST, SIZES, growth
from tests.bench.loading import Load, load
from tests.bench.peopling import peopling
from tests.bench.publishing import publishing
from tests.bench.searching import search
from tests.bench.serving import bare, product, record
from tests.bench.writing import writing

BROTLI = ("Accept-Encoding: br",)
ROUNDS = 5

ADDRESSES = (
    "/healthz",
    "/",
    LIST,
    ARTICLE,
    "/onderwerpen/robotisering",
    "/zoeken?q=lassen",
    "/api/v1/search?q=lassen",
    "/api/v1/suggest?q=las",
    "/feeds/alles.atom",
)


def main() -> None:
    """Print every table. Exits with 1 when a promised ratio is missed."""
    kept = [kept_page(workers) for workers in (1, 2)]
    pages()
    grown = growth()
    is_found_soon = search(SIZES[-1])
    peopling()
    writing()
    is_unnoticed = following()
    is_found_at_once = publishing()
    is_good = all(ratio >= 0.7 for ratio in kept) and all(ratio < 1.5 for ratio in grown)
    sys.exit(0 if is_good and is_found_soon and is_unnoticed and is_found_at_once else 1)


def kept_page(workers: int) -> float:
    """The repeated article page of someone passing by against a bare application with equal bytes and headers."""
    with tempfile.TemporaryDirectory() as folder, product(Path(folder), workers=workers) as ours:
        record(ours, ARTICLE, {"Accept-Encoding": "br"})
        answer = record(ours, ARTICLE, {"Accept-Encoding": "br"})
        with bare(answer, workers=workers) as theirs:
            for address in (ours, theirs):
                load(f"{address}{ARTICLE}", headers=BROTLI, seconds=1)
            pairs = [
                (load(f"{ours}{ARTICLE}", headers=BROTLI).rate, load(f"{theirs}{ARTICLE}", headers=BROTLI).rate)
                for _ in range(ROUNDS)
            ]
    ratios = sorted(one / other for one, other in pairs)
    print(f"kept article page, {workers} process{'es' * (workers > 1)}: {median(r[0] for r in pairs):,.0f} requests/s,")
    print(f"  bare application {median(r[1] for r in pairs):,.0f}: ratio {median(ratios):.2f}")
    print(f"  (from {ratios[0]:.2f} to {ratios[-1]:.2f} over {ROUNDS} rounds in turn; promised: at least 0.70)\n")
    return median(ratios)


def pages() -> None:
    """Requests a second of what is asked most, kept or not."""
    print(f"{'address':34}{'requests/s':>12}{'p50 ms':>9}{'p90':>9}{'p99':>9}  with 16 connections")
    with tempfile.TemporaryDirectory() as folder, product(Path(folder)) as address:
        for path in ADDRESSES:
            record(address, path, {"Accept-Encoding": "br"})
            print(f"{path:34}{_row(load(f'{address}{path}', headers=BROTLI, seconds=3))}")
    print()


def _row(got: Load) -> str:
    failed = f"  {got.failed} failed" if got.failed else ""
    return f"{got.rate:>12,.0f}{got.p50:>9.2f}{got.p90:>9.2f}{got.p99:>9.2f}{failed}"


if __name__ == "__main__":
    main()

"""How pages that are rendered anew grow with the collection."""

import tempfile
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.generate import filled
from tests.bench.serving import product, record

ARTICLE = "/kennis/cobotlassen-kleine-series-kwelderstaal"
LIST = "/kennis/praktijkcases"

GROWING = (ARTICLE, LIST, "/onderwerpen/robotisering")
"""Pages that may not become slow with the collection."""

SIZES = (1_000, 10_000)
"""Articles."""

ASKED = 200
"""Requests for one median."""


def growth() -> list[float]:
    """Print the medians of a small and a large collection; their ratios."""
    medians = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            filled(Path(folder), size).close()
            with product(Path(folder)) as address:
                medians.append(rendered_anew(address))
    return compared(SIZES, medians)


def rendered_anew(address: str) -> list[float]:
    """For each page the median of one client's requests in ms, each for an address that nobody asked before."""
    return [_rendered_anew(address, path) for path in GROWING]


def compared(sizes: tuple[int, int], medians: list[list[float]]) -> list[float]:
    """Print them beside each other; how many times longer the large collection takes."""
    print("rendered anew, p50 in ms" + "".join(f"{size:>12,} articles" for size in sizes))
    ratios = []
    for path, small, large in zip(GROWING, *medians, strict=True):
        ratios.append(large / small)
        print(f"{path:50}{small:>12.2f}{large:>12.2f}   ratio {large / small:.2f} (promised: under 1.50)")
    return ratios


def _rendered_anew(address: str, path: str) -> float:
    taken = []
    for number in count():
        started = perf_counter()
        record(address, f"{path}?nieuw={number}", {"Accept-Encoding": "br"})
        if number >= 20:  # the first ones warm the process up
            taken.append(perf_counter() - started)
        if len(taken) == ASKED:
            return 1000 * median(taken)
    raise AssertionError

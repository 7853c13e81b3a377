"""How fast a search is beside the engine alone, and how long a rebuild takes.

    python -m tests.bench.searching [ARTICLES]

Each question in turn: as the raw multi-search that our own queries make of it, through the API, and as a page. One
client; every address is new, so that nothing comes from the page store. First the same questions again and again, as
readers ask what others asked; then questions that nobody asked before, each of one door alone, so that no passage was
looked for and marked yet.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection
from itertools import count, islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import yaml

from tests.bench.generate import filled
from tests.bench.serving import fetch, product

ROUNDS: Final = 3
FRESH: Final = 150
"""Questions that nobody asked before, for each door."""

MOST_API: Final = 1.5
MOST_PAGE: Final = 2.5
"""Times the raw multi-search, promised at 10,000 articles."""

QUESTIONS: Final = Path(__file__).parents[1] / "search" / "queries_public.yaml"


def search(size: int) -> bool:
    """Print the table; whether the promised ratios are kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(folder, size).close()
        began = perf_counter()
        with product(folder) as address:
            until_found(address, size)
            print(f"{size:,} articles: served and found after {perf_counter() - began:,.0f} s")
            return _measured(folder, address)


def until_found(address: str, size: int) -> None:
    """Until the index holds them all."""
    while True:
        state = json.loads(fetch(address, "/readyz"))
        total = json.loads(fetch(address, "/api/v1/search?limit=1"))
        if total["total"] >= 0.8 * size and not total["degraded"] and not state["jobs"]["waiting"]:
            return
        time.sleep(1)


def _measured(folder: Path, address: str) -> bool:
    questions = [one["q"] for one in yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))["queries"]]
    raw, number = _raw(folder), count()
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=30)) as site:

        def ask(path: str, **more: object) -> float:
            query = urlencode({**more, "nieuw": next(number)})
            started = perf_counter()
            site.request("GET", f"{path}?{query}", headers={"Accept-Encoding": "identity"})
            answer = site.getresponse()
            body = answer.read()
            assert answer.status == 200, body[:500]
            return perf_counter() - started

        doors: dict[str, Callable[[str], float]] = {
            "API": lambda question: ask("/api/v1/search", q=question),
            "page": lambda question: ask("/zoeken", q=question),
            "suggestion": lambda question: ask("/zoeken/suggesties", q=question[: max(3, len(question) // 2)]),
        }
        for question in questions:  # warming up
            for door in (raw, *doors.values()):
                door(question)
        print("asked again and again")
        asked = [(raw(one), {name: door(one) for name, door in doors.items()}) for one in questions * ROUNDS]
        again = _told({name: [(alone, row[name]) for alone, row in asked] for name in doors})
        print("not asked before")
        unasked = _unasked(questions)
        return again & _told(
            {name: [(raw(q), door(q)) for q in islice(unasked, FRESH)] for name, door in doors.items()}
        )


def _unasked(questions: Sequence[str]) -> Iterator[str]:
    """Questions of two: a word of one before the other, each pair once."""
    words = sorted({word for question in questions for word in question.split() if len(word) > 4})
    pairs = [f"{word} {question}" for question in questions for word in words if word not in question]
    return iter(random.Random(20261201).sample(pairs, len(pairs)))


def _told(taken: Mapping[str, Sequence[tuple[float, float]]]) -> bool:
    """Print a line for each door; whether the promised ratios are kept. `taken`: seconds of the engine, of the door."""
    ratios = {}
    for name, pairs in taken.items():
        ratios[name] = median(door / alone for alone, door in pairs)
        raw, door = (_times([pair[at] for pair in pairs]) for at in (0, 1))
        print(f"  {name:12}{door} ms p50, p95   raw multi-search{raw}   ratio {ratios[name]:.2f}")
    print(f"  (promised: API {MOST_API}, page {MOST_PAGE})\n")
    return ratios["API"] <= MOST_API and ratios["page"] <= MOST_PAGE


def _times(seconds: Sequence[float]) -> str:
    return f"{1000 * median(seconds):>8.2f}{1000 * quantiles(seconds, n=20)[-1]:>8.2f}"


def _raw(folder: Path) -> Callable[[str], float]:
    """Asks the engine what our own page would ask, and reads the answer."""
    from app.core import database, settings
    from app.core.settings import Settings
    from app.people.actor import someone_passing_by
    from search import asking, words
    from search.engine import INDEX
    from search.finding import plan_for
    from search.local import locate
    from search.query import Query

    settings.configure(Settings(_env_file=None, data_dir=folder))
    database.configure(settings.settings().database_address)
    place = locate(folder)
    assert place is not None, "there is no engine on this machine"
    engine = HTTPConnection(urlsplit(place.address).netloc, timeout=30)
    headers = {
        "Authorization": f"Bearer {place.key}",
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
    }
    bodies: dict[str, str] = {}

    def body(question: str) -> str:
        with database.reading() as session:
            query = Query(q=question)
            plan = plan_for(session, query, someone_passing_by, "nl", words.lexicon(session))
        asked: list[dict[str, Any]] = []
        asking.engine.multi_search, kept = (lambda queries: asked.extend(queries) or [], asking.engine.multi_search)
        try:
            asking.ask(query, plan, someone_passing_by)
        except Exception:
            assert asked
        finally:
            asking.engine.multi_search = kept
        assert all(one["indexUid"] == INDEX for one in asked)
        return json.dumps({"queries": asked})

    def raw(question: str) -> float:
        if question not in bodies:
            bodies[question] = body(question)
        started = perf_counter()
        engine.request("POST", "/multi-search", bodies[question], headers)
        json.loads(engine.getresponse().read())
        return perf_counter() - started

    return raw


if __name__ == "__main__":
    sys.exit(0 if search(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000) else 1)

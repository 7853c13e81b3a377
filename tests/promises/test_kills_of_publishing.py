"""Web, worker and engine killed while pieces are sent in, placed, scheduled and withdrawn.

Nothing that was acknowledged is lost, nothing is half published, nobody sees a piece before its time or after its end,
and all doors agree soon.
"""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.clock import now
from search.local import locate
from tests.counts import full
from tests.house import House, until
from tests.promises import editing
from tests.promises.editing import Ledger
from tests.promises.grounds import Ground
from tests.promises.inspecting import MARKED, faults
from tests.promises.placing import LAB, Look, Placer, Watch, seen_state, set_up, wrong_looks

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(full(3600, 900))]

Record = Callable[[str, object], None]

KILLS = full(100, 4)
"""On each of the two databases."""

HEALTHY_WITHIN = full(30.0, 60.0)
"""Seconds after the last start: what the issue promises at full count, more on a machine that does other things."""

FOLLOWS_WITHIN = timedelta(seconds=1.5)
"""A process on PostgreSQL hears of what another one published within a second (settled: 18)."""


def kill_one(house: House, chance: random.Random) -> str:
    """One process of the house, whichever runs; which one that was."""
    while True:
        which = chance.choice(("web", "web", "worker", "engine"))
        try:
            children = house.children
            victim = {"web": chance.choice(children[:-1]), "worker": children[-1], "engine": house.engine}[which]
            os.kill(victim, signal.SIGKILL)
            return which
        except (ProcessLookupError, FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.05)  # It was killed just before, and is not back yet.


def feed_faults(house: House) -> list[str]:
    """Where feeds do not tell what the database says is up."""
    up = {slug: editing.state_of(slug) for slug in (f"doodproef-{n}" for n in range(12))}
    wanted = {state.title for state in up.values() if state.stage == "published"}
    wrong = []
    for path in (f"/feeds/organisatie/{LAB}.json", "/feeds/alles.json"):
        items = json.loads(house.ask(path).body)["items"]
        told = {item["title"] for item in items if MARKED.search(item["title"])}
        wrong += [f"{path}: {sorted(told ^ wanted)}"] if told != wanted else []
    return wrong


def test_nothing_is_lost_or_seen_too_soon_whatever_is_killed(
    ground: Ground, kind: str, record_property: Record
) -> None:
    chance, killed = random.Random(f"publishing {kind}"), Counter[str]()
    with ground.looked_at():
        slugs = set_up()
        house = ground.serve("--workers", "2").become_ready()
        try:
            ledger = Ledger(ground.folder / "ledger")
            placer, watch = Placer(lambda: house.port, slugs, ledger, seed=3), Watch(lambda: house.port, slugs)
            assert until(house.finds_by_engine, 60)
            with watch.watching(), placer.placing():
                for _ in range(KILLS):
                    goal = placer.answers + 2
                    assert until(lambda goal=goal: placer.answers >= goal or placer.failed, 120), (
                        "nobody gets through",
                        placer.standing(),
                    )
                    time.sleep(chance.uniform(0, 0.6))
                    killed[kill_one(house, chance)] += 1
                assert until(lambda: watch.met > KILLS, 60), "readers met some of it"
            assert until(lambda: house.answers() and house.is_complete(), 30)
            began = time.monotonic()
            time.sleep(max(0.0, (placer.latest_due - now()).total_seconds()))
            found: list[str] = []

            def is_right() -> bool:
                found[:] = [*faults(house, locate(house.data_dir)), *feed_faults(house)]
                return not found

            is_good = until(is_right, began + HEALTHY_WITHIN - time.monotonic())
            record_property("all is right after s", round(time.monotonic() - began, 1))
            possible = ledger.possible()
            stands = {slug: seen_state(slug) for slug in possible}
        finally:
            house.stop()
    record_property("killed", dict(killed))
    record_property("acknowledged", placer.answers)
    record_property("broken off", placer.broken)
    record_property("looks", f"{len(watch.looks)}, of which {watch.met} saw a piece")
    assert is_good, found
    assert placer.lost == []
    assert {slug: stands[slug] for slug in possible if stands[slug] not in possible[slug]} == {}
    assert list(wrong_looks(watch.looks, placer, late=FOLLOWS_WITHIN)) == []


def test_whoever_looks_sees_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: too soon, half of each, and after the end."""
    monkeypatch.setattr("tests.promises.placing.token_of", lambda _handle: "")
    placer, moment = Placer(lambda: 0, ["a"], Ledger(tmp_path / "ledger"), seed=1), now()
    placer.began["a", "Doodproef zqx1"] = moment
    placer.gone.append(("a", moment + timedelta(seconds=10), None))
    at = [moment + timedelta(seconds=seconds) for seconds in (-2, 2, 4, 20)]
    good = Look("a", at[1], at[1], "Doodproef zqx1", "Met zqx1.")
    bad = [
        Look("a", at[0], at[0], "Doodproef zqx1", "Met zqx1."),
        Look("a", at[1], at[1], "Doodproef zqx2", "Met zqx2."),
        Look("a", at[2], at[2], "Doodproef zqx1", "Met zqx0."),
        Look("a", at[3], at[3], "Doodproef zqx1", "Met zqx1."),
    ]
    assert len(list(wrong_looks([good, *bad], placer, late=FOLLOWS_WITHIN))) == len(bad)

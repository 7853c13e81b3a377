"""How long a save takes, in a new piece and in one with a long history and many pictures."""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

REVISIONS = 200

ASKED = 100
"""Of each, for one median."""

WHAT = (("bewaren", "save"), ("meelezen", "look again"), ("", "open the editor"))


def writing() -> None:
    """Print what an open editor waits for."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = _measured(Path(folder))
    print(f"\nwriting, p50 and p95 in ms{'a new piece':>25}{f'{REVISIONS} revisions, 50 pictures':>36}")
    for (_what, name), new, old in zip(WHAT, before, after, strict=True):
        print(f"{name:26}{new[0]:>15.1f}{new[1]:>10.1f}{old[0]:>26.1f}{old[1]:>10.1f}")


def _measured(folder: Path) -> list[list[tuple[float, float]]]:
    from app.core import database, migrating, settings
    from app.core.settings import Settings
    from content.seed.seeding import seed
    from tests.web.client import Client
    from tests.web.joining import person
    from tests.web.test_pages_writing import begin
    from tests.web.test_pages_writing_queries import grow

    settings.configure(Settings(_env_file=None, data_dir=folder))
    made = database.configure(settings.settings().database_address)
    import app.reactions  # noqa: F401 - what follows from what

    migrating.upgrade(made)
    seed(made)
    with Client() as femke:
        femke.sign_in(person(made, "femke"))
        at = begin(femke)
        before = [_times(femke, at, what) for what, _name in WHAT]
        grow(made, at, revisions=REVISIONS)
        after = [_times(femke, at, what) for what, _name in WHAT]
    made.close()
    return [before, after]


def _times(client: Any, at: str, what: str) -> tuple[float, float]:
    from tests.web.test_pages_writing import form_of

    form = form_of(client, at)
    taken = []
    for number in range(ASKED + 10):
        form |= {"title": f"Titel {number}"}
        started = perf_counter()
        answer = client.post(f"{at}/{what}", data=form) if what else client.get(at)
        taken.append(1000 * (perf_counter() - started))
        assert answer.status_code == 200, answer.text
        if what == "bewaren":
            form["versie"] = str(answer.json()["version"])
    taken = sorted(taken[10:])  # the first ones warm the process up
    return median(taken), taken[int(0.95 * ASKED)]

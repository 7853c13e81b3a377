"""How far a long command is: a bar on a terminal, a plain line now and then elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

Tell = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

EVERY = 0.25
"""Without a terminal, a line for each such part of the work."""


@contextmanager
def showing_progress() -> Iterator[Tell]:
    """Inside, whoever works calls what this gives."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield tell


def _lines() -> Tell:
    told: dict[str, int] = {}

    def tell(what: str, done: int, of: int) -> None:
        part = int(done / of / EVERY) if of else 0
        if told.get(what) != part:
            told[what] = part
            typer.echo(f"{what}: {done} of {of}", err=True)

    return tell

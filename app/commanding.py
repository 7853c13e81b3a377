"""What commands have in common: they begin, work on the index, and end with a sentence when something is in the way.

Everything is imported inside the function that needs it, so that `--help` answers at once.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from app.core.settings import Settings

Of = Annotated[str, typer.Option("--of", hidden=True, help="The supervisor's token: live no longer than it does.")]

Examples = Annotated[
    bool, typer.Option("--examples", help="Fill an empty database with example content and let example people sign in.")
]


def begin(token: str = "") -> "Settings":
    """Read the settings and start the log; a child of `serve` also begins to watch its parent."""
    if token:
        from app.core.processes import leave_with_parent

        leave_with_parent()
    from pydantic import ValidationError

    from app.core import log
    from app.core.settings import settings

    try:
        chosen = settings()
    except ValidationError as error:
        for wrong in error.errors():
            name = "_".join(str(part) for part in wrong["loc"]).upper()
            typer.echo(f"PROEFTUIN_{name}: {wrong['msg']}", err=True)
        sys.exit(2)
    log.start()
    for talkative in ("alembic", "uvicorn.error"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    return chosen


def seed_if_empty() -> None:
    """Bring the examples into a database that holds nothing else, or some of them; say what that changed.

    A database that has them all costs a start next to nothing: `seed` is there to compare them one by one.
    """
    from content.seed import seeding

    if not seeding.is_empty() or seeding.is_complete():
        return
    import app.reactions  # noqa: F401 - what follows from a publication must be known before it happens

    for sentence in seeding.seed():
        typer.echo(sentence)
    _index_at_once()


def _index_at_once() -> None:
    """Let the first reader find everything. If that fails, the worker does it as soon as it can."""
    from search.engine import EngineAway
    from search.index import rebuild
    from search.state import AlreadyBuilding

    try:
        rebuild()
    except (EngineAway, AlreadyBuilding) as reason:
        typer.echo(f"The search index follows in a moment: {reason}")


@contextmanager
def index(settings: "Settings") -> Iterator[None]:
    """The index to work on: in the operator's engine, the one `serve` runs, one just for this command, or in none."""
    import app.reactions  # noqa: F401 - a comparison may find that all has to be built anew, and promises that
    from search.binary import WrongBinary, find_binary
    from search.engine import EngineAway
    from search.launching import NotStarted
    from search.local import running
    from search.state import AlreadyBuilding

    require_current_database()
    try:
        binary = None if settings.search_url else find_binary(settings.search_binary)
        with running(settings.data_dir, binary) if binary else nullcontext():
            yield
    except AlreadyBuilding:
        fail("The index is being built anew at this moment.")
    except (EngineAway, NotStarted, WrongBinary) as reason:
        fail(str(reason))


def require_current_database() -> None:
    """End with a sentence when the database is not of this release."""
    from app.core import database, migrating

    if not migrating.is_current(database.current()):
        fail("The database is older than this release: run `python -m app migrate` first.")


def fail(sentence: str) -> NoReturn:
    """End with this sentence, and 1."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)

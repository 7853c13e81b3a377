"""What an operator asks first when something is wrong: does everything work that must, and what if not."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

import app.reactions  # noqa: F401 - registers what follows from what, and with it every table
from app.core import database, jobs, migrating
from app.core.clock import now
from app.core.outside import OutsideError, engine_client
from app.core.settings import EXAMPLE_MARK, Settings
from search.binary import WrongBinary, find_binary
from search.local import Place, locate

LEAST_DISK = 1_000_000_000
"""Bytes. Below this an index that is built aside, or a few large attachments, fill the disk."""

LONGEST_WAIT = timedelta(minutes=1)
"""How long a promise may wait before something is wrong with the worker."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is called, whether it is good, and a sentence."""

    name: str
    is_good: bool
    sentence: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything in the order in which one thing needs the other; later ones may follow from earlier ones."""
    for name, look in CHECKS:
        is_good, sentence = look(settings)
        yield Finding(name, is_good, sentence)


def _settings(settings: Settings) -> tuple[bool, str]:
    if settings.example_people and not settings.is_loopback:
        return False, "EXAMPLE_PEOPLE is on although HOST is not loopback: nobody can use them, so switch it off."
    if settings.is_https and EXAMPLE_MARK in settings.operator_name:
        return False, "BASE_URL is public, but OPERATOR_NAME, the contacts and FUNDERS still hold their examples."
    return True, f"the address is {settings.address}"


def _disk(settings: Settings) -> tuple[bool, str]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    said = f"{free / 1e9:.1f} GB free on {settings.data_dir.absolute()}"
    return free >= LEAST_DISK, said if free >= LEAST_DISK else f"only {said}: make room, or move DATA_DIR"


def _database(settings: Settings) -> tuple[bool, str]:
    try:
        is_current = migrating.is_current(database.current())
    except SQLAlchemyError as error:
        return False, f"not reachable ({type(error).__name__}): is it running, is DATABASE_URL right?"
    if not is_current:
        return False, "older than this release: run `python -m app migrate` (`serve` does so by itself)"
    return True, "SQLite" if database.current().is_sqlite else "PostgreSQL"


def _promises(settings: Settings) -> tuple[bool, str]:
    try:
        with database.reading() as session:
            backlog = jobs.backlog(session)
    except SQLAlchemyError:
        return False, "cannot be read without the database"
    if backlog.parked:
        return False, f"{backlog.parked} failed for good and are parked; the log says why"
    if backlog.oldest is not None and now() - backlog.oldest > LONGEST_WAIT:
        return False, f"{backlog.waiting} wait, the oldest since {backlog.oldest}: is a worker running?"
    return True, f"{backlog.waiting} waiting"


def _search(settings: Settings) -> tuple[bool, str]:
    try:
        place = _engine_place(settings)
    except WrongBinary as reason:
        return False, str(reason)
    if place is None:
        return False, "no engine runs, so search answers in its simple form: `serve` starts one, or set SEARCH_URL"
    try:
        with engine_client(*place) as client:
            stats = client.get("/stats").raise_for_status().json()
    except OutsideError as error:
        return False, f"the engine at {place.address} does not answer as it should ({type(error).__name__})"
    documents = sum(index["numberOfDocuments"] for index in stats["indexes"].values())
    return True, f"the engine at {place.address} holds {documents} documents"


def _engine_place(settings: Settings) -> Place | None:
    if settings.search_url:
        return Place(settings.search_url, settings.search_key.get_secret_value())
    find_binary(settings.search_binary)
    return locate(settings.data_dir)


CHECKS: tuple[tuple[str, Callable[[Settings], tuple[bool, str]]], ...] = (
    ("settings", _settings),
    ("disk", _disk),
    ("database", _database),
    ("promises", _promises),
    ("search", _search),
)

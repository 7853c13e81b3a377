"""What an operator asks first when something is wrong: does everything work that must, and what if not."""

import json
import shutil
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from importlib import import_module

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import app.reactions  # registers what follows from what, and with it every table
from app import doctor_of_mail
from app.core import database, migrating, promised, timetable
from app.core.clock import CLOCKS_DIFFER, now
from app.core.outside import OutsideError, engine_client
from app.core.processes import Lock
from app.core.settings import EXAMPLE_MARK, Settings
from app.feeds import webhooks
from app.listening import CannotServe, listen
from search.binary import WrongBinary, find_binary, known_version
from search.index import lag
from search.local import Place, locate

LEAST_DISK = 1_000_000_000
"""Bytes. Below this an index that is built aside, or a few large attachments, fill the disk."""

LONGEST_WAIT = timedelta(minutes=1)
"""How long a promise may wait before something is wrong with the worker."""

ADDRESS_SECONDS = 5.0
"""How long our own address may take to answer."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is called, whether it is good, and a sentence."""

    name: str
    is_good: bool
    sentence: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything in the order in which one thing needs the other; later ones may follow from earlier ones."""
    for name, look in CHECKS:
        try:
            is_good, sentence = look(settings)
        except SQLAlchemyError:
            is_good, sentence = False, "cannot be judged without the database"
        yield Finding(name, is_good, sentence)


def _settings(settings: Settings) -> tuple[bool, str]:
    if settings.example_people and not settings.is_loopback:
        return False, "EXAMPLE_PEOPLE is on although HOST is not loopback: nobody can use them, so switch it off."
    if settings.is_https and EXAMPLE_MARK in settings.operator_name:
        return False, "BASE_URL is public, but OPERATOR_NAME, the contacts and FUNDERS still hold their examples."
    return True, f"the address is {settings.address}"


def _folder(settings: Settings) -> tuple[bool, str]:
    folder = settings.data_dir.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return False, f"{folder} cannot be written to ({error.strerror}): give it to this user, or move DATA_DIR"
    return True, f"{folder} can be written to"


def _disk(settings: Settings) -> tuple[bool, str]:
    if not settings.data_dir.is_dir():
        return False, "cannot be measured without the folder"
    free = shutil.disk_usage(settings.data_dir).free
    said = f"{free / 1e9:.1f} GB free on {settings.data_dir.absolute()}"
    return free >= LEAST_DISK, said if free >= LEAST_DISK else f"only {said}: make room, or move DATA_DIR"


def _port(settings: Settings) -> tuple[bool, str]:
    if _is_serving(settings):
        return True, f"{settings.port} is ours: `serve` runs"
    try:
        listen(settings.host, settings.port).close()
    except CannotServe as reason:
        return False, str(reason)
    return True, f"{settings.port} is free for `serve`"


def _is_serving(settings: Settings) -> bool:
    """Whether a `serve` runs on this data folder: it holds the lock as long as it lives."""
    lock = Lock(settings.data_dir / "serve.lock")
    try:
        is_free = lock.take()
    except OSError:
        return False
    lock.release()
    return not is_free


def _address(settings: Settings) -> tuple[bool, str]:
    if not _is_serving(settings):
        return True, f"{settings.address} is not asked while `serve` does not run"
    # Straight there: a proxy for going out is not the way that readers come in.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{settings.address}/healthz", timeout=ADDRESS_SECONDS) as answer:
            is_ours = json.load(answer) == {"status": "ok"}
    except (OSError, HTTPException, ValueError) as error:
        why = getattr(error, "reason", None) or error
        return False, (
            f"{settings.address} is not reached from here ({why}): does BASE_URL name the right host, does that lead "
            "to this machine, does the proxy pass it on?"
        )
    return is_ours, f"{settings.address} answers" if is_ours else (
        f"at {settings.address} another program answers: correct BASE_URL, or what the proxy passes on"
    )


def _database(settings: Settings) -> tuple[bool, str]:
    try:
        is_current = migrating.is_current(database.current())
    except SQLAlchemyError as error:
        return False, f"not reachable ({type(error).__name__}): is it running, is DATABASE_URL right?"
    if not is_current:
        return False, "older than this release: run `python -m app migrate` (`serve` does so by itself)"
    return True, "SQLite" if database.current().is_sqlite else "PostgreSQL"


def _promises(settings: Settings) -> tuple[bool, str]:
    with database.reading() as session:
        backlog = promised.backlog(session)
    if backlog.parked:
        return False, f"{backlog.parked} failed for good and are parked; the log says why"
    if backlog.oldest is not None and now() - backlog.oldest > LONGEST_WAIT:
        return False, f"{backlog.waiting} wait, the oldest since {backlog.oldest}: is a worker running?"
    return True, f"{backlog.waiting} waiting"


def _timetable(settings: Settings) -> tuple[bool, str]:
    with database.reading() as session:
        failing = timetable.failing(session)
        names = [entry.name for entry in app.reactions.TIMETABLE]
        late = timetable.late(session, names) if _is_serving(settings) else ()
    said = [f"“{due.name}” fails since {due.failing_since:%Y-%m-%d %H:%M}: {due.error}" for due in failing]
    if late:
        since = ", ".join(f"“{due.name}” (since {due.at:%Y-%m-%d %H:%M})" for due in late)
        said.append(f"not done, though its moment came: {since}; end the worker, so that `serve` starts it again")
    return not said, "; ".join(said) or "what is done by the clock went well"


def _clock(settings: Settings) -> tuple[bool, str]:
    clocks = {"the database": _database_clock, "the search engine": _engine_clock}
    for whose, read in clocks.items():
        moment = read(settings)
        differs = abs(now() - moment) if moment else timedelta(0)
        if differs > CLOCKS_DIFFER:
            return False, (
                f"{differs.total_seconds():.0f} seconds apart from {whose}: let both machines keep time with NTP "
                "(`timedatectl set-ntp true`)"
            )
    return True, "the same as that of the database and the search engine"


def _database_clock(_settings: Settings) -> datetime | None:
    is_sqlite = database.current().is_sqlite
    asked = "SELECT strftime('%s', 'now')" if is_sqlite else "SELECT extract(epoch FROM clock_timestamp())"
    try:
        with database.reading() as session:
            return datetime.fromtimestamp(float(session.connection().execute(text(asked)).scalar_one()), UTC)
    except SQLAlchemyError:
        return None


def _engine_clock(settings: Settings) -> datetime | None:
    try:
        place = _engine_place(settings)
        if place is None:
            return None
        with engine_client(*place) as client:
            return parsedate_to_datetime(client.get("/health").headers["date"])
    except (WrongBinary, OutsideError, LookupError, ValueError):
        return None


def _search(settings: Settings) -> tuple[bool, str]:
    try:
        place = _engine_place(settings)
    except WrongBinary as reason:
        return False, str(reason)
    if place is None:
        return False, "no engine runs, so search answers in its simple form: `serve` starts one, or set SEARCH_URL"
    try:
        with engine_client(*place) as client:
            version = client.get("/version").raise_for_status().json()["pkgVersion"]
            stats = client.get("/stats").raise_for_status().json()
    except (OutsideError, LookupError, ValueError) as error:
        return (
            False,
            f"the engine at {place.address} does not answer as it should ({type(error).__name__}): "
            "is SEARCH_URL right, and may SEARCH_KEY do everything there?",
        )
    if version.split(".")[:2] != known_version().split(".")[:2]:
        return False, f"the engine is Meilisearch {version}; this release knows {known_version()}: run that version"
    documents = sum(index["numberOfDocuments"] for index in stats["indexes"].values())
    return True, f"the engine at {place.address} holds {documents} documents"


def _engine_place(settings: Settings) -> Place | None:
    if settings.search_url:
        return Place(settings.search_url, settings.search_key.get_secret_value())
    find_binary(settings.search_binary)
    return locate(settings.data_dir)


def _index(settings: Settings) -> tuple[bool, str]:
    with database.reading() as session:
        behind = lag(session)
    if behind.is_behind and not behind.is_building:
        return False, (
            f"{behind.waiting} changes cannot be found yet, the oldest for {behind.seconds:.0f} seconds: is a worker "
            "running? `python -m app reindex` builds the index anew"
        )
    return True, "is being built anew" if behind.is_building else f"{behind.waiting} changes on their way"


def _webhooks(_settings: Settings) -> tuple[bool, str]:
    with database.reading() as session:
        trouble = webhooks.trouble(session)
    said = []
    if trouble.off:
        said.append(f"switched off, because the address is gone: {', '.join(trouble.off)}")
    if trouble.failing:
        said.append(f"nothing was taken for a day by {', '.join(trouble.failing)}: does the way out lead there?")
    if not said:
        return True, "all take what they are sent"
    return False, "; ".join(said) + " (owners see why under Settings, Webhooks)"


def _pdf(_settings: Settings) -> tuple[bool, str]:
    try:
        import_module("weasyprint")
    except (ImportError, OSError):
        return False, (
            "Pango is missing, so pieces cannot be had as PDF: install it, on Debian with "
            "`apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`"
        )
    return True, "pieces can be had as PDF"


CHECKS: tuple[tuple[str, Callable[[Settings], tuple[bool, str]]], ...] = (
    ("settings", _settings),
    ("folder", _folder),
    ("disk", _disk),
    ("port", _port),
    ("address", _address),
    ("database", _database),
    ("clock", _clock),
    ("promises", _promises),
    ("timetable", _timetable),
    ("search", _search),
    ("index", _index),
    ("mail", doctor_of_mail.sending),
    ("mailboxes", doctor_of_mail.taking_in),
    ("webhooks", _webhooks),
    ("pdf", _pdf),
)

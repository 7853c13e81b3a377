"""Overhearing: what is searched for here, so that stewards see which words are missing. Never by whom.

A web process writes a line to a file and goes on; the worker adds the lines up in the database a moment later. So a
search writes nothing to the database, and one that cannot be counted costs nobody anything. Each is counted once, also
when the worker is killed between counting and clearing away. What looks like an address
or a number of a person is not written down at all.
"""

import json
import logging
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, or_, text
from sqlmodel import Field, Session, SQLModel, col, delete, select

from app.core.clock import today
from app.core.database import writing
from app.core.errors import Conflict, TooMany
from app.core.language import LANGUAGES
from app.core.language import gettext as _
from app.core.limits import take
from app.core.processes import Lock
from app.core.settings import settings
from app.core.text import one_line

log = logging.getLogger(__name__)

LONGEST: Final = 100
KEPT: Final = timedelta(days=396)
"""Thirteen months: the same month of last year can be compared."""
MOST_BYTES: Final = 1_000_000
"""Of lines that no worker has fetched, some ten thousand: then no more are written. They are counted in one go."""
MOST_A_DAY: Final = 10_000
"""Different questions. When a day holds so many, only those that it holds already are counted on."""

PATIENCE: Final = 10.0
"""Seconds to wait for whoever adds up."""

KNOWN: Final = timedelta(days=2)
"""So long it is known which files were counted: only who was killed in between and stays away longer counts twice."""

_PRIVATE: Final = re.compile(r"@|(\d[\s.-]*){7,}|\bwww\.|://")


class Asked(SQLModel, table=True):
    """How often something was searched for on a day, in a language of the site."""

    day: date = Field(primary_key=True)
    language: str = Field(primary_key=True, max_length=2)
    words: str = Field(primary_key=True, max_length=LONGEST, index=True)
    times: int = 0
    empty: int = 0
    """How often nothing was found."""
    opened: int = 0
    """How often something that was found was opened."""
    found: int = 0
    """How many pieces were found, the last time that was looked at."""


@dataclass(frozen=True)
class Heard:
    """One search, or one result that was opened from it."""

    words: str
    language: str
    found: int | None = None
    """None when that says nothing of the words: a kept page, which always holds results, or a filter beside them."""
    is_opening: bool = False


def overhear(heard: Heard) -> None:
    """Write it down for the worker. Costs some 30 us, and is let go when it cannot be written."""
    words = loggable(heard.words)
    if not words or heard.language not in LANGUAGES:
        return
    told = {
        "day": today().isoformat(),
        "language": heard.language,
        "words": words,
        "found": heard.found,
        "opening": heard.is_opening,
    }
    path = _folder() / "heard.jsonl"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if file.tell() < MOST_BYTES:
                # One write: lines of several processes stay whole.
                file.write(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    except OSError as problem:
        log.debug("a search was not counted: %s", problem)


def loggable(words: str) -> str:
    """The words as they are counted; nothing when they may tell of a person."""
    said = one_line(words).casefold()
    return "" if len(said) > LONGEST or _PRIVATE.search(said) else said


def count_what_was_heard() -> None:
    """Add up what web processes wrote down. What is being written now is counted with the next turn."""
    lock = Lock(_folder() / "counting")
    if lock.take():  # Whoever holds it counts.
        try:
            _count_once()
        finally:
            lock.release()


def _count_once() -> None:
    for path in sorted(_folder().glob("taken-*.jsonl")):
        totals = _totals(path)
        with writing() as session:
            if _is_counted(session, path):
                totals = {}
            _add_up(session, totals)
        path.unlink(missing_ok=True)
    _fetch()


def _is_counted(session: Session, path: Path) -> bool:
    """Whether its lines were added up already, and only the file was left lying. Notes that they are now."""
    try:
        take(session, what="searches", who=path.name, most=1, within=KNOWN)
    except TooMany:
        return True
    return False


def _fetch() -> None:
    current = _folder() / "heard.jsonl"
    if current.exists():
        current.rename(current.with_name(f"taken-{time.time_ns()}.jsonl"))


def forget_old_searches() -> None:
    """What was asked longer ago than thirteen months."""
    with writing() as session:
        session.exec(delete(Asked).where(col(Asked.day) < today() - KEPT))


def forget_name(session: Session, name: str) -> None:
    """Whoever is erased stands in no search of others any more: those that hold the whole name go, counted or not."""
    name = one_line(name).casefold()
    if not name:
        return
    _strike(name)
    holding = [col(Asked.words) == name]
    if " " in name:
        # A name of one word may be the beginning of many others.
        holding.append(col(Asked.words).contains(name, autoescape=True))
    session.exec(delete(Asked).where(or_(*holding)))


def _strike(name: str) -> None:
    """Take the lines with this name out of what nobody has counted yet."""
    lock = Lock(_folder() / "counting")
    if not lock.take(PATIENCE):
        raise Conflict(_("This takes longer than usual. Try it once more in a minute."))
    try:
        _fetch()
        for path in _folder().glob("taken-*.jsonl"):
            lines = path.read_text("utf-8", "replace").splitlines(keepends=True)
            aside = path.with_suffix(".aside")
            aside.write_text("".join(line for line in lines if name not in line.casefold()), "utf-8")
            aside.replace(path)
    finally:
        lock.release()


Key = tuple[date, str, str]


def _totals(path: Path) -> dict[Key, Counter[str]]:
    totals: dict[Key, Counter[str]] = {}
    for line in path.read_bytes().splitlines():
        try:
            one = json.loads(line)
            key = (date.fromisoformat(one["day"]), str(one["language"]), str(one["words"])[:LONGEST])
            told = totals.setdefault(key, Counter())
            _count(told, one)
        except (ValueError, KeyError, TypeError):
            log.warning("a line that nobody wrote in our name was not counted")
    return totals


def _count(told: Counter[str], one: dict[str, Any]) -> None:
    if one["opening"]:
        told["opened"] += 1
        return
    told["times"] += 1
    if one["found"] is not None:
        told["empty"] += int(one["found"]) == 0
        told["found"], told["looked"] = int(one["found"]), 1


_MORE: Final = (
    "times = asked.times + {0}times, empty = asked.empty + {0}empty, opened = asked.opened + {0}opened, "
    "found = CASE WHEN :looked = 1 THEN {0}found ELSE asked.found END"
)
_ADD: Final = text(
    "INSERT INTO asked (day, language, words, times, empty, opened, found) "  # noqa: S608 - our own words only
    "VALUES (:day, :language, :words, :times, :empty, :opened, :found) "
    f"ON CONFLICT (day, language, words) DO UPDATE SET {_MORE.format('excluded.')}"
)
_ADD_TO_KNOWN: Final = text(
    f"UPDATE asked SET {_MORE.format(':')} WHERE language = :language AND words = :words AND day = "  # noqa: S608 - our own words only
    "(SELECT MAX(day) FROM asked AS last WHERE language = :language AND words = :words AND day <= :day)"
)


def _add_up(session: Session, totals: Mapping[Key, Counter[str]]) -> None:
    """Count these with what was counted before.

    Nobody can have opened a result of what was never asked: openings alone count with the last day that knows the
    question, and nowhere when none does.
    """
    room = {day: MOST_A_DAY - _how_many(session, day) for day in {day for day, _, _ in totals}}
    new, known = [], []
    for (day, language, words), told in sorted(totals.items()):
        counts = {name: told[name] for name in ("times", "empty", "opened", "found", "looked")}
        if told["times"] and room[day] > 0:
            room[day] -= 1
            new.append({"day": day.isoformat(), "language": language, "words": words, **counts})
        else:
            known.append({"day": day.isoformat(), "language": language, "words": words, **counts})
    for statement, rows in ((_ADD, new), (_ADD_TO_KNOWN, known)):
        if rows:
            session.connection().execute(statement, rows)


def _how_many(session: Session, day: date) -> int:
    return session.exec(select(func.count()).where(col(Asked.day) == day)).one()


def _folder() -> Path:
    return settings().data_dir.absolute() / "searches"

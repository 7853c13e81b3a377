"""The search log as stewards read it: what is asked most, what finds nothing, what nobody opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from app.core.clock import today
from search.mill.everyday import says_nothing
from search.mill.fold import words
from search.mill.lexicon import Lexicon
from search.mill.meaning import meant
from search.overhearing import Asked
from search.words import lexicon

DAYS: Final = 30
DAYS_OF_SAMPLES: Final = 90
MOST_SHOWN: Final = 50
MOST_SAMPLES: Final = 60


class Kind(StrEnum):
    """Which searches are listed."""

    MOST = "most"
    EMPTY = "empty"
    UNOPENED = "unopened"


@dataclass(frozen=True)
class Row:
    """Words that people searched for, with what came of it."""

    words: str
    times: int
    found: int | None
    """None where they were only asked beside a filter."""
    alike: str
    """The words that we do know and that are most like these; empty when all are known."""


@dataclass(frozen=True)
class Summary:
    """The log over a number of days."""

    since: date
    times: int
    empty: int
    """How many different questions found nothing."""
    unopened: int
    """How many different questions found something that nobody opened."""
    rows: Sequence[Row]


def summary(session: Session, kind: Kind) -> Summary:
    """The last days, with the list of this kind, the most frequent first."""
    since = today() - timedelta(days=DAYS)
    times, empty, opened = func.sum(Asked.times), func.sum(Asked.empty), func.sum(Asked.opened)
    having: dict[Kind, ColumnElement[bool]] = {
        Kind.MOST: times > 0,
        Kind.EMPTY: empty > 0,
        Kind.UNOPENED: (times > empty) & (opened == 0),
    }
    ordered = {Kind.MOST: times, Kind.EMPTY: empty, Kind.UNOPENED: times}[kind]

    def grouped(of: Kind) -> Any:
        return (
            select(col(Asked.words), times, func.max(Asked.found), empty)
            .where(col(Asked.day) >= since)
            .group_by(col(Asked.words))
            .having(having[of])
        )

    def number(of: Kind) -> int:
        return int(session.execute(select(func.count()).select_from(grouped(of).subquery())).scalar_one())

    rows = session.execute(grouped(kind).order_by(ordered.desc(), col(Asked.words)).limit(MOST_SHOWN)).all()
    mill = lexicon(session)
    return Summary(
        since=since,
        times=int(session.execute(select(times).where(col(Asked.day) >= since)).scalar_one() or 0),
        empty=number(Kind.EMPTY),
        unopened=number(Kind.UNOPENED),
        rows=[
            Row(
                said,
                int(asked),
                0 if kind is Kind.EMPTY else _known(int(found), int(nothing)),
                _alike(said, mill),
            )
            for said, asked, found, nothing in rows
        ],
    )


def _known(found: int, empty: int) -> int | None:
    return None if found == empty == 0 else found


def asked_most(session: Session) -> list[str]:
    """What was asked most lately and found something: questions on which a change of words can be tried."""
    wanted = (
        select(col(Asked.words))
        .where(col(Asked.day) >= today() - timedelta(days=DAYS_OF_SAMPLES))
        .group_by(col(Asked.words))
        .having(func.max(Asked.found) > 0)
        .order_by(func.sum(Asked.times).desc(), col(Asked.words))
        .limit(MOST_SAMPLES)
    )
    return [str(said) for said in session.execute(wanted).scalars()]


def _alike(said: str, mill: Lexicon) -> str:
    written = [one.text for one in words(said)]
    joined = [first + second for first, second in pairwise(written) if first + second in mill.known]
    if joined:
        return " ".join(joined)
    repaired = [one.word.text for one in meant(said, mill) if one.repaired]
    if repaired:
        return " ".join(repaired)
    unknown = [one.text for one in words(said) if not says_nothing(one.text) and not mill.knows(one.text)]
    return " ".join(near for word in unknown if (near := mill.speller.nearest(word)))

"""Besides: pilots and organisations that a question names, a small group of their own above the pieces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlmodel import Session, col, select

from app.core import epoch
from app.people.finding import SHOWN
from app.people.models import Organisation
from content.subjects import Pilot
from search.mill.lexicon import Lexicon
from search.mill.plan import Plan
from search.mill.tokens import tokens
from search.mill.units import Way

MOST: Final = 3
"""Of each."""

ThingT = TypeVar("ThingT", Pilot, Organisation)


@dataclass(frozen=True)
class Named:
    """Something with a name, and the tokens it is found by."""

    id: int
    tokens: frozenset[str]


def pilots_asked_for(session: Session, asked: Plan, lexicon: Lexicon) -> Sequence[Pilot]:
    """Pilots of which name and summary hold all that is asked for."""
    return _these(session, Pilot, _fitting(asked, _known(session, lexicon)[0]))


def organisations_asked_for(session: Session, asked: Plan, lexicon: Lexicon) -> Sequence[Organisation]:
    """Organisations of which the name holds all that is asked for."""
    return _these(session, Organisation, _fitting(asked, _known(session, lexicon)[1]))


def _fitting(asked: Plan, named: Iterable[Named]) -> list[int]:
    fitting = (one.id for one in named if all(any(_holds(one, way) for way in unit.ways) for unit in asked.units))
    return list(fitting)[:MOST] if asked.units else []


def _holds(one: Named, way: Way) -> bool:
    if way.prefix:
        return any(token.startswith(way.tokens[0]) for token in one.tokens)
    return one.tokens.issuperset(way.tokens)


def _these(session: Session, table: type[ThingT], ids: Sequence[int]) -> list[ThingT]:
    if not ids:
        return []
    rows = {row.id: row for row in session.exec(select(table).where(col(table.id).in_(ids))).all()}
    return [rows[id_] for id_ in ids if id_ in rows]


_kept: tuple[object, tuple[Sequence[Named], Sequence[Named]]] = (None, ((), ()))


def _known(session: Session, lexicon: Lexicon) -> tuple[Sequence[Named], Sequence[Named]]:
    """Pilots and organisations through the mill. Read once in an epoch, and again with another lexicon."""
    global _kept
    standing = (epoch.of(session), lexicon)
    if _kept[0] != standing:
        pilots = session.exec(select(Pilot).order_by(col(Pilot.number))).all()
        shown = select(Organisation).where(col(Organisation.admission).in_(SHOWN)).order_by(Organisation.name)
        _kept = (
            standing,
            (
                [_named(p.id, p.name_nl, p.name_en, p.summary_nl, p.summary_en, lexicon=lexicon) for p in pilots],
                [_named(o.id, o.name, o.name_en, lexicon=lexicon) for o in session.exec(shown).all()],
            ),
        )
    return _kept[1]


def _named(id_: int, *texts: str, lexicon: Lexicon) -> Named:
    """The texts stand in pairs, Dutch and English."""
    told = zip(texts, ("nl", "en") * len(texts), strict=False)
    return Named(id_, frozenset(token for text, language in told for token in tokens(text, language, lexicon).split()))

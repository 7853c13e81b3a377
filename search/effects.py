"""Effects: what a change of words would do to questions, before it is saved.

Texts do not know the new words yet, so what they would be marked by is asked for instead: the outcome is that of the
change but for words that stand apart in a text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml
from sqlmodel import Session, col, select

from app.people.actor import Actor
from content.access import seen_by
from content.models import Article
from content.shelves import preferring
from content.subjects import GlossaryGroup
from search.asking import ask
from search.engine import EngineAway
from search.hiding import hidden_from
from search.mill.glossary import Glossary, concept
from search.mill.lexicon import Lexicon
from search.mill.plan import Plan, plan
from search.mill.tokens import tokens
from search.mill.units import Unit, Way
from search.mill.vocabulary import Vocabulary
from search.plain import find_plainly
from search.query import Query
from search.results import Found
from search.teaching import Change, words_in
from search.words import lexicon

SAMPLES: Final = Path(__file__).with_name("sample_questions.yaml")
MOST_SHOWN: Final = 8

_SEES_EVERYTHING: Final = Actor(is_steward=True)


@dataclass(frozen=True)
class Effect:
    """What a question finds now and would find then."""

    question: str
    before: int
    after: int
    top: str
    """Title of what would stand first."""
    is_another: bool
    """Whether something else would stand first than now."""

    @property
    def is_worse(self) -> bool:
        """Whether it would find nothing any more."""
        return bool(self.before) and not self.after

    @property
    def is_same(self) -> bool:
        """Whether nobody would see a difference."""
        return self.before == self.after and not self.is_another


@dataclass(frozen=True)
class Outlook:
    """What a change would do."""

    effects: Sequence[Effect]
    """Of the words themselves, then of the questions that change most."""
    asked: int
    """So many questions were looked at."""
    worse: int


def sample_questions() -> list[str]:
    """Questions that come with the portal, to try changes on."""
    told = yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))["questions"]
    return [str(question) for question in told]


def outlook(session: Session, change: Change, questions: Iterable[str], language: str) -> Outlook:
    """What the change would do to these questions, and to its own words as questions."""
    now, then = lexicon(session), _taught(session, change)
    own = [*_words(change)][:3]
    asked = list(dict.fromkeys([*own, *questions]))
    effects = []
    for question in asked:
        before, after = plan(question, language, now), plan(question, language, then)
        if question in own or before.units != after.units:
            effects.append(_effect(session, question, before, _widened(after, change, then), language))
    changed = sorted(effects[len(own) :], key=lambda one: (not one.is_worse, one.is_same))
    shown = [*effects[: len(own)], *changed][:MOST_SHOWN]
    return Outlook(shown, asked=len(asked), worse=sum(one.is_worse for one in effects))


def _words(change: Change) -> Iterator[str]:
    """What is new, or what goes."""
    before, after = words_in(change.before or {}), words_in(change.after)
    leads = set(change.after.get("to", ()))
    yield from (word for word in after if word not in before and word not in leads)
    yield from (word for word in before if word not in after)


def _taught(session: Session, change: Change) -> Lexicon:
    """The mill as it would be."""
    rows = session.exec(select(GlossaryGroup.slug, GlossaryGroup.told).order_by(col(GlossaryGroup.position)))
    told: dict[str, Mapping[str, Any]] = {**dict(rows.all()), change.group: change.after}
    known = lexicon(session).vocabulary
    # Without a piece that holds it a concept would count as unknown.
    token = concept(change.group)
    counted = {**known.tokens, token: max(known.tokens.get(token, 0), 1)}
    groups = [{**said, "id": name} for name, said in told.items()]
    return Lexicon(Vocabulary(known.words, counted, known.pieces), Glossary.from_groups(groups))


def _widened(asked: Plan, change: Change, then: Lexicon) -> Plan:
    """The plan with the ways by which a text would be marked, where it asks for the changed group."""
    token = concept(change.group)
    marking = {term for term in then.glossary.terms if token in term.marks}
    ways = [Way((other,)) for term in marking for other in sorted(term.asks - {token})]
    concepts = {mark for term in then.glossary.terms for mark in term.marks}
    for term in marking:
        milled = [one for one in tokens(term.text, "nl", then).split() if one not in concepts]
        ways += [Way(tuple(dict.fromkeys(milled)))] if milled else []

    def wide(unit: Unit) -> Unit:
        asking = next((way for way in unit.ways if way.tokens == (token,)), None)
        if asking is None:
            return unit
        alike = [replace(way, worth=asking.worth) for way in ways]
        return replace(unit, ways=tuple(dict.fromkeys([*unit.ways, *alike])))

    return replace(asked, units=tuple(wide(unit) for unit in asked.units))


def _effect(session: Session, question: str, before: Plan, after: Plan, language: str) -> Effect:
    was, will = _found(session, question, before), _found(session, question, after)
    first = will.pieces[0] if will.pieces else None
    return Effect(
        question=question,
        before=was.total,
        after=will.total,
        top=_title(session, first, language) if first else "",
        is_another=bool(first) and list(was.pieces[:1]) != [first],
    )


def _found(session: Session, question: str, asked: Plan) -> Found:
    if not asked.units:
        return Found()
    query = Query(q=question, size=1)
    try:
        return ask(query, asked, _SEES_EVERYTHING, hidden=hidden_from(session, _SEES_EVERYTHING))
    except EngineAway:
        return find_plainly(session, query, asked, _SEES_EVERYTHING)


def _title(session: Session, piece: int, language: str) -> str:
    everything = _SEES_EVERYTHING
    wanted = select(Article.title).where(
        Article.piece_id == piece, seen_by(everything), preferring(language, everything)
    )
    return session.exec(wanted).first() or ""

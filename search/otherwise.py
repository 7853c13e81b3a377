"""Otherwise: what to try when nothing was found. Each way is offered with what it would find for this reader.

Spellings come from what everybody may see, counts and topics from what this reader may see.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from app.people.actor import Actor
from search.asking import asked_with
from search.counting import PATIENCE, Countable, count_by_database, count_by_engine
from search.engine import EngineAway, making_sense
from search.facets import known_values
from search.hiding import hidden_from
from search.mill.everyday import says_nothing
from search.mill.fold import folded, words
from search.mill.lexicon import Lexicon
from search.mill.plan import Plan, plan
from search.plain import topics_plainly
from search.query import Query
from search.results import AskedWord, Instead, NearTopic, Otherwise

MOST_TRIED: Final = 7
"""Questions, for each way to leave words out."""
MOST_SHOWN: Final = 4
MOST_TOPICS: Final = 5


def otherwise(
    session: Session,
    query: Query,
    asked: Plan,
    actor: Actor,
    lexicon: Lexicon,
    *,
    near: Collection[str] | None = None,
) -> Otherwise:
    """What to try instead of a question that found nothing: another spelling, fewer words, no choices, a topic."""
    tried = list(_trials(query, asked, lexicon))
    counted = [Countable(one.query, one.plan, None if one.is_unfiltered else near) for one in tried]
    try:
        totals, topics = _asked_of_engine(counted, asked, actor, hidden_from(session, actor))
    except EngineAway:
        totals, topics = _asked_of_database(session, counted, asked, actor)
    found = [(trial, total) for trial, total in zip(tried, totals, strict=True) if total]
    shorter = sorted(
        (Instead(trial.query, total, trial.words) for trial, total in found if trial.words), key=lambda one: -one.total
    )
    return Otherwise(
        meant=next((Instead(trial.query, total) for trial, total in found if trial.is_meant), None),
        unfiltered=next((Instead(trial.query, total) for trial, total in found if trial.is_unfiltered), None),
        shorter=shorter[:MOST_SHOWN],
        topics=[
            NearTopic(value, topics[value.slug])
            for value in sorted(known_values(session)["topic"], key=lambda value: -topics.get(value.slug, 0))
            if topics.get(value.slug) and value.broader
        ][:MOST_TOPICS],
    )


@dataclass(frozen=True)
class _Trial:
    """A question that may find something."""

    query: Query
    plan: Plan
    words: Sequence[AskedWord] = ()
    """The words of the question, for one that leaves some out."""
    is_meant: bool = False
    is_unfiltered: bool = False


def _trials(query: Query, asked: Plan, lexicon: Lexicon) -> Iterator[_Trial]:
    if query.narrows:
        yield _Trial(query.cleared(), asked, is_unfiltered=True)
    for meant in dict.fromkeys(_spellings(query, asked, lexicon)):
        yield _Trial(query.asking(meant), plan(meant, asked.language, lexicon), is_meant=True)
    for written in _shorter(query.q, asked, lexicon):
        left = " ".join(word.text for word in written if word.is_kept)
        shorter = query.asking(left, literal=query.literal)
        yield _Trial(shorter, plan(left, asked.language, lexicon, repaired=not query.literal), written)


def _spellings(query: Query, asked: Plan, lexicon: Lexicon) -> Iterator[str]:
    """Other spellings, the likeliest first."""
    if query.literal and (repaired := plan(query.q, asked.language, lexicon).corrected):
        yield repaired[1]
    fixed, question = query.q, words(query.q)
    for word in reversed(question):
        if not says_nothing(word.text) and word.text.isalpha() and not lexicon.knows(word.text):
            nearest = lexicon.speller.nearest(word.text)
            fixed = fixed[: word.start] + (nearest or word.text) + fixed[word.end :]
    if folded(fixed) != tuple(word.text for word in question):
        yield fixed


def _shorter(question: str, asked: Plan, lexicon: Lexicon) -> Iterator[Sequence[AskedWord]]:
    """The question with fewer words, each once: without one of them, with one alone, without those nobody knows."""
    written = question.split()
    telling = [at for at, word in enumerate(written) if any(not says_nothing(one) for one in folded(word))]
    unknown = [at for at in telling if not any(lexicon.knows(one) for one in folded(written[at]))]
    dropped = [frozenset({at}) for at in telling]
    if len(telling) == 3:
        dropped += [frozenset(telling) - {at} for at in telling]
    if 1 < len(unknown) < len(telling):
        # What keeps a word that nobody knows finds no more than what leaves them all out. Where none is known, one may
        # still stand in a piece that only this reader sees.
        dropped = [frozenset(unknown), *(drop for drop in dropped if drop >= set(unknown))]
    for drop in list(dict.fromkeys(dropped))[:MOST_TRIED]:
        if len(drop) < len(telling):
            yield [AskedWord(word, at not in drop) for at, word in enumerate(written)]


def _asked_of_engine(
    tried: Sequence[Countable], asked: Plan, actor: Actor, hidden: Collection[int]
) -> tuple[list[int], dict[str, int]]:
    """How much each would find, and the topics of all that holds anything of the question. One round trip."""
    around = asked_with(Query(), asked, actor, hidden=hidden)
    by_topic = {"q": "", "limit": 0, "filter": [*around.shown, *around.words], "facets": ["topic"]}
    totals, answers = count_by_engine(tried, actor, by_topic, hidden=hidden)
    with making_sense():
        return totals, {slug: int(n) for slug, n in answers[0]["facetDistribution"].get("topic", {}).items()}


def _asked_of_database(
    session: Session, tried: Sequence[Countable], asked: Plan, actor: Actor
) -> tuple[list[int], dict[str, int]]:
    """The same from the database, as far as it goes in a moment."""
    until = time.monotonic() + PATIENCE
    totals = count_by_database(session, tried, actor, until=until)
    may_go_on = asked.units and time.monotonic() < until
    return totals, topics_plainly(session, asked, actor) if may_go_on else {}

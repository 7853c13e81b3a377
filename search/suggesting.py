"""Suggesting: what somebody who begins to type may be after. Each thing offered leads somewhere.

What is offered for a typing error comes from names and from words that everybody may see.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.text import one_line
from app.people.actor import Actor
from content.access import seen_by
from content.models import Article
from content.shelves import preferring
from search import engine
from search.asking import piece_of, shown_to
from search.engine import INDEX, EngineAway
from search.facets import known_values
from search.mill.fold import folded
from search.mill.glossary import Term
from search.mill.lexicon import Lexicon
from search.offering import Names
from search.plain import titles_plainly
from search.values import Value
from search.words import lexicon

MOST_LETTERS: Final = 100
MOST_WORDS: Final = 8
MOST_PIECES: Final = 5
MOST_TOPICS: Final = 3
MOST_TERMS: Final = 3
MOST_OTHERS: Final = 2
"""Of organisations, and of pilots."""


class Suggested(StrEnum):
    """What is offered."""

    TOPIC = "topic"
    TERM = "term"
    PIECE = "piece"
    PILOT = "pilot"
    ORGANISATION = "organisation"
    SEARCH = "search"


@dataclass(frozen=True)
class Suggestion:
    """One thing to go to: its name, and what its address is made with."""

    kind: Suggested
    label: str
    slug: str = ""
    """The last part of its page address; empty for a word and for a search, which are looked for."""
    piece_kind: str = ""
    """Case, lesson or technology, for a piece."""
    language: str = ""
    """Of the title, for a piece."""


@dataclass(frozen=True)
class Suggestions:
    """All that is offered, in order."""

    items: Sequence[Suggestion] = ()
    degraded: bool = False
    """The engine is away; the database answered."""


def suggest(session: Session, text: str, actor: Actor, language: str) -> Suggestions:
    """What these letters may begin: topics, words of the trade, pieces that this reader may see, pilots,
    organisations; and a search.
    """
    asked = one_line(text)[:MOST_LETTERS]
    words = folded(asked)[:MOST_WORDS]
    if not words:
        return Suggestions()
    mill = lexicon(session)
    known = _known(session, mill)
    topics = known.topics.begun_by(words)[:MOST_TOPICS]
    pieces, is_degraded = _pieces(session, words, _repaired(words, mill), actor)
    items = [
        *_named(Suggested.TOPIC, topics),
        *_terms(known.terms.begun_by(words), language, but=topics),
        *_titles(session, pieces, actor, language),
        *_named(Suggested.PILOT, known.pilots.begun_by(words)[:MOST_OTHERS]),
        *_named(Suggested.ORGANISATION, known.organisations.begun_by(words)[:MOST_OTHERS]),
        Suggestion(Suggested.SEARCH, asked),
    ]
    return Suggestions(items, is_degraded)


def _named(kind: Suggested, values: Iterable[Value]) -> list[Suggestion]:
    return [Suggestion(kind, value.label, value.word) for value in values]


def _terms(terms: Iterable[Term], language: str, *, but: Collection[Value]) -> list[Suggestion]:
    """Words that lead to a search, one for each thing meant, those of the reader's language first."""
    taken = {folded(name) for value in but for name in (value.dutch, value.english)}
    offered: dict[frozenset[str], Term] = {}
    for term in sorted(terms, key=lambda term: term.language not in (language, "abbr", "")):
        if term.words not in taken:
            offered.setdefault(term.asks, term)
    return [Suggestion(Suggested.TERM, term.text) for term in list(offered.values())[:MOST_TERMS]]


def _repaired(words: Sequence[str], mill: Lexicon) -> Sequence[str]:
    """The words with typing errors repaired, where what was typed is no word here and begins none."""
    *whole, last = words
    fixed = [
        word if mill.knows(word) else next((near.word for near in mill.speller.near(word)), word) for word in whole
    ]
    begun = None if mill.speller.begins(last) else mill.speller.beginning_near(last)
    return [*fixed, begun or last]


@dataclass(frozen=True)
class _Known:
    """All that has a name."""

    topics: Names[Value]
    pilots: Names[Value]
    organisations: Names[Value]
    terms: Names[Term]


_kept: tuple[object, object, _Known] | None = None


def _known(session: Session, mill: Lexicon) -> _Known:
    """Made once, and again with another lexicon or when something has another name."""
    global _kept
    values = known_values(session)
    if _kept is None or _kept[0] is not values or _kept[1] is not mill:
        names = {
            facet: Names((value, (value.dutch, value.english)) for value in values[facet])
            for facet in ("topic", "pilot", "organisation")
        }
        terms = Names((term, (term.text, _apart(term, mill))) for term in _offered(mill))
        _kept = values, mill, _Known(names["topic"], names["pilot"], names["organisation"], terms)
    return _kept[2]


def _offered(mill: Lexicon) -> Iterator[Term]:
    """Terms of which something is known that everybody may see."""
    held = mill.vocabulary.tokens
    return (term for term in mill.glossary.terms if term.taught and any(concept in held for concept in term.asks))


def _apart(term: Term, mill: Lexicon) -> str:
    """A term with its compounds taken apart, so that `robot` offers `lasrobot`."""
    return " ".join(part for word in term.words for part in mill.compound(word) or (word,))


def _pieces(
    session: Session, words: Sequence[str], repaired: Sequence[str], actor: Actor
) -> tuple[Sequence[int], bool]:
    """Pieces by their titles, each once; and whether the engine is away."""
    ways = [words, repaired] if repaired != list(words) else [words]
    try:
        return _from_engine(ways, actor), False
    except EngineAway:
        told = [titles_plainly(session, way, actor, most=3 * MOST_PIECES) for way in ways]
        return list(dict.fromkeys(piece for pieces in told for piece in pieces)), True


def _titles(session: Session, found: Sequence[int], actor: Actor, language: str) -> Iterator[Suggestion]:
    """Those that this reader sees now, each once and in their language where it has that."""
    rows = {row.piece_id: row for row in session.execute(_seen(found, actor, language))}
    for piece in [piece for piece in found if piece in rows][:MOST_PIECES]:
        row = rows[piece]
        yield Suggestion(Suggested.PIECE, row.title, row.slug, row.kind, row.language)


def _seen(pieces: Collection[int], actor: Actor, language: str) -> Any:
    shown = (Article.piece_id, Article.title, Article.slug, Article.kind, Article.language)
    # SQLAlchemy's own select: the typed one of SQLModel ends at four things.
    return select(*map(col, shown)).where(
        col(Article.piece_id).in_(pieces), seen_by(actor), preferring(language, actor)
    )


def _from_engine(ways: Sequence[Sequence[str]], actor: Actor) -> list[int]:
    """Titles as written come first; those that hold the words as parts of others follow. One round trip."""
    queries = [
        {
            "indexUid": INDEX,
            "q": " ".join(words),
            "attributesToSearchOn": [field],
            "matchingStrategy": "all",
            "filter": shown_to(actor),
            "limit": 3 * MOST_PIECES,
            "attributesToRetrieve": ["id"],
        }
        for words in ways
        for field in ("title", "t_title")
    ]
    answers = engine.multi_search(queries)
    with engine.making_sense():
        found = [piece_of(hit["id"]) for answer in answers for hit in answer["hits"]]
    return list(dict.fromkeys(piece for piece in found if piece is not None))

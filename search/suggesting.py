"""Suggesting: what somebody who begins to type may be after. Each thing offered leads somewhere."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session, col, select

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
from search.plain import titles_plainly
from search.values import Value

MOST_LETTERS: Final = 100
MOST_WORDS: Final = 8
MOST_PIECES: Final = 5
MOST_TOPICS: Final = 3
MOST_OTHERS: Final = 2
"""Of organisations, and of pilots."""


class Suggested(StrEnum):
    """What is offered."""

    TOPIC = "topic"
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
    """The last part of its page address; empty for a search, which takes the label as its words."""
    piece_kind: str = ""
    """Case, lesson or technology, for a piece."""
    language: str = ""
    """Of the title, for a piece."""


def suggest(session: Session, text: str, actor: Actor, language: str) -> list[Suggestion]:
    """What these letters may begin: topics, pieces that this reader may see, pilots, organisations; and a search."""
    asked = one_line(text)[:MOST_LETTERS]
    words = folded(asked)[:MOST_WORDS]
    if not words:
        return []
    known = known_values(session)
    return [
        *_named(Suggested.TOPIC, known["topic"], words, MOST_TOPICS),
        *_pieces(session, words, actor, language),
        *_named(Suggested.PILOT, known["pilot"], words, MOST_OTHERS),
        *_named(Suggested.ORGANISATION, known["organisation"], words, MOST_OTHERS),
        Suggestion(Suggested.SEARCH, asked),
    ]


def _named(kind: Suggested, known: Iterable[Value], words: Sequence[str], most: int) -> list[Suggestion]:
    """Things whose name in either language holds these words, those that begin with them first."""
    found = [(_place(value, words), value) for value in known]
    fitting = sorted(((place, value) for place, value in found if place is not None), key=lambda pair: pair[0])
    return [Suggestion(kind, value.label, value.word) for _, value in fitting[:most]]


def _place(value: Value, words: Sequence[str]) -> int | None:
    """Where in its name the words begin; None when they are not all there. The last one may be unfinished."""
    places = [
        place
        for name in (value.dutch, value.english)
        for told in [folded(name)]
        if set(words[:-1]) <= set(told)
        for place, word in enumerate(told)
        if word.startswith(words[-1])
    ]
    return min(places, default=None)


def _pieces(session: Session, words: Sequence[str], actor: Actor, language: str) -> Iterator[Suggestion]:
    """Pieces by their titles, as this reader sees them now, each once and in their language where it has that."""
    try:
        found = _from_engine(words, actor)
    except EngineAway:
        found = titles_plainly(session, words, actor, most=3 * MOST_PIECES)
    rows = {row.piece_id: row for row in session.exec(_seen(found, actor, language)).all()}
    for piece in [piece for piece in found if piece in rows][:MOST_PIECES]:
        row = rows[piece]
        yield Suggestion(Suggested.PIECE, row.title, row.slug, row.kind, row.language)


def _seen(pieces: Collection[int], actor: Actor, language: str) -> Any:
    return select(Article).where(col(Article.piece_id).in_(pieces), seen_by(actor), preferring(language, actor))


def _from_engine(words: Sequence[str], actor: Actor) -> list[int]:
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
        for field in ("title", "t_title")
    ]
    answers = engine.multi_search(queries)
    try:
        found = [piece_of(hit["id"]) for answer in answers for hit in answer["hits"]]
    except (KeyError, TypeError, AttributeError) as garbage:
        raise EngineAway("the engine's answer makes no sense") from garbage
    return list(dict.fromkeys(piece for piece in found if piece is not None))

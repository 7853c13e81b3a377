"""Relearning: after a change of words the texts that hold them go through the mill again, and no others.

A question knows the new words at once. A piece that nobody touches keeps its card, so nothing is built anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlmodel import Session, col, select

from app.core import epoch
from app.core.database import reading, writing
from content.subjects import GlossaryGroup
from search import words
from search.engine import administering
from search.events import WordsTaught
from search.keeping import file, is_current, send
from search.mill.fold import words as words_in
from search.mill.glossary import concept
from search.mill.lexicon import Lexicon
from search.models import Card
from search.plain import holding
from search.state import AlreadyBuilding, being_built, require_rebuild
from search.teaching import words_in as words_of

SLICE: Final = 50


def relearn(happened: WordsTaught) -> None:
    """Take the pieces that hold these words through the mill again.

    Raises EngineAway when only the cards could be, and AlreadyBuilding before and during a rebuild, which may have read
    the words before they changed or go on with an index that was begun before.
    """
    with reading() as session:
        if name := being_built(session):
            raise AlreadyBuilding(f"{name} is being filled")
        lexicon = words.lexicon_of_now(session)
        pieces = pieces_about(session, happened, lexicon)
    slices = [pieces[start : start + SLICE] for start in range(0, len(pieces), SLICE)]
    try:
        with administering() as client:
            if not is_current(client):
                require_rebuild()
                raise AlreadyBuilding("the index is built anew first")
            for some in slices:
                file(some, lexicon=lexicon)
                if client is not None:
                    send(client, some)
    except Exception:
        # The database answers by the cards meanwhile.
        for some in slices:
            file(some, lexicon=lexicon)
        raise
    with writing() as session:
        epoch.move(session)


def pieces_about(session: Session, happened: WordsTaught, lexicon: Lexicon) -> Sequence[int]:
    """Pieces that may be marked otherwise from now on: rather some too many."""
    group = session.get(GlossaryGroup, happened.group_id)
    if group is None:
        return []
    ways = list(_ways(group, lexicon))
    found = select(Card.piece_id).where(holding(session, ways)).distinct().order_by(col(Card.piece_id))
    return session.exec(found).all()


def _ways(group: GlossaryGroup, lexicon: Lexicon) -> Iterator[Sequence[Iterable[str]]]:
    """Each a row of places, each place with the tokens that fit there."""
    # Whatever a word that left had marked is marked with the group still.
    yield [[concept(group.slug)]]
    told = words_of(group.told)
    changed = {tuple(word.text for word in words_in(text)) for text in told}
    for term in lexicon.glossary.terms:
        if term.words in changed:
            # What such a term means may lead on to the group: all that is marked with it is looked at.
            yield from ([[mark]] for mark in sorted(term.marks))
    for text in told:
        telling = [sorted(part.forms) for part in lexicon.parts(words_in(text)) if not part.empty]
        if telling:
            yield telling

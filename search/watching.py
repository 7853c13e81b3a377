"""Watching: which pieces answer a question, for those who want to hear of the next one.

The database answers, never the engine: whether somebody is told of a piece must not depend on what is away at that
moment, and both kinds of process ask it.
"""

from sqlmodel import Session

from app.people.actor import Actor
from search import words
from search.finding import around_of, distances_of, plan_for
from search.plain import answering_plainly
from search.query import Query


def pieces_answering(session: Session, query: Query, actor: Actor, language: str) -> list[int]:
    """Ids of the pieces that answer a question by themselves, as this reader may see them; at most two thousand."""
    asked = plan_for(session, query, actor, language, words.lexicon(session))
    if asked is not None and not asked.units:
        return []
    return answering_plainly(session, query, asked, actor, near=around_of(query, distances_of(session, query)))

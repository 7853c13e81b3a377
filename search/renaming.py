"""Renaming: pieces are found by the names of organisations and topics on them: another name is another document."""

from collections.abc import Sequence

from sqlmodel import select

from app.core.database import reading
from app.people.events import OrganisationChanged
from content.events import TopicChanged
from content.models import Article
from content.overview import with_narrower
from content.shelves import about, with_organisation
from content.subjects import Topic
from search.keeping import settle

SLICE = 50
"""Pieces brought up to date together."""


def sync_organisation(event: OrganisationChanged) -> None:
    """Bring what can be found of an organisation's pieces up to the state of today."""
    with reading() as session:
        named = select(Article.piece_id).where(with_organisation(event.organisation_id)).distinct()
        pieces = sorted(session.exec(named).all())
    _settle_in_slices(pieces)


def sync_topic(event: TopicChanged) -> None:
    """The same for a topic, and for those below it."""
    with reading() as session:
        topic = session.get(Topic, event.topic_id)
        if topic is None:
            return
        tagged = select(Article.piece_id).where(about(with_narrower(session, topic))).distinct()
        pieces = sorted(session.exec(tagged).all())
    _settle_in_slices(pieces)


def _settle_in_slices(pieces: Sequence[int]) -> None:
    for at in range(0, len(pieces), SLICE):
        settle(pieces[at : at + SLICE])

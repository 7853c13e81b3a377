"""Renaming: pieces are found by the names of the organisations on them, so another name is another document."""

from sqlmodel import select

from app.core.database import reading
from app.people.events import OrganisationChanged
from content.models import Article
from content.shelves import with_organisation
from search.keeping import settle

SLICE = 50
"""Pieces brought up to date together."""


def sync_organisation(event: OrganisationChanged) -> None:
    """Bring what can be found of an organisation's pieces up to the state of today."""
    with reading() as session:
        named = select(Article.piece_id).where(with_organisation(event.organisation_id)).distinct()
        pieces = sorted(session.exec(named).all())
    for at in range(0, len(pieces), SLICE):
        settle(pieces[at : at + SLICE])

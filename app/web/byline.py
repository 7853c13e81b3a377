"""Who stands on a piece, as readers are shown them: its authors with what they did, and who publishes it as well."""

from collections.abc import Sequence

from sqlmodel import Session

from app.core.language import gettext as _
from app.people.finding import workplaces
from app.web import showing
from app.web.cards import PersonCard
from app.web.rows import Link
from content.reading import Opened
from content.snapshot import AuthorPart


def part_names() -> dict[AuthorPart, str]:
    """What an author did, in words."""
    return {
        AuthorPart.WROTE: _("wrote it"),
        AuthorPart.MEASURED: _("did the measurements"),
        AuthorPart.ADVISED: _("advised"),
        AuthorPart.PICTURED: _("made the pictures"),
    }


def author_cards(session: Session, opened: Opened) -> list[PersonCard]:
    """The authors, in order. Two queries at most."""
    places = workplaces(session, [author.id for author in opened.authors])
    parts, names = opened.revision.content.author_parts, part_names()
    return [
        showing.person(author, places.get(author.id), did=names[parts[author.handle]] if author.handle in parts else "")
        for author in opened.authors
    ]


def publisher_links(opened: Opened) -> Sequence[Link]:
    """Who publishes it together with its owner."""
    return [Link(each.title, showing.here(f"/organisaties/{each.slug}")) for each in opened.publishers]

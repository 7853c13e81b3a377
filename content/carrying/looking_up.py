"""Looking up what a carried piece names: its files beside it, its topics, people and places here."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from sqlmodel import Session, SQLModel, col, select

from app.core.language import gettext as _
from app.people.models import Organisation, User
from app.people.region import Municipality, Sector
from content.models import Article
from content.snapshot import Snapshot
from content.subjects import Pilot, Topic
from content.vocabulary import audiences
from content.writing import draft_of, newest_revision

Became = Literal["new", "changed", "unchanged", "left alone", "not taken"]
"""What became of one file."""

FILE: Final = re.compile(r"\]\(files/([^)\s]+)")
"""How a text shows a file, or leads to it."""


def known_here(session: Session, content: Snapshot, left_out: list[str]) -> Snapshot:
    """The content without what it names and nobody here knows, which is added to `left_out` in sentences."""

    def known(
        names: Iterable[str], table: type[SQLModel], column: str, sentence: Callable[[str], str]
    ) -> tuple[str, ...]:
        wanted = list(names)
        of: Any = getattr(table, column)
        found = set(session.exec(select(of).where(col(of).in_(wanted))).all())
        left_out.extend(sentence(name) for name in wanted if name not in found)
        return tuple(name for name in wanted if name in found)

    pilot = known(
        filter(None, [content.pilot]), Pilot, "slug", lambda name: _("Pilot “%(name)s”: not known here.", name=name)
    )
    place = known(
        filter(None, [content.municipality]),
        Municipality,
        "slug",
        lambda name: _("Place “%(name)s”: not known here.", name=name),
    )
    audience = tuple(slug for slug in content.audience if slug in audiences())
    return content.model_copy(
        update={
            "topics": known(
                content.topics, Topic, "slug", lambda name: _("Topic “%(name)s”: not known here.", name=name)
            ),
            "sectors": known(
                content.sectors, Sector, "code", lambda name: _("Sector “%(name)s”: not known here.", name=name)
            ),
            "authors": known(
                content.authors, User, "handle", lambda name: _("Author “%(name)s”: has no account here.", name=name)
            ),
            "publishers": known(
                content.publishers,
                Organisation,
                "slug",
                lambda name: _("Organisation “%(name)s”: not known here.", name=name),
            ),
            "pilot": next(iter(pilot), None),
            "municipality": next(iter(place), None),
            "audience": audience,
        }
    )


def is_from_a_file(session: Session, article: Article) -> bool:
    """Whether nobody wrote in it since its newest text came from a file."""
    newest = newest_revision(session, article)
    draft = draft_of(session, article).content
    return newest is not None and newest.from_seed and newest.content.is_same_as(draft)


def place_of(files: Mapping[str, bytes], path: str, name: str, slug: str) -> str | None:
    """Where the file of this name lies that belongs to the text at `path`; None when it is not among these files."""
    beside = PurePosixPath(path).parent
    places = (f"files/{slug}/{name}", (beside / "files" / name).as_posix(), (beside / name).as_posix())
    return next((place for place in places if place in files), None)


def bytes_of(files: Mapping[str, bytes], path: str, name: str, slug: str) -> bytes | None:
    """What is in that file."""
    place = place_of(files, path, name, slug)
    return files[place] if place is not None else None

"""The pictures and files of a text on its way, for whoever reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlmodel import Session

from app.core.images import widths
from app.core.language import gettext as _
from app.core.language import pick
from app.people.actor import Actor
from app.web.file_pages import found_of
from app.web.files import DRAWING, SVG
from app.web.rows import FileRow
from app.web.telling import file_size
from content.attaching import OfferedFile, offered_files
from content.file_kinds import BY_EXTENSION, extension_of
from content.models import Article, Revision


@dataclass(frozen=True)
class ReadPicture:
    """A picture of the text, with what is said of it to those who cannot see it."""

    address: str
    width: int
    height: int
    shows: str
    is_looked_over: bool
    """Whether its author says that it shows no face without consent and nothing confidential."""


@dataclass(frozen=True)
class ReadFiles:
    """What this reader may open."""

    pictures: Sequence[ReadPicture]
    files: Sequence[FileRow]


def files_read(session: Session, article: Article, revision: Revision, me: Actor, base: str) -> ReadFiles:
    """The pictures, then the files, which lie below `base`."""
    offered = offered_files(session, article, revision, me)
    return ReadFiles(
        pictures=[_picture(each) for each in offered if each.attachment.width],
        files=[_row(each, base) for each in offered if not each.attachment.width],
    )


def _picture(offered: OfferedFile) -> ReadPicture:
    kept = offered.attachment
    form = DRAWING if kept.media_type == SVG else f"{widths(kept.width or 0)[0]}.webp"
    return ReadPicture(
        f"/beeld/{kept.hash}/{form}",
        kept.width or 0,
        kept.height or 0,
        _("Decoration") if offered.use.is_decorative else offered.use.shows or offered.use.name,
        offered.use.is_looked_over,
    )


def _row(offered: OfferedFile, base: str) -> FileRow:
    use = offered.use
    return FileRow(
        title=pick(use.title_nl, use.title_en) or use.name,
        href=f"{base}/bestanden/{quote(use.name)}",
        about=" ".join(filter(None, (use.visibility and _("Only for some of its readers."), found_of(offered.text)))),
        size=f"{BY_EXTENSION[extension_of(use.name)].label}, {file_size(offered.attachment.size)}",
    )

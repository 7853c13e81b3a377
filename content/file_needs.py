"""File needs: what is still to be said of the pictures and files of a draft, and what somebody has to look at in them.

A face or a screen in the background of a photo, a name in the properties of a document: no program of ours sees those.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.core.language import gettext as _
from app.core.language import ngettext
from content.draft_files import DraftFile, files_in
from content.films import is_poster, uncaptioned
from content.models import Article
from content.snapshot import FileUse, Snapshot


@dataclass(frozen=True)
class FileNeeds:
    """Names of the files of which something is to be said, or at which somebody has to look."""

    undescribed: Sequence[str] = ()
    """Pictures of which nobody said what is to be seen."""
    uncaptioned: Sequence[str] = ()
    """Films of which nobody wrote down what is said."""
    not_looked_over: Sequence[str] = ()
    """Pictures of which nobody said that they show no face and nothing confidential."""
    telling: Sequence[str] = ()
    """Files that may name the company of a piece that does not name it."""

    def missing(self) -> Iterator[str]:
        """Without which the piece cannot be sent in."""
        for name in self.undescribed:
            yield _("Describe what is to be seen on %(name)s, or say that it is decoration.", name=name)
        for name in self.uncaptioned:
            yield _("Add captions to %(name)s, or say that nothing is said in it.", name=name)

    def to_look_at(self) -> Iterator[str]:
        """What is worth another look."""
        if self.not_looked_over:
            yield ngettext(
                "Look at %(names)s for faces, screens, drawings and badges, and tick it off.",
                "Look at these pictures for faces, screens, drawings and badges, and tick them off: %(names)s.",
                len(self.not_looked_over),
                names=", ".join(self.not_looked_over),
            )
        if self.telling:
            yield ngettext(
                "%(names)s may name the company in its text or properties: look.",
                "These files may name the company in their text or properties: %(names)s. Look at each.",
                len(self.telling),
                names=", ".join(self.telling),
            )


def file_needs(session: Session, article: Article, content: Snapshot) -> FileNeeds:
    """What is still to be said of the files that this content uses."""
    files = files_in(session, article, content)
    return FileNeeds(
        undescribed=[file.use.name for file in files if file.is_shown and not file.is_described],
        uncaptioned=uncaptioned(content.files),
        not_looked_over=[file.use.name for file in files if _is_to_look_over(file, content.files)],
        telling=[file.use.name for file in files if not file.is_picture] if content.anonymous is not None else (),
    )


def _is_to_look_over(file: DraftFile, files: Sequence[FileUse]) -> bool:
    """Whether readers will see this picture and nobody looked yet whether it shows more than it should."""
    return file.is_picture and not file.use.is_looked_over and (file.is_shown or is_poster(files, file.use))

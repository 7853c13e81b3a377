"""Files of a draft: what it uses, where, and whether its pictures are described."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.core.errors import Invalid, NotFound
from app.core.language import gettext as _
from app.core.markdown import outline
from content.file_kinds import BY_MEDIA_TYPE, FileKind
from content.file_texts import TextState, read_of, states
from content.models import Article, Attachment
from content.snapshot import FileUse, Snapshot
from content.writing import draft_of


@dataclass(frozen=True)
class DraftFile:
    """A file as the draft uses it."""

    use: FileUse
    attachment: Attachment
    is_in_text: bool
    is_described: bool
    """Whether somebody who cannot see it is told what is to be seen; true of everything that is no picture."""
    text: TextState | None = None
    """What a search finds of it once it is published; None when it was not read yet, or is of a kind without text."""

    @property
    def kind(self) -> FileKind:
        """What sort of file it is."""
        return BY_MEDIA_TYPE[self.attachment.media_type]

    @property
    def is_shown(self) -> bool:
        """Whether readers find it: in the text, or offered beside it."""
        return self.is_in_text or self.use.listed

    @property
    def is_picture(self) -> bool:
        """Whether the text can show it."""
        return self.attachment.width is not None

    @property
    def markdown(self) -> str:
        """How the text shows it, or leads to it."""
        if self.is_picture:
            return f"![](files/{self.use.name})"
        return f"[{_escaped(self.use.title_nl or self.use.title_en or self.use.name)}](files/{self.use.name})"


def files_in(session: Session, article: Article, content: Snapshot) -> list[DraftFile]:
    """The files that this content uses, in the author's order."""
    wanted = {use.hash for use in content.files}
    rows = session.exec(
        select(Attachment).where(Attachment.article_id == article.id, col(Attachment.hash).in_(wanted))
    ).all()
    kept = {(row.name, row.hash): row for row in rows}
    # Under another name in the draft than it was kept under first: the bytes are the same.
    by_hash = {row.hash: row for row in rows}
    shown = _shown(content)
    texts = states(read_of(session, wanted), (use.hash for use in content.files))
    return [
        DraftFile(
            use,
            row,
            is_in_text=_is_in_text(use, content),
            is_described=_is_described(use, row, shown),
            text=texts.get(use.hash),
        )
        for use in content.files
        if (row := kept.get((use.name, use.hash)) or by_hash.get(use.hash))
    ]


def draft_file(session: Session, article: Article, name: str) -> DraftFile:
    """The file of this name in the draft. Raises NotFound."""
    for file in files_in(session, article, draft_of(session, article).content):
        if file.use.name == name:
            return file
    raise NotFound(_("There is nothing at this address."))


def _shown(content: Snapshot) -> dict[str, bool]:
    try:
        return outline(content.body).pictures
    except Invalid:
        # Too long to be read: that is told where the text is.
        return {}


def _is_in_text(use: FileUse, content: Snapshot) -> bool:
    return f"files/{use.name})" in content.body or f"files/{use.name} " in content.body


def _is_described(use: FileUse, row: Attachment, shown: dict[str, bool]) -> bool:
    return row.width is None or use.is_decorative or bool(use.shows.strip()) or shown.get(use.name, False)


def _escaped(words: str) -> str:
    return "".join(f"\\{each}" if each in "\\[]" else each for each in words)

"""The pictures and files of a draft, as their author sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from sqlmodel import Session

from app.core.images import widths
from app.core.language import gettext as _
from app.core.language import ngettext, number
from app.web import showing
from app.web.file_pages import found_of
from app.web.forms import Form
from app.web.telling import file_size
from app.web.visibility_words import who
from content.draft_files import DraftFile, files_in
from content.file_kinds import KINDS
from content.filing import MOST_FILES
from content.films import captions_of, film_of, is_film, uncaptioned
from content.models import Article, Draft
from content.snapshot import FileUse, Visibility
from content.tightening import stricter_than

SHOWN_AT: Final = 480
"""Pixels: the smallest rendition, which is wide enough for a list."""

ACCEPTS: Final = ",".join(
    # Telephones send a photo as JPEG to whoever does not ask for their own format.
    [kind.media_type if kind.is_shown else f".{kind.extension}" for kind in KINDS] + [".stp"]
)


@dataclass(frozen=True)
class FileRow:
    """A picture or file with what can be done with it."""

    id: str
    name: str
    about: str
    found: str
    """What is to be said of how far a search finds it."""
    href: str
    action: str
    picture: str
    """Address of a small one; empty for what is no picture."""
    markdown: str
    is_in_text: bool
    needs_words: bool
    """Whether somebody still has to say what is to be seen."""
    title: str
    shows: str
    is_decorative: bool
    is_looked_over: bool
    is_listed: bool
    visibility: str
    accepts: str
    is_film: bool = False
    captions: str = ""
    """The name of a film's captions."""
    error: str = ""


@dataclass(frozen=True)
class Gone:
    """What was just taken out, and how it is put back."""

    name: str
    hash: str
    action: str


@dataclass(frozen=True, kw_only=True)
class FilesView:
    """All of a draft's files."""

    base: str
    """Where a file is sent to; each lies below it."""
    editor: str
    title: str
    version: int
    """Of the draft."""
    pictures: Sequence[FileRow]
    files: Sequence[FileRow]
    visibilities: Sequence[tuple[str, str]]
    accepts: str
    form: Form
    said: str
    gone: Gone | None
    room: str

    @property
    def lacking(self) -> str:
        """How many pictures still want words; empty when none does."""
        count = sum(row.needs_words for row in self.pictures)
        if not count:
            return ""
        return ngettext("One picture has no description yet.", "%(n)s pictures have no description yet.", count)


def files_view(
    session: Session,
    article: Article,
    draft: Draft,
    *,
    form: Form | None = None,
    said: str = "",
    gone: FileUse | None = None,
) -> FilesView:
    """The files of this draft. `gone`: what was just taken out."""
    base = showing.here(f"/schrijven/{article.id}/bestanden")
    uses = draft.content.files
    # Captions are told of with their film.
    rows = [
        (file, _row(article, file, base, uses))
        for file in files_in(session, article, draft.content)
        if film_of(uses, file.use) is None
    ]
    return FilesView(
        base=base,
        editor=showing.here(f"/schrijven/{article.id}"),
        title=draft.content.title or _("Without a title yet"),
        version=draft.version,
        pictures=[row for file, row in rows if file.is_picture],
        files=[row for file, row in rows if not file.is_picture],
        visibilities=[("", _("Whoever sees the piece")), *((each, who(each)) for each in _fewer(article))],
        accepts=ACCEPTS,
        form=form or Form(),
        said=said,
        gone=Gone(gone.name, gone.hash, f"{base}/{quote(gone.name)}") if gone else None,
        room=_("%(n)s of at most %(most)s files.", n=number(len(rows)), most=number(MOST_FILES)),
    )


def _row(article: Article, file: DraftFile, base: str, uses: Sequence[FileUse]) -> FileRow:
    use, attachment = file.use, file.attachment
    size = file_size(attachment.size)
    address = f"{base}/{quote(use.name)}"
    captions = captions_of(uses, use) if is_film(use) else None
    return FileRow(
        id=f"bestand-{use.name.replace('.', '-')}",
        name=use.name,
        about=", ".join(filter(None, (file.kind.label, size, _pixels(file)))),
        found=found_of(file.text),
        href=address,
        action=address,
        picture=_small(file),
        markdown=file.markdown,
        is_in_text=file.is_in_text,
        needs_words=(not file.is_described and file.is_shown) or use.name in uncaptioned(uses),
        title=use.title_nl if article.language == "nl" else use.title_en,
        shows=use.shows,
        is_decorative=use.is_decorative,
        is_looked_over=use.is_looked_over,
        is_listed=use.listed,
        visibility=use.visibility or "",
        is_film=is_film(use),
        captions=captions.name if captions else "",
        accepts=file.kind.media_type if file.kind.is_shown else f".{file.kind.extension}",
    )


def _small(file: DraftFile) -> str:
    attachment = file.attachment
    if attachment.width is None:
        return ""
    form = "tekening.svg" if file.kind.extension == "svg" else f"{min(SHOWN_AT, widths(attachment.width)[0])}.webp"
    return f"/beeld/{attachment.hash}/{form}"


def _pixels(file: DraftFile) -> str:
    attachment = file.attachment
    if attachment.width is None or attachment.height is None:
        return ""
    return _("%(width)s by %(height)s pixels", width=number(attachment.width), height=number(attachment.height))


def _fewer(article: Article) -> Sequence[Visibility]:
    return stricter_than(article.visibility)

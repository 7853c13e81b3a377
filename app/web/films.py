"""Films of a piece, as its page plays them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from app.core.images import widths
from app.core.language import gettext as _
from app.core.language import pick
from app.web import showing
from app.web.telling import file_size
from content.attaching import OfferedFile
from content.films import captions_of, is_film, poster_of
from content.reading import Opened

POSTER: Final = 960
"""Pixels: as wide as the text."""


@dataclass(frozen=True)
class FilmRow:
    """A film with what is said in it."""

    id: str
    title: str
    href: str
    captions: str
    """Address of its captions; empty when nobody wrote them."""
    poster: str
    size: str
    language: str
    language_name: str


def film_rows(opened: Opened, *, base: str = "") -> list[FilmRow]:
    """The films that this reader may see, in the author's order. `base`: where the files lie of what is no page yet."""
    number = opened.revision.published_number
    query = "" if base or number == opened.article.live_number else f"?versie={number}"
    below = base or showing.here(f"/kennis/{opened.article.slug}/bijlagen")

    def address(name: str) -> str:
        return f"{below}/{quote(name)}{query}"

    uses = [offered.use for offered in opened.files]
    rows = []
    for at, offered in enumerate(opened.files, start=1):
        use = offered.use
        if not (is_film(use) and use.listed):
            continue
        captions, poster = captions_of(uses, use), poster_of(uses, use)
        rows.append(
            FilmRow(
                id=f"film-{at}",
                title=pick(use.title_nl, use.title_en) or use.name,
                href=address(use.name),
                captions=address(captions.name) if captions else "",
                poster=_poster(opened.files, poster.name) if poster else "",
                size=file_size(offered.attachment.size),
                language=opened.article.language,
                language_name=_("Dutch") if opened.article.language == "nl" else _("English"),
            )
        )
    return rows


def _poster(files: Sequence[OfferedFile], name: str) -> str:
    kept = next(each.attachment for each in files if each.use.name == name)
    wide = [each for each in widths(kept.width or 0) if each <= POSTER]
    return f"/beeld/{kept.hash}/{wide[-1]}.webp" if wide else ""

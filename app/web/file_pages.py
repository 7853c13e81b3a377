"""Pages of files as text: how they are called, and where they are read."""

from urllib.parse import urlencode

from app.core.language import gettext as _
from app.web import showing
from app.web.cards import InFile
from content.file_kinds import extension_of
from content.file_texts import Page, TextState
from search.passages import FilePassage


def in_file(slug: str, found: FilePassage, asked: str) -> InFile:
    """Where a search found its words, with the address at which they stand."""
    return InFile(
        name=found.use.name,
        place=place(found.use.name, found.page),
        href=page_address(slug, found.use.name, found.page.number, asked),
        snippet=found.snippet_html,
        note=found_of(found.file.text),
    )


def place(name: str, page: Page) -> str:
    """Page 12, slide 3, the sheet's name; nothing for a file that has no pages of its own."""
    match extension_of(name):
        case "pdf":
            return _("page %(n)s", n=page.number)
        case "pptx":
            return _("slide %(n)s", n=page.number)
        case "xlsx":
            return _("sheet %(name)s", name=page.name or page.number)
        case _:
            return ""


def part(name: str, page: Page) -> str:
    """The same among the pages around it, where each needs a name."""
    return place(name, page) or _("part %(n)s", n=page.number)


def found_of(state: TextState | None) -> str:
    """What is to be said of how far a search finds a file by its words; nothing where it does, or nobody expects it."""
    match state:
        case TextState.PARTLY:
            return _("A search finds only the first part of its text.")
        case TextState.EMPTY:
            return _("Holds no text that a search can find.")
        case TextState.UNREADABLE:
            return _("Could not be read, so a search does not find it by its text.")
        case _:
            return ""


def page_address(slug: str, name: str, number: int, asked: str = "") -> str:
    """Where a page of a file is read as text, with these words marked."""
    query = f"?{urlencode({'q': asked})}" if asked else ""
    return showing.here(f"/kennis/{slug}/bijlagen/{name}/pagina/{number}") + query

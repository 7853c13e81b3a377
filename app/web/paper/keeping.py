"""Keeping: a sheet is made once, and anew when anything that stands on it became other than it was."""

from hashlib import sha256

from app.core.errors import NotFound
from app.core.files import storage
from app.core.language import speaking
from app.core.templating import render
from app.web.paper.press import SHEET, Press, pdf
from app.web.paper.sheet import sheet_of
from content.reading import Opened
from content.sharing import paper_folder


def sheet_as_pdf(opened: Opened, press: Press) -> bytes:
    """The sheet as PDF: the kept one, or made now. Raises NoPress, and Unavailable as the press does.

    Kept under all that it is made from (the revision, its words, our layout), so that no kept one is ever stale.
    """
    with speaking(opened.article.language):
        html = render("paper/piece.html", sheet=sheet_of(opened))
    folder = paper_folder(opened.article.id)
    made_from = sha256(html.encode() + SHEET.read_bytes()).hexdigest()[:24]
    name = f"{folder}/{opened.revision.id}-{made_from}.pdf"

    def work() -> bytes:
        try:
            return storage().made(name)  # by somebody who asked a moment before us
        except NotFound:
            made = pdf(html)
        storage().keep_made(name, made)
        storage().forget_made(folder, but=name)
        return made

    try:
        return storage().made(name)
    except NotFound:
        return press.make(work)

"""The press: from the HTML of a sheet to a PDF, one at a time, in a thread, and never longer than so many seconds.

WeasyPrint is loaded when the first sheet is made: it needs Pango, which is no Python package, and takes its time. It
asks us for everything that a sheet uses, and gets our own fonts and what stands in the sheet itself; nothing else.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.core.errors import Unavailable
from app.core.language import gettext as _

STATIC: Final = Path(__file__).parents[3] / "static"
SHEET: Final = Path(__file__).with_name("sheet.css")

FONT_SCHEME: Final = "font:"
FONTS: Final = {
    f"{FONT_SCHEME}{name}": STATIC / "fonts" / f"paper-{name}.woff2" for name in ("text", "bold", "wide", "read")
}
"""Addresses in sheet.css; `cuts.py` makes the files."""

TIME_LIMIT: Final = 30.0
"""Seconds. A sheet takes a third of one; the first of a process loads the library besides."""

MOST_WAITING: Final = 4
"""Sheets that are being made or wait for it; whoever comes then is asked to come again."""

MOST_A_MINUTE: Final = 30
"""Sheets made, by one process. What is kept already costs nothing and is not counted."""


class NoPress(Exception):
    """This machine cannot make PDFs; the reason is for the operator."""


class Press:
    """What makes sheets in this process."""

    def __init__(self, *, time_limit: float = TIME_LIMIT, most_a_minute: int = MOST_A_MINUTE) -> None:
        self._time_limit = time_limit
        self._most_a_minute = most_a_minute
        self._places = threading.Semaphore(MOST_WAITING)
        self._turn = threading.Lock()
        self._made: deque[float] = deque()

    def make(self, work: Callable[[], bytes]) -> bytes:
        """What `work` gives, when its turn comes. Raises Unavailable when there is too much to do, or it takes long.

        Work that takes too long cannot be ended; it keeps its turn, so that there is never more than one of it.
        """
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            self._count()
            return self._in_a_thread(work)
        finally:
            self._places.release()

    def _count(self) -> None:
        minute_ago = time.monotonic() - 60
        while self._made and self._made[0] < minute_ago:
            self._made.popleft()
        if len(self._made) >= self._most_a_minute:
            raise _busy()
        self._made.append(time.monotonic())

    def _in_a_thread(self, work: Callable[[], bytes]) -> bytes:
        if not self._turn.acquire(timeout=self._time_limit):
            raise _busy()
        done: list[bytes] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                done.append(work())
            except BaseException as error:
                failed.append(error)
            finally:
                self._turn.release()

        thread = threading.Thread(target=run, name="press", daemon=True)
        thread.start()
        thread.join(self._time_limit)
        if failed:
            raise failed[0]
        if not done:
            raise _busy()
        return done[0]


def pdf(html: str) -> bytes:
    """This page as PDF/UA-1: tagged, with its language and title. Raises NoPress where Pango is missing."""
    weasyprint = library()
    fonts = weasyprint.text.fonts.FontConfiguration()
    fetcher = _fetcher()()
    sheet = weasyprint.CSS(string=SHEET.read_text("utf-8"), url_fetcher=fetcher, font_config=fonts)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=None)
    made: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
    return made


def library() -> Any:
    """WeasyPrint, loaded at the first call. Raises NoPress where the libraries of the system are missing."""
    try:
        import weasyprint
        import weasyprint.text.fonts
    except OSError as missing:
        raise NoPress(str(missing)) from missing
    for chatty in ("weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return weasyprint


@cache
def _fetcher() -> Any:
    from weasyprint import URLFetcher
    from weasyprint.urls import URLFetcherResponse

    class OursOnly(URLFetcher):  # type: ignore[misc]
        """Reaches our fonts, and what an address itself holds. Its parent would ask any host, and read any file."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=["data"], allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:
            """The bytes behind an address. Raises ValueError for one that is not ours."""
            if url.startswith(FONT_SCHEME):
                return URLFetcherResponse(url, FONTS[url].read_bytes())
            return super().fetch(url, headers)

    return OursOnly


def _busy() -> Unavailable:
    return Unavailable(_("Too many sheets are being made at once. Try again in a minute."))

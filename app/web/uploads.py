"""Files on their way in: taken from a form once it is known who sends them, and looked at a few at a time."""

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Annotated, Final

from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request

from app.core.apart import done_by, too_busy
from app.core.errors import Invalid, NotAllowed
from app.core.files import minding_room
from app.core.language import gettext as _
from app.web.forms import TOKEN, Form, sealed
from app.web.needs import EditableArticle, Here, Reading, SignedIn
from app.web.visit import Visit
from content.drafting import writes_for
from content.file_kinds import KINDS, MEGABYTE
from content.preparing import PreparedFile, prepare_apart

BOX: Final = "bestand"
"""The field that files come in."""

MOST_AT_ONCE: Final = 20
"""Files in one form."""

LARGEST: Final = max(kind.most_megabytes for kind in KINDS) * MEGABYTE

PATIENCE: Final = 3.0
"""Seconds that somebody waits for others whose files are being looked at."""

MOST_SECONDS: Final = 8.0
"""For waiting and looking together. An answer that says what was not done is better than none within ten."""

_places = BoundedSemaphore(2)


@dataclass(frozen=True)
class Sent:
    """A file as it was sent."""

    name: str
    file: UploadFile

    def prepared(self) -> PreparedFile:
        """What would be kept of it, within `one_of_few`. Raises Invalid, and Unavailable when there is no time left."""
        if (self.file.size or 0) > LARGEST:
            raise Invalid(_("This is more than we can take in at once."), field="file")
        return prepare_apart(self.name, self.file.file.read())


@dataclass(frozen=True)
class Upload:
    """A form with files in it."""

    form: Form
    files: Sequence[Sent]


async def uploaded(request: Request, here: Here, session: Reading, article: EditableArticle) -> AsyncIterator[Upload]:
    """The form with files that an author of this article sent from a page of ours. Raises NotAllowed for any other.

    Who may not change the article is turned away before a byte of it is read.
    """
    # It may be on its way for minutes; nothing of the database is held meanwhile.
    session.commit()
    async with _taken(request, here) as upload:
        yield upload


async def uploaded_by_a_writer(request: Request, here: Here, session: Reading, me: SignedIn) -> AsyncIterator[Upload]:
    """The same from somebody who writes for an organisation, before there is an article."""
    if not writes_for(session, me):
        raise NotAllowed(_("Only editors of an organisation that takes part can bring in pieces."))
    session.commit()
    async with _taken(request, here) as upload:
        yield upload


@asynccontextmanager
async def _taken(request: Request, here: Visit) -> AsyncIterator[Upload]:
    # What is large waits on disk until it is looked at.
    with minding_room():
        sent = await request.form(max_files=MOST_AT_ONCE, max_fields=40)
    try:
        files, tokens = [], []
        fields: dict[str, list[str]] = {}
        for name, value in sent.multi_items():
            if isinstance(value, UploadFile):
                if name == BOX and value.filename:
                    files.append(Sent(value.filename, value))
            elif name == TOKEN:
                tokens.append(value)
            else:
                fields.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
        form = sealed(here, Form(fields, token="".join(tokens)))
        yield Upload(form, files)
    finally:
        await sent.close()


Uploaded = Annotated[Upload, Depends(uploaded, scope="function")]
UploadedByAWriter = Annotated[Upload, Depends(uploaded_by_a_writer, scope="function")]


@contextmanager
def one_of_few() -> Iterator[float]:
    """Wait for a place among those whose files are being looked at; until when there is time for that.

    Only two are in memory at once: a film has 100 MB, and forty threads may want to look at one. Raises Unavailable
    when waiting takes too long.
    """
    until = time.monotonic() + MOST_SECONDS
    if not _places.acquire(timeout=PATIENCE):
        raise too_busy()
    try:
        with done_by(until):
            yield until
    finally:
        _places.release()

"""Files that programs send: taken in once it is known who sends them, and looked at a few at a time."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request

from app.core.errors import Invalid, NotAllowed
from app.core.files import minding_room
from app.core.language import gettext as _
from app.web.needs import Author, Reading, Slug
from app.web.uploads import one_of_few
from content import drafting
from content.drafting import editable_at
from content.preparing import PreparedFile, prepare_apart

IN_MEMORY: Final = 1_000_000
"""Bytes of a file on its way; what is larger waits on disk."""

Bytes: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file itself.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@contextmanager
def looking() -> Iterator[None]:
    """A place among those whose files are looked at. What does not fit in one is told of as `file`."""
    try:
        with one_of_few():
            yield
    except Invalid as problem:
        raise Invalid(problem.sentence, field=problem.field or "file") from problem


class Arriving:
    """A file that has come in whole."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile[bytes](IN_MEMORY)
        self._digest = sha256()

    def take(self, part: bytes) -> None:
        """The next part of it."""
        self._file.write(part)
        self._digest.update(part)

    @property
    def digest(self) -> str:
        """By which a repetition is known."""
        return self._digest.hexdigest()

    def prepared(self, name: str) -> PreparedFile:
        """What would be kept of it. Raises Invalid."""
        with looking():
            return prepare_apart(name, self.read())

    def read(self) -> bytes:
        """All of it, within `looking`."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        """Let go of it."""
        self._file.close()


async def arriving(request: Request, session: Reading, me: Author, slug: Slug) -> AsyncIterator[Arriving]:
    """The file that an author of this article sends. Whoever may not is turned away before a byte of it is read."""
    editable_at(session, slug, me)
    # It may be on its way for minutes; nothing of the database is held meanwhile.
    session.commit()
    async with _taken_in(request) as file:
        yield file


OwnerSlug = Annotated[
    str, Query(min_length=1, max_length=120, description="The organisation that owns the pieces: one you write for.")
]


async def arriving_for(
    request: Request, session: Reading, me: Author, organisation: OwnerSlug
) -> AsyncIterator[Arriving]:
    """The same from somebody who writes for this organisation, before there is an article."""
    if not drafting.writes_for(session, me):
        raise NotAllowed(_("Only editors of an organisation that takes part can bring in pieces."))
    drafting.owner_called(session, organisation, me)
    session.commit()
    async with _taken_in(request) as file:
        yield file


@asynccontextmanager
async def _taken_in(request: Request) -> AsyncIterator[Arriving]:
    file = Arriving()
    try:
        with minding_room():
            async for part in request.stream():
                file.take(part)
        yield file
    finally:
        file.close()


Arrived = Annotated[Arriving, Depends(arriving, scope="function")]
ArrivedFor = Annotated[Arriving, Depends(arriving_for, scope="function")]

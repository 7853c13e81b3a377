"""Where files lie: on disk or in an S3 bucket, each under the hash of what is in it.

A file never changes: other bytes are another file. The same bytes kept twice are kept once.
"""

import errno
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from app.core.errors import NoRoom, NotFound, Unavailable
from app.core.language import gettext as _
from app.core.settings import settings

if TYPE_CHECKING:
    from obstore import GetOptions, GetResult
    from obstore.store import ClientConfig, RetryConfig

log = logging.getLogger(__name__)

CHUNK: Final = 256 * 1024

FULL: Final = (errno.ENOSPC, errno.EDQUOT)
"""How the operating system says that the disk is full."""

_DIGEST: Final = re.compile("[0-9a-f]{64}")
_GIVEN: Final = re.compile("original/[0-9a-f]{2}/[0-9a-f]{64}|rendition/[0-9a-f]{2}/[0-9a-f]{64}/[0-9]+[.]webp")
_MADE: Final = re.compile(r"[a-z]+/[0-9]+/[a-z0-9-]+(\.[a-z]+)?")


class Storage:
    """The files below one address: a folder, or `s3://bucket/prefix`.

    For S3 the keys come from the environment, as every S3 program reads them (`AWS_ACCESS_KEY_ID`, `AWS_REGION`, ...);
    `endpoint` is the address of a server that is not Amazon's. Every method raises Unavailable when the store does not
    answer, NoRoom when its disk is full; what is not there is NotFound.
    """

    def __init__(self, address: str | Path, endpoint: str = "") -> None:
        self._folder = None if str(address).startswith("s3://") else Path(address).absolute()
        self._store = _bucket(str(address), endpoint) if self._folder is None else _local(self._folder)

    def keep(self, data: bytes) -> str:
        """Keep these bytes and give their SHA-256 in hexadecimal. They are whole on disk when this returns."""
        digest = sha256(data).hexdigest()
        self._put(_key(digest), data)
        return digest

    def read(self, digest: str) -> bytes:
        """All of a file at once."""
        with _told_plainly():
            return bytes(obstore.get(self._store, _key(digest)).bytes())

    def stream(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """A file in pieces, from byte `start` up to byte `end` (not included). Whether it is there is known at once."""
        with _told_plainly():
            part: GetOptions = {"range": {"offset": start} if end is None else (start, end)}
            # A range of nothing but the beginning is refused for an empty file.
            found = obstore.get(self._store, _key(digest), options=part if start or end is not None else None)
        return _pieces(found)

    def exists(self, digest: str) -> bool:
        """Whether a file with this hash is kept."""
        try:
            with _told_plainly():
                obstore.head(self._store, _key(digest))
        except NotFound:
            return False
        return True

    def forget(self, digest: str) -> None:
        """Remove a file and its renditions. Forgetting what is not there changes nothing."""
        with _told_plainly():
            renditions = obstore.list(self._store, prefix=_folder_of_renditions(digest)).collect()
            for key in (*(each["path"] for each in renditions), _key(digest)):
                self._delete(key)

    def keep_rendition(self, digest: str, width: int, data: bytes) -> None:
        """Keep a picture in one width beside the file it was made from."""
        self._put(_rendition(digest, width), data)

    def rendition(self, digest: str, width: int) -> bytes:
        """A picture in one width."""
        with _told_plainly():
            return bytes(obstore.get(self._store, _rendition(digest, width)).bytes())

    # --- what was made from files and rows, and can be made again ------------------------------------------------

    def keep_made(self, name: str, data: bytes) -> None:
        """Keep something made, such as a drawing. `name` (`kind/number/what.png`) says all that it was made from.

        Where the store is full or away it is only told in the log: whoever has it reads it, and it can be made again.
        Raises NotFound for a name that leads elsewhere.
        """
        key = _made(name)
        try:
            self._put(key, data)
        # Not there: another process forgot it in the moment between.
        except (Unavailable, NoRoom, NotFound) as away:
            log.warning("something made could not be kept", exc_info=away)

    def made(self, name: str) -> bytes:
        """Something made that was kept under this name."""
        with _told_plainly():
            return bytes(obstore.get(self._store, _made(name)).bytes())

    def forget_made(self, folder: str, *, but: str = "") -> None:
        """Forget what was made for one thing (`kind/number`), except the one of this name."""
        with _told_plainly():
            for each in obstore.list(self._store, prefix=_made(f"{folder}/x").removesuffix("/x")).collect():
                if each["path"] != f"made/{but}":
                    self._delete(each["path"])

    # --- for backups ---------------------------------------------------------------------------------------------

    def everything(self) -> Iterator[str]:
        """The name of everything that cannot be made again, and of renditions, which are costly to make."""
        for prefix in ("original", "rendition"):
            with _told_plainly():
                for some in obstore.list(self._store, prefix=prefix):
                    yield from (each["path"] for each in some)

    def take(self, key: str) -> bytes:
        """What lies under this name."""
        with _told_plainly():
            return bytes(obstore.get(self._store, key).bytes())

    def give(self, key: str, data: bytes) -> bool:
        """Lay it there again. What is there already is the same, and stays; whether it was not there before."""
        if not _GIVEN.fullmatch(key) or (key.startswith("original/") and sha256(data).hexdigest() != key[-64:]):
            raise NotFound(_("This file is not there."))
        return self._put(key, data)

    def take_away(self, key: str) -> None:
        """Undo `give`."""
        with _told_plainly():
            self._delete(key)

    def _put(self, key: str, data: bytes) -> bool:
        with _told_plainly():
            try:
                obstore.put(self._store, key, data, mode="create")
            except AlreadyExistsError:
                return False
            if self._folder is not None:
                _to_disk(self._folder / key)
        return True

    def _delete(self, key: str) -> None:
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return


def storage() -> Storage:
    """The store that the settings name."""
    chosen = settings()
    return _opened(chosen.files_address, chosen.files_endpoint)


@cache
def _opened(address: str, endpoint: str) -> Storage:
    return Storage(address, endpoint)


def _local(folder: Path) -> LocalStore:
    return LocalStore(folder, mkdir=True, automatic_cleanup=True)


def _bucket(address: str, endpoint: str) -> S3Store:
    patience: ClientConfig = {"connect_timeout": "5s", "timeout": "60s", "allow_http": endpoint.startswith("http://")}
    retries: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
    if not endpoint:
        return S3Store.from_url(address, client_options=patience, retry_config=retries)
    return S3Store.from_url(
        address, endpoint=endpoint, virtual_hosted_style_request=False, client_options=patience, retry_config=retries
    )


def _key(digest: str) -> str:
    """Two letters first, so that no folder grows beyond what a file system lists with ease."""
    if not _DIGEST.fullmatch(digest):
        raise NotFound(_("This file is not there."))
    return f"original/{digest[:2]}/{digest}"


def _made(name: str) -> str:
    if not _MADE.fullmatch(name):
        raise NotFound(_("This file is not there."))
    return f"made/{name}"


def _folder_of_renditions(digest: str) -> str:
    return _key(digest).replace("original/", "rendition/")


def _rendition(digest: str, width: int) -> str:
    return f"{_folder_of_renditions(digest)}/{width:d}.webp"


def _pieces(found: "GetResult") -> Iterator[bytes]:
    with _told_plainly():
        for piece in found.stream(min_chunk_size=CHUNK):
            yield bytes(piece)


def _to_disk(path: Path) -> None:
    # The store writes aside and renames, which survives a kill; after a power cut the name could hold nothing.
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def minding_room() -> Iterator[None]:
    """For what is written beside the store, such as a file on its way in: raises NoRoom when the disk is full."""
    try:
        yield
    except OSError as problem:
        if not _is_full(problem):
            raise
        raise _no_room() from problem


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as problem:
        raise NotFound(_("This file is not there.")) from problem
    except (BaseError, OSError) as problem:
        if _is_full(problem):
            raise _no_room() from problem
        raise Unavailable(_("The file store does not answer. Try again in a moment.")) from problem


def _no_room() -> NoRoom:
    return NoRoom(_("There is no room left on our side, so nothing was changed. Reading goes on; try again later."))


def _is_full(problem: Exception) -> bool:
    number = problem.errno if isinstance(problem, OSError) else None
    # The store tells what the operating system said in words alone.
    return number in FULL or any(f"(os error {each})" in str(problem) for each in FULL)

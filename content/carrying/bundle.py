"""The files of a folder or a zip, by their path. What leads out of it, and what is too much, is never read."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - a class with the name of a variable

from app.core.errors import Invalid
from app.core.language import gettext as _

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 2_000_000_000
"""Of all files together, unpacked."""


class Bundle(Mapping[str, bytes]):
    """Path -> bytes, each read when it is asked for."""

    def __init__(self, source: Path) -> None:
        """Raises Invalid for what is no folder and no zip, or holds too much."""
        self._folder = source if source.is_dir() else None
        try:
            self._zip = None if self._folder else ZipFile(source)
        except (BadZipFile, OSError) as problem:
            raise Invalid(_("This is no folder and no zip file.")) from problem
        sizes = dict(self._sizes())
        if len(sizes) > MOST_FILES or sum(sizes.values()) > MOST_BYTES:
            raise Invalid(_("There is more in it than we can take in at once."))
        self._names = sizes

    def __getitem__(self, path: str) -> bytes:
        if path not in self._names:
            raise KeyError(path)
        if self._folder is not None:
            return (self._folder / path).read_bytes()
        assert self._zip is not None
        try:
            with self._zip.open(path) as part:
                # No more than it said it has: a container can lie.
                return part.read(self._names[path])
        except (BadZipFile, ZlibError, EOFError, NotImplementedError, OSError, RuntimeError) as problem:
            raise Invalid(_("“%(name)s” in the zip file is damaged.", name=path[:80])) from problem

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _sizes(self) -> Iterator[tuple[str, int]]:
        if self._folder is not None:
            for each in sorted(self._folder.rglob("*")):
                # Where a link leads is not part of the folder.
                if each.is_file() and not each.is_symlink():
                    yield each.relative_to(self._folder).as_posix(), each.stat().st_size
        elif self._zip is not None:
            for part in self._zip.infolist():
                path = PurePosixPath(part.filename)
                if not part.is_dir() and not path.is_absolute() and ".." not in path.parts:
                    yield part.filename, part.file_size

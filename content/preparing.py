"""Preparing a file: recognised, made harmless, a picture without traces of who made it where. Nothing is kept yet."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from app.core import drawings, images
from app.core.images import Picture, Rendition
from content.file_kinds import FileKind, recognise, safe_name
from content.office_files import require_harmless, require_harmless_apart


@dataclass(frozen=True)
class PreparedFile:
    """A file as it would be kept."""

    name: str
    kind: FileKind
    data: bytes
    width: int | None = None
    height: int | None = None
    """In pixels, of pictures and drawings."""
    renditions: tuple[Rendition, ...] = ()
    """Of a photo, which is shown in several widths; a drawing fits every size."""

    @cached_property
    def hash(self) -> str:
        """By which the store knows it."""
        return sha256(self.data).hexdigest()


def prepare_apart(name: str, data: bytes) -> PreparedFile:
    """The same as `prepare_file`, with pictures and documents opened in a process of their own.

    For what strangers send. Raises Unavailable when the machine had no time for it.
    """
    return prepare_file(name, data, look=images.made_fit_apart, look_through=require_harmless_apart)


def prepare_file(
    name: str,
    data: bytes,
    *,
    look: Callable[[bytes], Picture] = images.made_fit,
    look_through: Callable[[bytes, str], None] = require_harmless,
) -> PreparedFile:
    """What would be kept of a file, without keeping it; the same file gives the same.

    Raises Invalid for what we do not take, what is not what its name says, and what is damaged or active.
    """
    kind, plain_name = recognise(name, data, look_through=look_through), safe_name(name)
    if not kind.is_shown:
        return PreparedFile(plain_name, kind, data)
    if kind.extension == "svg":
        drawing = drawings.clean(data)
        return PreparedFile(plain_name, kind, drawing.data, drawing.width, drawing.height)
    picture = look(data)
    return PreparedFile(plain_name, kind, picture.data, picture.width, picture.height, picture.renditions)

"""Films: which captions belong to which, and which have none yet.

Captions are a file of their own beside the film, under the same name: `cel.mp4` and `cel.vtt`. A picture under that
name is what stands there until somebody starts it.
"""

from collections.abc import Sequence
from typing import Final

from content.file_kinds import extension_of
from content.snapshot import FileUse

FILM: Final = "mp4"
CAPTIONS: Final = "vtt"
PICTURES: Final = ("jpg", "png", "webp")


def is_film(use: FileUse) -> bool:
    """Whether this is shown by a player."""
    return extension_of(use.name) == FILM


def captions_of(files: Sequence[FileUse], film: FileUse) -> FileUse | None:
    """What is said in this film, if somebody wrote it down."""
    return _beside(files, film, (CAPTIONS,))


def poster_of(files: Sequence[FileUse], film: FileUse) -> FileUse | None:
    """The picture that stands there until it is started."""
    return _beside(files, film, PICTURES)


def is_poster(files: Sequence[FileUse], picture: FileUse) -> bool:
    """Whether this picture stands there until a film is started."""
    return any(is_film(use) and poster_of(files, use) is picture for use in files)


def film_of(files: Sequence[FileUse], captions: FileUse) -> FileUse | None:
    """The film to which these captions belong."""
    return _beside(files, captions, (FILM,)) if extension_of(captions.name) == CAPTIONS else None


def captions_name(film: str) -> str:
    """How the captions of this film are called."""
    return f"{_stem(film)}.{CAPTIONS}"


def with_their_captions(files: Sequence[FileUse]) -> tuple[FileUse, ...]:
    """The same files, with captions shown to those who see their film, and nowhere by themselves.

    What is said in a film is as private as the film.
    """
    return tuple(_in_step(files, use) for use in files)


def uncaptioned(files: Sequence[FileUse]) -> list[str]:
    """Names of the films of which nobody wrote down what is said, nor that nothing is said in them."""
    return [use.name for use in files if is_film(use) and not use.is_decorative and captions_of(files, use) is None]


def _in_step(files: Sequence[FileUse], use: FileUse) -> FileUse:
    film = film_of(files, use)
    if film is None:
        return use
    return use.model_copy(update={"visibility": film.visibility, "listed": False})


def _beside(files: Sequence[FileUse], use: FileUse, extensions: Sequence[str]) -> FileUse | None:
    names = {f"{_stem(use.name)}.{extension}" for extension in extensions}
    return next((each for each in files if each.name in names), None)


def _stem(name: str) -> str:
    return name.rpartition(".")[0]

"""Unpacked: the files of a zip that somebody sent. Runs apart (`app.core.apart`): a zip may be made to do harm."""

import encodings.cp437  # noqa: F401 - how a zip writes names; apart, nothing more can be imported once it works
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - a class with the name of a variable

MOST_FILES: Final = 500
MOST_BYTES: Final = 60_000_000
"""Of all files together, unpacked."""

LONGEST_NAME: Final = 300

Made = tuple[dict[str, Any], list[bytes]]


def answer(data: bytes) -> Made:
    """Paths with their bytes, and the names of what was left where it is: damaged, locked, or leading out of the zip.

    `wrong` says why there is nothing: `no zip` or `too much`.
    """
    try:
        container = ZipFile(BytesIO(data))
    except (BadZipFile, NotImplementedError, OSError, ValueError):
        return {"wrong": "no zip"}, []
    parts = [part for part in container.infolist() if not part.is_dir() and not _is_of_a_machine(part.filename)]
    if len(parts) > MOST_FILES or sum(part.file_size for part in parts) > MOST_BYTES:
        return {"wrong": "too much"}, []
    found: dict[str, bytes] = {}
    left = []
    for part in parts:
        read = _read(container, part) if _is_ordinary(part) and part.filename not in found else None
        if read is None:
            left.append(part.filename[:80])
        else:
            found[part.filename] = read
    top = _top(list(found))
    names = [path.removeprefix(top) for path in found]
    return {"names": names, "left": left}, list(found.values())


def _is_of_a_machine(name: str) -> bool:
    """What a computer puts into a zip of its own accord."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name in (".DS_Store", "Thumbs.db", "desktop.ini")


def _is_ordinary(part: ZipInfo) -> bool:
    name = part.filename
    leads_out = name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name or "\x00" in name
    is_locked = part.flag_bits & 1
    is_plain = part.compress_type in (ZIP_STORED, ZIP_DEFLATED)
    return not leads_out and not is_locked and is_plain and len(name) <= LONGEST_NAME


def _read(container: ZipFile, part: ZipInfo) -> bytes | None:
    try:
        with container.open(part) as stream:
            # No more than it said it has: a zip can lie.
            return stream.read(part.file_size)
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        return None


def _top(paths: list[str]) -> str:
    """The folder in which everything lies, as it does in a zip of a folder; empty when there is none."""
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    is_in_one = len(tops) == 1 and all("/" in path for path in paths) and tops != {"files"}
    return f"{tops.pop()}/" if is_in_one else ""

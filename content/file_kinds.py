"""Which files a piece may bring along, how we know that they are what they say, and how they are given out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

import filetype  # type: ignore[import-untyped]

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.language import number
from app.core.text import one_line, slug
from content.office_files import require_harmless
from content.office_package import MAIN_PART

MEGABYTE: Final = 1_000_000
OFFICE: Final = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that we take."""

    extension: str
    media_type: str
    most_megabytes: int = 50
    is_shown: bool = False
    """Whether a browser may show it in a page; everything else is offered for saving."""

    @property
    def label(self) -> str:
        """What people call it, in the current language."""
        return {
            "pdf": _("Pdf"),
            "docx": _("Word document"),
            "xlsx": _("Spreadsheet"),
            "pptx": _("Slides"),
            "csv": _("Table (csv)"),
            "txt": _("Plain text"),
            "step": _("3D model (step)"),
            "stl": _("3D model (stl)"),
            "mp4": _("Film (mp4)"),
            "vtt": _("Captions (vtt)"),
            "svg": _("Drawing (svg)"),
            "jpg": _("Photo (jpg)"),
            "png": _("Picture (png)"),
            "webp": _("Picture (webp)"),
        }[self.extension]


KINDS: Final = (
    FileKind("pdf", "application/pdf"),
    FileKind("docx", f"{OFFICE}.wordprocessingml.document"),
    FileKind("xlsx", f"{OFFICE}.spreadsheetml.sheet"),
    FileKind("pptx", f"{OFFICE}.presentationml.presentation"),
    FileKind("csv", "text/csv", 20),
    FileKind("txt", "text/plain", 20),
    FileKind("step", "model/step"),
    FileKind("stl", "model/stl"),
    FileKind("mp4", "video/mp4", 100),
    FileKind("vtt", "text/vtt", 2),
    FileKind("svg", "image/svg+xml", 1, is_shown=True),
    FileKind("jpg", "image/jpeg", 25, is_shown=True),
    FileKind("png", "image/png", 25, is_shown=True),
    FileKind("webp", "image/webp", 25, is_shown=True),
)

BY_EXTENSION: Final = {kind.extension: kind for kind in KINDS}
BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in KINDS}

ALSO_WRITTEN: Final = {"jpeg": "jpg", "jpe": "jpg", "stp": "step"}

_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.ASCII)
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_MARKUP: Final = re.compile(r"\s*<(?:!|\?|html|head|body|script|svg|iframe)", re.IGNORECASE)


def recognise(name: str, data: bytes, *, look_through: Callable[[bytes, str], None] = require_harmless) -> FileKind:
    """The kind that both the name and the bytes say. Raises Invalid when they say nothing we take, or do not agree.

    Office documents have been looked through when this returns. Pictures and drawings are only recognised: what is
    kept of them comes out of `app.core.images` and `app.core.drawings`.
    """
    extension = extension_of(name)
    kind = BY_EXTENSION.get(extension)
    if kind is None:
        kinds = ", ".join(BY_EXTENSION)
        raise Invalid(_("We do not take this kind of file. We do take: %(kinds)s.", kinds=kinds), field="file")
    if not data:
        raise Invalid(_("This file is empty. Choose another one."), field="file")
    if len(data) > kind.most_megabytes * MEGABYTE:
        most = number(kind.most_megabytes)
        raise Invalid(_("This file is too large: %(label)s may have %(n)s MB.", label=kind.label, n=most), field="file")
    if extension in MAIN_PART:
        look_through(data, extension)
    elif not _agrees(kind, data):
        sentence = _("The name says %(label)s, but something else is inside. Save it again as that.", label=kind.label)
        raise Invalid(sentence, field="file")
    return kind


def extension_of(name: str) -> str:
    """The extension as we write it, without a point: the last one counts."""
    written = PurePosixPath(one_line(name)).suffix.removeprefix(".").lower()
    return ALSO_WRITTEN.get(written, written)


def safe_name(name: str) -> str:
    """A name for an address and for every file system: plain lower-case letters, digits, hyphens, one extension."""
    last = re.split(r"[/\\]", one_line(name))[-1]
    extension = extension_of(last)
    stem = slug(last[: last.rfind(".")] if extension else last)
    # Windows takes these for machines, whatever the extension.
    stem = f"bestand-{stem}" if _DEVICES.fullmatch(stem) else stem
    return f"{stem}.{slug(extension, limit=10)}" if extension else stem


def serving_headers(kind: FileKind, name: str) -> dict[str, str]:
    """Headers for giving out what somebody sent us: never more than a picture, never a page of ours.

    A browser may not guess another type, run anything in it, or let another site build it in. Pictures may be shown;
    everything else is saved under its name.
    """
    return {
        "Content-Type": kind.media_type,
        "Content-Disposition": disposition("inline" if kind.is_shown else "attachment", name),
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def disposition(how: str, name: str) -> str:
    """A Content-Disposition (RFC 6266) with the name twice: for old programs, and as it is (RFC 8187)."""
    plain = safe_name(name)
    full = one_line(name).replace("/", "-").replace("\\", "-")
    return f'{how}; filename="{plain}"' + (f"; filename*=UTF-8''{quote(full, safe='')}" if full != plain else "")


def _agrees(kind: FileKind, data: bytes) -> bool:
    match kind.extension:
        case "csv" | "txt":
            return _is_text(data)
        case "vtt":
            return _is_captions(data)
        case "step":
            # ISO 10303-21, 5.3: the exchange structure begins and ends with these words.
            return data.lstrip().startswith(b"ISO-10303-21;") and b"END-ISO-10303-21;" in data[-1_000:]
        case "stl":
            return _is_stl(data)
        case "svg":
            return b"<svg" in data[:4_000]
        case _:
            return bool(filetype.guess_mime(data[:4_000]) == kind.media_type)


def _is_text(data: bytes) -> bool:
    """Whether this is text in UTF-8, UTF-16 or the Western encoding of Windows, and no web page."""
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        is_other = filetype.guess_mime(data[:4_000]) in BY_MEDIA_TYPE
        return not (is_other or _CONTROLS.search(text) or _MARKUP.match(text))
    return False


def _is_captions(data: bytes) -> bool:
    """Whether this is WebVTT (W3C, 4): text in UTF-8 that begins with that word."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    first = text.replace("\r", "\n").partition("\n")[0]
    return bool(re.fullmatch(r"WEBVTT([ \t].*)?", first)) and not _CONTROLS.search(text)


def _is_stl(data: bytes) -> bool:
    # Binary: 80 bytes of anything, the number of triangles, 50 bytes for each.
    is_binary = len(data) >= 84 and len(data) == 84 + 50 * int.from_bytes(data[80:84], "little")
    return is_binary or (data.startswith(b"solid") and b"facet" in data[:4_000] and b"endsolid" in data[-1_000:])

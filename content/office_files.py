"""Documents of Word, Excel and PowerPoint: looked through as the containers they are before anything parses them."""

import codecs
import re
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - a class with the name of a variable

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from app.core.apart import Interrupted, Limits, NotDone, too_busy, work_apart
from app.core.errors import Invalid
from app.core.language import gettext as _
from content.office_package import MAIN_PART, TYPES, Package

MOST_PARTS: Final = 2_000
MOST_EXPANDED: Final = 200_000_000
"""Bytes of all parts together as the container declares them; unpacking stops there, whatever is in it."""

MOST_IN_A_LIST: Final = 4_000_000
"""Bytes of a part that lists others, which is read as a whole."""

_OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAM: Final = re.compile(
    r"(^|/)(vbaproject\.bin$|vbadata\.xml$|macrosheets/|activex/|dialogsheets/|customui/)", re.I
)
_EMBEDDED: Final = re.compile(r"(^|/)embeddings/(?!.*\.(docx|xlsx|pptx)$)", re.I)
_ENCODING: Final = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]+)""")
_ENCODINGS: Final = frozenset({b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
_DOCTYPE: Final = b"<!DOCTYPE"
_CHUNK: Final = 1 << 16

# Looked up by name later, when nothing can be read from disk any more.
for _encoding in ("utf-8", "utf-16", "ascii", "latin-1", "cp1252", "cp437"):
    codecs.lookup(_encoding)


APART: Final = Limits(megabytes=512, seconds=4, answer_megabytes=1)
"""200 MB in 2,000 parts take a second and a half."""


class Reason(StrEnum):
    """Why a document is not taken."""

    OLD = "old"
    DAMAGED = "damaged"
    LARGE = "large"
    OTHER = "other"
    PROGRAM = "program"
    DOCTYPE = "doctype"
    FETCHES = "fetches"


class Unfit(Exception):
    """A document that is not taken."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def in_words(self, extension: str) -> Invalid:
        """What to do about it, in the current language."""
        match self.reason:
            case Reason.OLD:
                words = _("This document is old or has a password. Save it as docx, xlsx or pptx without one.")
            case Reason.LARGE:
                words = _("This document is too large inside. Make the pictures in it smaller.")
            case Reason.OTHER:
                words = _("This is no .%(extension)s document inside. Save it as one first.", extension=extension)
            case Reason.PROGRAM:
                words = _("This document holds macros or other programs. Save it without them.")
            case Reason.DOCTYPE:
                words = _("This document holds a document type (DOCTYPE). Save it again in your office program.")
            case Reason.FETCHES:
                words = _("This document fetches something from elsewhere. Break its links to other files first.")
            case _:
                words = _("This document cannot be opened. Save it again and send the new file.")
        return Invalid(words)


def require_harmless(data: bytes, extension: str) -> None:
    """Raise Invalid when this is no document of that kind, or does more than hold text, figures and pictures.

    Refused: macros and embedded programs, passwords, document types (entities that grow), what is fetched on opening,
    too many or too large parts, names that lead out of the container.
    """
    try:
        look_through(data, extension)
    except Unfit as unfit:
        raise unfit.in_words(extension) from unfit


def require_harmless_apart(data: bytes, extension: str) -> None:
    """The same, looked through in a process of its own: for what strangers send. Also raises Unavailable."""
    try:
        told = work_apart("content.office_files", data, extension, limits=APART)
        unfit = Unfit(Reason(told["unfit"])) if told["unfit"] else None
    except Interrupted as late:
        raise too_busy() from late
    except (NotDone, KeyError, TypeError, ValueError) as problem:
        raise Unfit(Reason.DAMAGED).in_words(extension) from problem
    if unfit:
        raise unfit.in_words(extension)


def answer(data: bytes, extension: str) -> dict[str, Any]:
    """What is said apart: why it is not taken, or nothing."""
    try:
        look_through(data, extension)
    except Unfit as unfit:
        return {"unfit": unfit.reason}
    return {"unfit": ""}


def look_through(data: bytes, extension: str) -> None:
    """The same. Raises Unfit, which needs no words."""
    if data.startswith(_OLD_OR_LOCKED):
        raise Unfit(Reason.OLD)
    try:
        with ZipFile(BytesIO(data)) as container:
            _require_bounded(container)
            _require_kind(container, extension)
            _require_no_program(container)
            for part in container.infolist():
                _require_plain_xml(container, part)
            _require_nothing_fetched(container)
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, OSError, ValueError, KeyError) as problem:
        raise Unfit(Reason.DAMAGED) from problem


def _require_bounded(container: ZipFile) -> None:
    parts = container.infolist()
    names = {part.filename.lower() for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_EXPANDED:
        raise Unfit(Reason.LARGE)
    if len(names) < len(parts) or not all(map(_is_ordinary, parts)):
        raise Unfit(Reason.DAMAGED)


def _is_ordinary(part: ZipInfo) -> bool:
    name = part.filename
    leads_out = name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name
    is_locked = part.flag_bits & 1
    return not leads_out and not is_locked and part.compress_type in {ZIP_STORED, ZIP_DEFLATED}


def _require_kind(container: ZipFile, extension: str) -> None:
    names = set(container.namelist())
    if TYPES not in names or not (MAIN_PART[extension] in names or _is_called_otherwise(container, extension)):
        raise Unfit(Reason.OTHER)


def _is_called_otherwise(container: ZipFile, extension: str) -> bool:
    """Whether the main part has another name than usual, as Word on the web gives it."""
    try:
        return Package(container).is_a(extension)
    except (ParseError, DefusedXmlException) as problem:
        raise Unfit(Reason.DAMAGED) from problem


def _require_no_program(container: ZipFile) -> None:
    has_program = any(_PROGRAM.search(name) or _EMBEDDED.search(name) for name in container.namelist())
    if has_program or b"macroenabled" in _whole(container, TYPES).replace(b"\0", b"").lower():
        raise Unfit(Reason.PROGRAM)


def _require_plain_xml(container: ZipFile, part: ZipInfo) -> None:
    """No document type in any part: some readers expand the entities it may define. Pictures are not read as XML."""
    if "/media/" in part.filename:
        return
    before = b""
    for number, chunk in enumerate(_chunks(container, part)):
        # Without zero bytes UTF-16 and UTF-32 read like ASCII.
        seen = before + chunk.replace(b"\0", b"")
        encoding = _ENCODING.search(seen) if number == 0 else None
        if _DOCTYPE in seen or (encoding and encoding[1].lower() not in _ENCODINGS):
            raise Unfit(Reason.DOCTYPE)
        before = seen[-len(_DOCTYPE) :]


def _require_nothing_fetched(container: ZipFile) -> None:
    """Links that a reader clicks are fine; templates, pictures and data from elsewhere tell who opens the document."""
    for name in container.namelist():
        if not name.lower().endswith(".rels"):
            continue
        try:
            relations = fromstring(_whole(container, name))
        except (ParseError, DefusedXmlException) as problem:
            raise Unfit(Reason.DAMAGED) from problem
        for relation in relations:
            is_outside = relation.attrib.get("TargetMode", "").lower() == "external"
            if is_outside and not relation.attrib.get("Type", "").endswith("/hyperlink"):
                raise Unfit(Reason.FETCHES)


def _whole(container: ZipFile, name: str) -> bytes:
    part = container.getinfo(name)
    if part.file_size > MOST_IN_A_LIST:
        raise Unfit(Reason.DAMAGED)
    return b"".join(_chunks(container, part))


def _chunks(container: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with container.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk

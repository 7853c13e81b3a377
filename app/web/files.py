"""Files and pictures on their way out: never active, and asked about again every time they are used."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.core.errors import NotFound
from app.core.files import storage
from app.core.images import widths
from app.core.language import gettext as _
from app.people.actor import Actor
from content.attaching import OfferedFile
from content.draft_files import DraftFile
from content.file_kinds import BY_EXTENSION, BY_MEDIA_TYPE, disposition, extension_of, serving_headers
from content.models import Attachment

RENDITION: Final = re.compile(r"([1-9][0-9]{1,4})\.webp")
RANGE: Final = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
DRAWING: Final = "tekening.svg"
SVG: Final = "image/svg+xml"

_PRIVATE: Final = {"Cache-Control": "private, no-store"}


class Part(NamedTuple):
    """Which part of a file is wanted (RFC 9110, 14.2), and of which version of it."""

    range: str = ""
    if_range: str = ""


def file_answer(offered: OfferedFile, me: Actor, asked: Part | None = None) -> Response:
    """A file under its name, to be saved, or the part of it that was `asked` for.

    Of a photo the largest form: its original may tell where it was taken.
    """
    attachment = offered.attachment
    if attachment.width is not None and attachment.media_type != SVG:
        return picture_answer(attachment, f"{widths(attachment.width)[-1]}.webp", me)
    headers = serving_headers(BY_EXTENSION[extension_of(attachment.name)], attachment.name)
    return _streamed(attachment, headers | _asked_again(attachment.hash, me), asked)


def draft_file_answer(file: DraftFile, asked: Part | None = None) -> Response:
    """The same of a draft, for its author, who sent it."""
    headers = serving_headers(file.kind, file.use.name) | _PRIVATE
    headers["Content-Disposition"] = disposition("attachment", file.use.name)
    return _streamed(file.attachment, headers, asked)


def part_asked(request: Request) -> Part:
    """What a request says of that."""
    return Part(request.headers.get("range", ""), request.headers.get("if-range", ""))


def _streamed(attachment: Attachment, headers: Mapping[str, str], asked: Part | None) -> Response:
    """The whole of it, or the part that a player asked for so that it can jump."""
    size, told = attachment.size, {**headers, "Accept-Ranges": "bytes"}
    is_of_this = asked is not None and asked.if_range in ("", told.get("ETag"))
    part = _part(asked.range, size) if asked and is_of_this else None
    if part is None:
        return StreamingResponse(storage().stream(attachment.hash), headers=told | {"Content-Length": str(size)})
    start, end = part
    if start >= end:
        return Response(status_code=416, headers=told | {"Content-Range": f"bytes */{size}"})
    told |= {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return StreamingResponse(storage().stream(attachment.hash, start, end), status_code=206, headers=told)


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """From where up to where; None for all of it: nothing was asked, or several parts, or what nobody understands."""
    found = RANGE.fullmatch(asked.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size if int(found[2]) else 0
    if found[2] and int(found[2]) < int(found[1]):
        return None
    return int(found[1]), min(size, int(found[2]) + 1) if found[2] else size


def picture_answer(attachment: Attachment, form: str, me: Actor) -> Response:
    """A photo in one of its widths, or a drawing as it is. Raises NotFound for any other form."""
    asked = RENDITION.fullmatch(form)
    if attachment.media_type == SVG and form == DRAWING:
        kind, body = BY_MEDIA_TYPE[SVG], storage().read(attachment.hash)
    elif attachment.media_type != SVG and asked and attachment.width and int(asked[1]) in widths(attachment.width):
        kind, body = BY_EXTENSION["webp"], storage().rendition(attachment.hash, int(asked[1]))
    else:
        raise NotFound(_("There is nothing at this address."))
    return Response(body, headers=serving_headers(kind, form) | _asked_again(attachment.hash + form, me))


def picture_kept(hash: str, me: Actor) -> Response:
    """A picture that we made ourselves and keep under this hash, as WebP."""
    body = storage().read(hash)
    return Response(body, headers=serving_headers(BY_EXTENSION["webp"], "logo.webp") | _asked_again(hash, me))


def _asked_again(form: str, me: Actor) -> dict[str, str]:
    """Browsers keep it and ask each time whether it may still be seen; a signed-in reader's is not kept at all."""
    if me.is_signed_in:
        return dict(_PRIVATE)
    return {"Cache-Control": "no-cache", "ETag": f'"{sha256(form.encode()).hexdigest()[:24]}"', "Vary": "Cookie"}

"""Files and pictures on their way out: never active, and asked about again every time they are used."""

import re
from hashlib import sha256
from typing import Final

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
DRAWING: Final = "tekening.svg"
SVG: Final = "image/svg+xml"

_PRIVATE: Final = {"Cache-Control": "private, no-store"}


def file_answer(offered: OfferedFile, me: Actor) -> Response:
    """A file under its name, to be saved. Of a photo the largest form: its original may tell where it was taken."""
    attachment = offered.attachment
    if attachment.width is not None and attachment.media_type != SVG:
        return picture_answer(attachment, f"{widths(attachment.width)[-1]}.webp", me)
    headers = serving_headers(BY_EXTENSION[extension_of(attachment.name)], attachment.name)
    headers |= _asked_again(attachment.hash, me) | {"Content-Length": str(attachment.size)}
    return StreamingResponse(storage().stream(attachment.hash), headers=headers)


def draft_file_answer(file: DraftFile) -> Response:
    """The same of a draft, for its author, who sent it."""
    headers = serving_headers(file.kind, file.use.name) | _PRIVATE | {"Content-Length": str(file.attachment.size)}
    headers["Content-Disposition"] = disposition("attachment", file.use.name)
    return StreamingResponse(storage().stream(file.attachment.hash), headers=headers)


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

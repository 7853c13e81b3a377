"""Picturing: a stranger's picture made fit to show. Runs apart (`app.core.apart`): a picture may be made to do harm."""

from typing import Any

from PIL import Image, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

from app.core.images import Unfit, looked_at

# Looked up by name later, when nothing can be read from disk any more. EXIF is a small TIFF.
Image.preinit()
READERS = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)


def answer(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The picture without traces and its renditions, with their sizes; or why it cannot be used."""
    try:
        picture = looked_at(data)
    except Unfit as unfit:
        return {"unfit": unfit.reason, "most": unfit.most}, []
    sizes = [(picture.width, picture.height), *((each.width, each.height) for each in picture.renditions)]
    return {"sizes": sizes}, [picture.data, *(each.data for each in picture.renditions)]

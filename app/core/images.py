"""Pictures made fit to show: upright, of a few widths, in one format, without anything about who took them where."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image, ImageCms, ImageOps

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.language import number

WIDTHS: Final = (480, 960, 1600)
"""Pixels: a phone, the reading measure of 38rem on a plain screen, and the same on a sharp one."""

MOST_PIXELS: Final = 40_000_000
"""Width times height. Phones of today send 12 to 24 megapixels; decoding 40 takes 120 MB."""

_HELD: Final = {"WEBP": 8, "PNG": 4}
"""Bytes that decoding holds for a pixel where that is more than three: the WebP reader keeps whole frames besides the
picture (606 MB for 40 megapixels), a PNG may be see-through. Those may have fewer pixels."""

LONGEST_SIDE: Final = 16_383
"""Pixels: the limit of WebP itself (RFC 9649, 2.6)."""

QUALITY: Final = 80

FORMATS: Final = ("JPEG", "PNG", "WEBP")

_SRGB: Final = ImageCms.createProfile("sRGB")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# Pillow warns from its limit on and refuses only at twice as much. For us the limit is the limit.
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Rendition:
    """A picture in one width, as WebP."""

    width: int
    height: int
    data: bytes


def widths(original: int) -> tuple[int, ...]:
    """The widths in which a picture of this width is offered, small to large: never larger than itself."""
    return (*(width for width in WIDTHS if width < original), min(original, WIDTHS[-1]))[: len(WIDTHS)]


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels as the picture stands upright. Raises Invalid as `renditions` does."""
    with _opened(data) as picture:
        return _upright_size(picture)


def renditions(data: bytes) -> list[Rendition]:
    """The picture in each of its widths; the same bytes give the same renditions.

    Turned as the camera said, in sRGB, and without EXIF, position, XMP, colour profile or comments. Raises Invalid for
    what is no JPEG, PNG or WebP, is damaged, moves, or has too many pixels.
    """
    with _opened(data) as picture:
        width, height = _upright_size(picture)
        upright = ImageOps.exif_transpose(_in_srgb(_smaller(picture)))
        return [_rendition(upright, each, max(1, round(height * each / width))) for each in widths(width)]


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            _require_size(picture)
            yield picture
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_large() from problem
    except Exception as problem:
        # Pillow's readers raise whatever they trip over (OSError, SyntaxError, struct.error, ValueError, ...).
        raise Invalid(_("This picture cannot be read. Send it as jpg, png or webp.")) from problem


def _require_size(picture: Image.Image) -> None:
    if picture.width * picture.height > _most_pixels(picture) or max(picture.size) > LONGEST_SIDE:
        raise _too_large(_most_pixels(picture))
    # A JPEG may hold a second picture (depth, a preview); that does not move.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise Invalid(_("This picture moves. Send a still picture, or a film as mp4."))


def _most_pixels(picture: Image.Image) -> int:
    see_through = picture.has_transparency_data or picture.format == "WEBP"
    return MOST_PIXELS * 3 // _HELD.get(picture.format or "", 3) if see_through else MOST_PIXELS


def _too_large(most: int = MOST_PIXELS) -> Invalid:
    pixels, side = number(most // 1_000_000), number(LONGEST_SIDE)
    return Invalid(
        _("This picture is too large. It may have %(n)s megapixels and %(side)s pixels a side.", n=pixels, side=side)
    )


def _upright_size(picture: Image.Image) -> tuple[int, int]:
    # Orientations 5 to 8 stand on their side (EXIF 2.3, 4.6.4).
    sideways = picture.getexif().get(ExifTags.Base.Orientation, 1) in range(5, 9)
    return (picture.height, picture.width) if sideways else picture.size


def _smaller(picture: Image.Image) -> Image.Image:
    """In full colours, and at a half, a third ... of its size as long as the largest rendition fits in."""
    # A JPEG need not even be decoded in full: 40 megapixels cost 104 MB in place of 190.
    picture.draft(None, (WIDTHS[-1], WIDTHS[-1]))
    if picture.mode.startswith("I"):
        # Sixteen bits of grey: converting cuts off at 255 and would leave a white picture.
        picture = picture.point(lambda value: value / 257, "L")
    if picture.mode not in {"RGB", "RGBA", "CMYK"}:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    factor = min(picture.size) // WIDTHS[-1]
    return picture.reduce(factor) if factor > 1 else picture


def _in_srgb(picture: Image.Image) -> Image.Image:
    if profile := picture.info.get("icc_profile"):
        picture = _by_profile(picture, profile)
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _by_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    """The colours as the profile means them; a profile that does not fit is dropped."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        meant = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(picture, meant, _SRGB, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


def _rendition(picture: Image.Image, width: int, height: int) -> Rendition:
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    # The writer would copy EXIF, XMP and the profile from here.
    small.info = {}
    written = BytesIO()
    small.save(written, "WEBP", quality=QUALITY, method=4)
    return Rendition(width, height, written.getvalue())

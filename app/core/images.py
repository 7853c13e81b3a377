"""Pictures made fit to show: upright, of a few widths, in one format, without anything about who took them where."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image, ImageCms, ImageOps

from app.core.apart import Interrupted, Limits, NotDone, make_apart, too_busy
from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.language import number

WIDTHS: Final = (480, 960, 1600)
"""Pixels: a phone, the reading measure of 38rem on a plain screen, and the same on a sharp one."""

MOST_PIXELS: Final = 40_000_000
"""Width times height. Phones of today send 12 to 24 megapixels; 40 take 160 MB once decoded."""

_FEWER: Final = {b"RIFF": 15_000_000, b"\x89PNG": 30_000_000}
"""Formats that hold more while they are decoded or shrunk: the WebP reader keeps whole frames besides the picture (606
MB for 40 megapixels), a see-through PNG is copied. At these limits all stay below 300 MB."""

SHORT_SIDE_KEPT: Final = 2_400
"""Pixels. Enough to print across a page of A4 at 300 dots an inch."""

LONGEST_SIDE: Final = 16_383
"""Pixels: the limit of WebP itself (RFC 9649, 2.6)."""

QUALITY: Final = 80
QUALITY_KEPT: Final = 90
"""Of renditions, and of the picture that they are made from; the scale of JPEG and WebP."""

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


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it may be kept and shown: the whole of it without traces, and its renditions, small to large."""

    width: int
    height: int
    data: bytes
    renditions: tuple[Rendition, ...]


class Reason(StrEnum):
    """Why a picture cannot be used."""

    DAMAGED = "damaged"
    MOVES = "moves"
    LARGE = "large"


class Unfit(Exception):
    """A picture that cannot be used."""

    def __init__(self, reason: Reason, most: int = MOST_PIXELS) -> None:
        super().__init__(reason)
        self.reason = reason
        self.most = most
        """Pixels that one of its format may have."""

    def in_words(self) -> Invalid:
        """What to do about it, in the current language."""
        match self.reason:
            case Reason.MOVES:
                return Invalid(_("This picture moves. Send a still picture, or a film as mp4."))
            case Reason.LARGE:
                pixels, side = number(self.most // 1_000_000), number(LONGEST_SIDE)
                words = _(
                    "This picture is too large. It may have %(n)s megapixels and %(side)s pixels a side.",
                    n=pixels,
                    side=side,
                )
                return Invalid(words)
            case _:
                return Invalid(_("This picture cannot be read. Send it as jpg, png or webp."))


APART: Final = Limits(megabytes=640, seconds=4, answer_megabytes=64)
"""A picture at the limits takes 2 s and 300 MB; the rest is what the process needs to begin with."""


def made_fit_apart(data: bytes) -> Picture:
    """What `made_fit` gives, worked out in a process of its own: for what strangers send. Raises Invalid.

    And Unavailable when the machine had no time for it.
    """
    try:
        told, made = make_apart("app.core.picturing", data, limits=APART)
        if "unfit" in told:
            raise Unfit(Reason(told["unfit"]), int(told["most"])).in_words()
        sizes = [(int(width), int(height)) for width, height in told["sizes"]]
    except Interrupted as late:
        raise too_busy() from late
    except (NotDone, KeyError, TypeError, ValueError) as problem:
        raise Unfit(Reason.DAMAGED).in_words() from problem
    (width, height), whole = sizes[0], made[0]
    small = (Rendition(*size, each) for size, each in zip(sizes[1:], made[1:], strict=True))
    return Picture(width, height, whole, tuple(small))


def made_fit(data: bytes) -> Picture:
    """The picture without traces, with its renditions; the same bytes give the same. Raises Invalid."""
    with _in_words():
        return looked_at(data)


def looked_at(data: bytes) -> Picture:
    """The same. Raises Unfit, which needs no words."""
    clean = _without_traces(data)
    with _opened(clean) as picture:
        width, height = picture.size
    return Picture(width, height, clean, tuple(_renditions(clean)))


def widths(original: int) -> tuple[int, ...]:
    """The widths in which a picture of this width is offered, small to large: never larger than itself."""
    return (*(width for width in WIDTHS if width < original), min(original, WIDTHS[-1]))[: len(WIDTHS)]


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels as the picture stands upright. Raises Invalid as `renditions` does."""
    with _in_words(), _opened(data) as picture:
        return _upright_size(picture)


def without_traces(data: bytes) -> bytes:
    """The whole picture as it may be kept and given out: upright, in sRGB, in its own format, with nothing but pixels.

    What somebody hid in or behind the file is gone too. A picture of twice `SHORT_SIDE_KEPT` or more is made smaller by
    a whole factor. Raises Invalid as `renditions` does.
    """
    with _in_words():
        return _without_traces(data)


def renditions(data: bytes) -> list[Rendition]:
    """The picture in each of its widths; the same bytes give the same renditions.

    Turned as the camera said, in sRGB, and without EXIF, position, XMP, colour profile or comments. Raises Invalid for
    what is no JPEG, PNG or WebP, is damaged, moves, or has too many pixels.
    """
    with _in_words():
        return _renditions(data)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Unfit as unfit:
        raise unfit.in_words() from unfit


def _without_traces(data: bytes) -> bytes:
    with _opened(data) as picture:
        form = "JPEG" if picture.format == "MPO" else picture.format
        plain = _in_srgb(_smaller(picture, SHORT_SIDE_KEPT))
        # In place: turning would else copy a picture that stands upright already.
        ImageOps.exif_transpose(plain, in_place=True)
        return _written(plain, form or "PNG", quality=QUALITY_KEPT)


def _renditions(data: bytes) -> list[Rendition]:
    with _opened(data) as picture:
        width, height = _upright_size(picture)
        upright = ImageOps.exif_transpose(_in_srgb(_smaller(picture, WIDTHS[-1])))
        return [_rendition(upright, each, max(1, round(height * each / width))) for each in widths(width)]


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            _require_size(picture, _most_pixels(data))
            yield picture
    except Unfit:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise Unfit(Reason.LARGE, _most_pixels(data)) from problem
    except Exception as problem:
        # Pillow's readers raise whatever they trip over (OSError, SyntaxError, struct.error, ValueError, ...).
        raise Unfit(Reason.DAMAGED) from problem


def _require_size(picture: Image.Image, most: int) -> None:
    if picture.width * picture.height > most or max(picture.size) > LONGEST_SIDE:
        raise Unfit(Reason.LARGE, most)
    # A JPEG may hold a second picture (depth, a preview); that does not move.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise Unfit(Reason.MOVES)


def _most_pixels(data: bytes) -> int:
    return _FEWER.get(data[:4], MOST_PIXELS)


def _upright_size(picture: Image.Image) -> tuple[int, int]:
    # Orientations 5 to 8 stand on their side (EXIF 2.3, 4.6.4).
    sideways = picture.getexif().get(ExifTags.Base.Orientation, 1) in range(5, 9)
    return (picture.height, picture.width) if sideways else picture.size


def _smaller(picture: Image.Image, side: int) -> Image.Image:
    """In full colours, and at a half, a third ... of its size as long as both sides keep this many pixels."""
    # A JPEG need not even be decoded in full.
    picture.draft(None, (side, side))
    picture = _in_full_colours(picture)
    factor = min(picture.size) // side
    return picture.reduce(factor) if factor > 1 else picture


def _in_full_colours(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # Sixteen bits of grey: converting cuts off at 255 and would leave a white picture.
        picture = picture.point(lambda value: value / 257, "L")
    if picture.mode in {"RGB", "RGBA", "CMYK"}:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


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
    return Rendition(width, height, _written(small, "WEBP", quality=QUALITY))


def _written(picture: Image.Image, form: str, *, quality: int) -> bytes:
    # The writer would copy EXIF, XMP, comment and profile from here.
    picture.info = {}
    written = BytesIO()
    picture.save(written, form, quality=quality)
    return written.getvalue()

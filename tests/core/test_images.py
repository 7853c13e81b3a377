import random
import zlib
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from app.core.errors import Invalid
from app.core.images import renditions, size, widths, without_traces
from app.core.language import speaking

RED, BLUE = (200, 30, 30), (30, 30, 200)
EMMEN = {1: "N", 2: (52.0, 47.0, 6.0), 3: "E", 4: (6.0, 53.0, 51.0)}


def photo(
    width: int = 700,
    height: int = 400,
    *,
    orientation: int = 1,
    form: str = "JPEG",
    profile: bytes | None = None,
    comment: bytes = b"",
) -> bytes:
    """Red above blue, as a camera would send it: with its name, a position and a remark."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (0, height // 2, width, height))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "Kantbankcamera 3000"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(EMMEN)
    extra = {"comment": comment} if comment else {}
    written = BytesIO()
    picture.save(written, form, exif=exif, xmp=b"<x:xmpmeta>Femke</x:xmpmeta>", icc_profile=profile, **extra)
    return written.getvalue()


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    written = BytesIO()
    picture.save(written, form, **options)
    return written.getvalue()


def shown(data: bytes) -> Image.Image:
    """The smallest rendition, decoded."""
    return Image.open(BytesIO(renditions(data)[0].data))


def refusal(data: bytes) -> str:
    with speaking("en"), pytest.raises(Invalid) as refused:
        renditions(data)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("original", "offered"),
    [
        (4000, (480, 960, 1600)),
        (1600, (480, 960, 1600)),
        (1200, (480, 960, 1200)),
        (960, (480, 960)),
        (700, (480, 700)),
        (300, (300,)),
        (1, (1,)),
    ],
)
def test_a_picture_is_offered_in_no_width_above_its_own(original: int, offered: tuple[int, ...]) -> None:
    assert widths(original) == offered


def test_renditions_are_webp_in_the_offered_widths() -> None:
    made = renditions(photo(1200, 600))
    assert [(each.width, each.height) for each in made] == [(480, 240), (960, 480), (1200, 600)]
    for each in made:
        with Image.open(BytesIO(each.data)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (each.width, each.height))


def test_the_same_bytes_give_the_same_renditions() -> None:
    assert renditions(photo()) == renditions(photo())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_taken_sideways_is_turned(form: str) -> None:
    data = photo(700, 400, orientation=6, form=form)
    assert size(data) == (400, 700)
    picture = shown(data).convert("RGB")
    assert picture.size == (400, 700)
    # What was on top is on the right now.
    left, right = picture.getpixel((20, 350)), picture.getpixel((380, 350))
    assert left[2] > 150 > left[0]
    assert right[0] > 150 > right[2]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nobody_can_read_from_a_rendition_who_took_it_and_where(form: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = photo(orientation=6, form=form, profile=profile, comment=b"Femke thuis" if form == "JPEG" else b"")
    assert b"Kantbankcamera" in data
    for written in (without_traces(data + b"<!-- Femke -->"), *(each.data for each in renditions(data))):
        with Image.open(BytesIO(written)) as picture:
            assert not picture.getexif()
            assert not set(picture.info) & {"exif", "xmp", "icc_profile", "comment", "parsed_exif"}
        for trace in (b"EXIF", b"Exif", b"XMP ", b"ICCP", b"Kantbank", b"Femke"):
            assert trace not in written


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_is_kept_is_the_whole_picture_in_its_own_format(form: str) -> None:
    with Image.open(BytesIO(without_traces(photo(1_700, 900, orientation=6, form=form)))) as kept:
        assert (kept.format, kept.size) == (form, (900, 1_700))
        assert kept.convert("RGB").getpixel((880, 850))[0] > 150


def test_a_very_large_picture_is_kept_at_a_half() -> None:
    with Image.open(BytesIO(without_traces(photo(5_000, 4_801)))) as kept:
        assert kept.size == (2_500, 2_401)


def test_text_inside_a_png_is_left_behind() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Femke")
    made = renditions(saved(Image.new("RGB", (10, 10), RED), pnginfo=notes))
    assert b"Femke" not in made[0].data


def test_colours_are_shown_as_their_profile_means_them() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    red, _green, blue = shown(photo(profile=swapped)).convert("RGB").getpixel((100, 50))
    assert blue > 150 > red


def test_a_broken_profile_does_not_stop_a_photo() -> None:
    assert shown(photo(profile=b"no profile at all")).convert("RGB").getpixel((100, 50))[0] > 150


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("L", (20, 10), 128),
        Image.new("1", (20, 10), 1),
        Image.new("P", (20, 10), 0),
        Image.new("LA", (20, 10), (128, 128)),
        Image.new("RGBA", (20, 10), (200, 30, 30, 0)),
        Image.new("I;16", (20, 10), 32_896),
    ],
    ids=lambda picture: picture.mode,
)
def test_every_kind_of_pixel_can_be_shown(picture: Image.Image) -> None:
    assert shown(saved(picture)).size == (20, 10)


def test_see_through_stays_see_through() -> None:
    assert shown(saved(Image.new("RGBA", (20, 10), (200, 30, 30, 0)))).convert("RGBA").getpixel((5, 5))[3] == 0


def test_grey_of_sixteen_bits_stays_grey() -> None:
    assert abs(shown(saved(Image.new("I;16", (20, 10), 32_896))).convert("L").getpixel((5, 5)) - 128) <= 2


def test_print_colours_can_be_shown() -> None:
    assert shown(saved(Image.new("CMYK", (20, 10), (0, 200, 200, 0)), "JPEG")).convert("RGB").getpixel((5, 5))[0] > 200


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def jpeg_header(width: int, height: int) -> bytes:
    sides = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xd8\xff\xc0\x00\x11\x08" + sides + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9"


@pytest.mark.parametrize(
    "measure", [(7_000, 7_000), (10_000, 10_000), (60_000, 60_000), (2_000_000_000, 2), (16_384, 1)]
)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(measure: tuple[int, int]) -> None:
    assert refusal(png_header(*measure)) == (
        "This picture is too large. It may have 30 megapixels and 16,383 pixels a side."
    )


def test_what_takes_more_memory_may_have_fewer_pixels() -> None:
    assert "It may have 40 megapixels" in refusal(jpeg_header(8_000, 5_001))
    assert "It may have 15 megapixels" in refusal(saved(Image.new("RGB", (5_000, 3_001)), "WEBP", method=0))


def test_a_picture_at_the_limit_is_read() -> None:
    with speaking("en"), pytest.raises(Invalid, match="cannot be read"):
        renditions(jpeg_header(8_000, 5_000))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(form: str) -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in (RED, BLUE)]
    moving = saved(frames[0], form, save_all=True, append_images=frames[1:])
    assert refusal(moving) == "This picture moves. Send a still picture, or a film as mp4."


def test_a_photo_with_a_second_picture_inside_is_shown() -> None:
    first, second = (Image.new("RGB", (10, 10), colour) for colour in (RED, BLUE))
    assert shown(saved(first, "MPO", save_all=True, append_images=[second])).convert("RGB").getpixel((5, 5))[0] > 150


@pytest.mark.parametrize("form", ["GIF", "TIFF", "BMP", "ICO"])
def test_other_formats_are_refused(form: str) -> None:
    assert refusal(saved(Image.new("RGB", (10, 10)), form)) == (
        "This picture cannot be read. Send it as jpg, png or webp."
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_picture_is_shown_or_refused_and_nothing_else(form: str) -> None:
    chance = random.Random(27)
    whole = photo(40, 30, form=form)
    refused = 0
    for _turn in range(150):
        damaged = bytearray(whole)
        for _hit in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            renditions(bytes(damaged[: chance.randint(1, len(damaged))]))
        except Invalid:
            refused += 1
    assert refused > 50

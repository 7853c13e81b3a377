"""The picture that stands beside a link to a piece elsewhere: what was measured, large, in our own look.

Drawn with the fonts of the site itself: FreeType reads them as browsers do. Nothing here asks who may see it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from app.core.language import euros, speaking
from app.core.language import gettext as _
from content.figures import change_text, figure_texts, unit_text
from content.kinds import CaseStudy, Lesson, Technology
from content.kinds.case_study import Metric
from content.shelves import Listed

EDITION: Final = 1
"""Goes up with every change of the drawing, so that every picture is drawn anew."""

WIDTH, HEIGHT = 1200, 630
"""Pixels: what networks show without cutting (ogp.me; 1.91 to 1)."""

_STATIC: Final = Path(__file__).parents[1] / "static"
_FONT: Final = _STATIC / "fonts" / "archivo-var.woff2"
_MARK: Final = _STATIC / "icons" / "touch.png"
_MARK_BOX: Final = (34, 34, 146, 146)
"""The mark inside the icon, without its margin; the icon stands on our paper already."""

# Colours of the light theme (static/css/tokens.css).
PAPER, INK, INK_2 = "#f7f8f5", "#161e18", "#444d45"
BLUE, RESEDA, SIGNAL = "#0b43a3", "#556744", "#f7c323"
_LAND: Final = ("#c6d4b3", "#abbb93", "#8ea076", "#70825a")

MARGIN: Final = 72
INNER: Final = WIDTH - 2 * MARGIN
STRIP: Final = 52
"""Height of the strip of land at the foot."""
SLANT: Final = 10

LARGEST: Final = 148
"""Of the figure, in pixels."""

ARROW: Final = "→"
"""Stands for the arrow until it is drawn: the font has none."""

TEXT, MIDDLE, HEAD = 420, 550, 660
"""Weights; headlines are also a little wider, as on the site."""


@dataclass(frozen=True)
class Words:
    """What stands in a picture. `figure` is the largest thing; a piece without one shows its title there."""

    kind: str
    title: str
    foot: str
    seed: str
    before: str = ""
    after: str = ""
    unit: str = ""
    change: str = ""
    about: str = ""
    """What the figure is of."""


def words_of(row: Listed) -> Words:
    """The words for a piece, in its own language."""
    with speaking(row.article.language):
        plain = Words(kind=row.telling.name(), title=row.article.title, foot=_foot(row), seed=row.article.slug)
        match row.telling:
            case CaseStudy(metrics=(first, *_rest)):
                return _with_metric(plain, first)
            case Lesson(takeaway=takeaway):
                return replace(plain, title=takeaway, foot=plain.title)
            case Technology(cost_range_eur=(low, high)):
                amount = euros(low) if low == high else _("%(low)s to %(high)s", low=euros(low), high=euros(high))
                return replace(plain, after=amount, about=_("Cost of a first application"))
            case _:
                return plain


def _with_metric(plain: Words, metric: Metric) -> Words:
    before, after = figure_texts((metric.baseline, metric.result), metric.unit)
    return replace(
        plain,
        before=before,
        after=after,
        unit=unit_text(metric.unit),
        change=change_text(metric.baseline, metric.result),
        about=metric.name,
    )


def _foot(row: Listed) -> str:
    """Where it happened; a company that is not named stays so."""
    who = row.lead or row.owner
    if row.article.anonymous or who is None:
        return _("Company not named")
    place = row.municipality.town if row.municipality else ""
    return ", ".join(part for part in (who.title, place) if part)


def house() -> bytes:
    """The picture of every other page."""
    title, foot = _("Which factory has solved this already?"), _("Measured results from the smart factories.")
    return draw(Words("", title, foot, "proeftuin"))


def draw(words: Words) -> bytes:
    """PNG of 1200 by 630 pixels; the same words give the same bytes."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    _head(picture, pen, words.kind)
    if words.after:
        _paragraph(pen, words.title, top=156, size=44, most_lines=2)
        _figure(pen, words, base=414)
    else:
        _paragraph(pen, words.title, top=170, size=62, most_lines=4)
    _line(pen, words.foot, (MARGIN, HEIGHT - STRIP - 58), _font(28, MIDDLE), INK_2)
    _strip(pen, words.seed)
    written = BytesIO()
    picture.quantize(128, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _head(picture: Image.Image, pen: ImageDraw.ImageDraw, kind: str) -> None:
    with Image.open(_MARK) as icon:
        picture.paste(icon.crop(_MARK_BOX).resize((58, 58), Image.Resampling.LANCZOS), (MARGIN, 62))
    pen.text((MARGIN + 76, 92), "Proeftuin", INK, _font(38, HEAD, 112), anchor="lm")
    pen.text((WIDTH - MARGIN, 92), kind, INK_2, _font(28, MIDDLE), anchor="rm")


def _figure(pen: ImageDraw.ImageDraw, words: Words, *, base: int) -> None:
    """Before, arrow, after, unit and change on one line, as large as fits; what it is of stands below."""
    size = min(LARGEST, int(LARGEST * INNER / _figure_width(pen, words, LARGEST)))
    left: float = MARGIN
    for text, font, colour in _figure_parts(words, size):
        if text == ARROW:
            _arrow(pen, left, base - size * 0.33, size * 0.62)
            left += size * 0.62
        else:
            pen.text((left, base), text, colour, font, anchor="ls")
            left += pen.textlength(text, font)
        left += size * 0.2
    _line(pen, words.about, (MARGIN, base + 26), _font(30, TEXT), INK_2)


def _figure_parts(words: Words, size: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont, str]]:
    large, small = _font(size, HEAD, 112), _font(round(size * 0.4), MIDDLE)
    if words.before:
        yield words.before, large, RESEDA
        yield ARROW, large, INK_2
    yield words.after, large, BLUE
    if words.unit:
        yield words.unit, small, INK
    if words.change:
        yield words.change, _font(round(size * 0.5), HEAD), INK


def _figure_width(pen: ImageDraw.ImageDraw, words: Words, size: int) -> float:
    widths = [
        size * 0.62 if text == ARROW else pen.textlength(text, font) for text, font, _c in _figure_parts(words, size)
    ]
    return sum(widths) + size * 0.2 * (len(widths) - 1)


def _arrow(pen: ImageDraw.ImageDraw, left: float, middle: float, length: float) -> None:
    right, head, thick = left + length, length * 0.3, max(4, round(length * 0.09))
    pen.line([(left, middle), (right - thick / 2, middle)], INK_2, thick)
    pen.line([(right - head, middle - head), (right, middle), (right - head, middle + head)], INK_2, thick, "curve")


def _paragraph(pen: ImageDraw.ImageDraw, text: str, *, top: int, size: int, most_lines: int) -> None:
    """A headline over at most so many lines, smaller when it must."""
    for each in range(size, 29, -6):
        font = _font(each, HEAD, 106)
        lines = _lines(pen, text, font)
        if len(lines) <= most_lines:
            break
    step = round(each * 1.18)
    for index, line in enumerate(lines[:most_lines]):
        pen.text((MARGIN, top + index * step), line, INK, font)


def _lines(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont) -> Sequence[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if pen.textlength(longer, font) <= INNER:
            lines[-1] = longer
        else:
            lines += _broken(pen, word, font)
    return [line for line in lines if line] or [""]


def _broken(pen: ImageDraw.ImageDraw, word: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """A word that is wider than the picture, in parts that are not; every other one whole."""
    while pen.textlength(word, font) > INNER:
        fits = max(1, int(len(word) * INNER / pen.textlength(word, font)) - 1)
        yield word[:fits]
        word = word[fits:]
    yield word


def _line(pen: ImageDraw.ImageDraw, text: str, at: tuple[int, int], font: ImageFont.FreeTypeFont, colour: str) -> None:
    """One line, cut between words where the picture ends."""
    first, *more = _lines(pen, text, font)
    pen.text(at, f"{first} …" if more else first, colour, font)


def _strip(pen: ImageDraw.ImageDraw, seed: str) -> None:
    """Plots of land along the foot, another strip for each piece; one is yellow."""
    dice = sha256(seed.encode()).digest()
    left, index, yellow = -20, 0, 6 + dice[0] % 5
    while left < WIDTH + SLANT:
        width = 46 + dice[index % 32] % 64
        colour = SIGNAL if index == yellow else _LAND[dice[(index + 7) % 32] % 4]
        corners = ((left + SLANT, HEIGHT - STRIP), (left + width - 5 + SLANT, HEIGHT - STRIP))
        pen.polygon([*corners, (left + width - 5, HEIGHT), (left, HEIGHT)], fill=colour)
        left, index = left + width, index + 1


def _font(size: int, weight: int, width: int = 100) -> ImageFont.FreeTypeFont:
    # Opened anew each time: a FreeType face belongs to one thread.
    font = ImageFont.truetype(_FONT, size)
    font.set_variation_by_axes([weight, width])
    return font

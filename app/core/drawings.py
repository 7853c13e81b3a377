"""Drawings (SVG) made fit to show: only shapes, text and colours come through.

What a drawing program adds for itself is dropped. What would change the picture when it is dropped, and everything that
could act or fetch, is refused in a sentence that names it: a drawing that silently lost half of itself helps nobody.
"""

import re
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.language import number
from app.core.text import wash

MOST_BYTES: Final = 1_000_000
MOST_ELEMENTS: Final = 10_000
"""Counted as they are drawn: what is used a thousand times counts a thousand times."""
DEEPEST: Final = 50
LONGEST_SIDE: Final = 10_000

_SVG: Final = "{http://www.w3.org/2000/svg}"
_XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"

ELEMENTS: Final = frozenset(
    {"svg", "g", "defs", "symbol", "use", "title", "desc"}
    | {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"}
    | {"linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker"}
)

DROPPED: Final = frozenset({"metadata"})
"""Elements that show nothing; those of other namespaces go the same way."""

PRESENTATION: Final = frozenset(
    {"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "opacity"}
    | {"stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "color", "display", "visibility"}
    | {"font-family", "font-size", "font-style", "font-weight", "text-anchor", "dominant-baseline", "letter-spacing"}
    | {"word-spacing", "text-decoration", "stop-color", "stop-opacity", "clip-path", "clip-rule", "mask", "overflow"}
    | {"marker-start", "marker-mid", "marker-end", "paint-order", "vector-effect", "shape-rendering"}
)
"""Also read out of a `style` attribute, in which Inkscape keeps its colours."""

ATTRIBUTES: Final = PRESENTATION | frozenset(
    {"id", "d", "points", "pathLength", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy"}
    | {
        "width",
        "height",
        "viewBox",
        "preserveAspectRatio",
        "transform",
        "version",
        "role",
        "lang",
        "rotate",
        "fx",
        "fy",
    }
    | {"aria-label", "aria-labelledby", "aria-describedby", "aria-hidden", "textLength", "lengthAdjust", "offset"}
    | {"gradientUnits", "gradientTransform", "spreadMethod", "patternUnits", "patternContentUnits", "patternTransform"}
    | {"clipPathUnits", "maskUnits", "maskContentUnits", "markerWidth", "markerHeight", "markerUnits", "refX", "refY"}
    | {"orient"}
)

_REFERENCE: Final = re.compile(r"""url\(\s*["']?#([\w.-]+)["']?\s*\)""")
_ANCHOR: Final = re.compile(r"#([\w.-]+)")
_ACTIVE_VALUE: Final = re.compile(r"url\s*\(|@import|expression\s*\(|javascript:|data:|\\|/\*", re.IGNORECASE)
_LENGTH: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)(px|pt|mm|cm|in)?\s*")
_PIXELS: Final = {"px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
"""CSS pixels in each unit (CSS Values and Units 4, 6.2)."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that only draws, and its size in CSS pixels."""

    data: bytes
    width: int
    height: int


def clean(data: bytes) -> Drawing:
    """The drawing with only what is known to be harmless.

    Raises Invalid when it is no SVG, too large, without a size, or holds what cannot be shown: scripts, pictures, links
    to elsewhere, style sheets, animations, document types.
    """
    if len(data) > MOST_BYTES:
        raise Invalid(_("This drawing is larger than %(n)s kB. Simplify it first.", n=number(MOST_BYTES // 1_000)))
    root = _parsed(data)
    if root.tag != f"{_SVG}svg":
        raise _unreadable()
    cleaned = _Cleaning().element(root)
    _require_bounded(cleaned)
    width, height = _size(cleaned)
    # Without a view box a browser cuts where it should scale.
    named = {"xmlns": _SVG.strip("{}"), "viewBox": f"0 0 {width} {height}"}
    cleaned.attrib = {**named, **cleaned.attrib, "width": str(width), "height": str(height)}
    return Drawing(tostring(cleaned, encoding="utf-8"), width, height)


def _parsed(data: bytes) -> Element:
    try:
        parsed: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise Invalid(_("This drawing has a document type (DOCTYPE). Save it as plain SVG.")) from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise _unreadable() from problem
    return parsed


def _unreadable() -> Invalid:
    return Invalid(_("This drawing cannot be read. Send it as SVG."))


class _Cleaning:
    """One drawing while it is being copied."""

    def __init__(self) -> None:
        self._elements = 0

    def element(self, old: Element, depth: int = 1) -> Element:
        self._elements += 1
        if depth > DEEPEST or self._elements > MOST_ELEMENTS:
            raise _too_complicated()
        name = old.tag.removeprefix(_SVG)
        if name not in ELEMENTS:
            raise Invalid(_("This drawing holds <%(name)s>, which we cannot show. Take it out first.", name=name[:40]))
        new = Element(name, _attributes(old))
        new.text, new.tail = wash(old.text or ""), wash(old.tail or "")
        for child in old:
            if _is_shown(child):
                new.append(self.element(child, depth + 1))
        return new


def _is_shown(child: Element) -> bool:
    # A comment or an instruction has a function for a tag.
    return isinstance(child.tag, str) and child.tag.startswith(_SVG) and child.tag.removeprefix(_SVG) not in DROPPED


def _attributes(old: Element) -> dict[str, str]:
    kept = {name: value for name, value in old.attrib.items() if name in ATTRIBUTES}
    for declaration in old.attrib.get("style", "").split(";"):
        name, _colon, value = declaration.partition(":")
        if name.strip() in PRESENTATION:
            # `!important` has no place in an attribute.
            kept[name.strip()] = value.split("!")[0].strip()
    if target := old.attrib.get("href", old.attrib.get(_XLINK_HREF)):
        kept["href"] = target
    return {name: _harmless(name, wash(value)) for name, value in kept.items()}


def _harmless(name: str, value: str) -> str:
    if name.startswith("aria-"):
        return value
    fits = _ANCHOR.fullmatch(value) if name == "href" else not _ACTIVE_VALUE.search(_REFERENCE.sub("", value))
    if not fits:
        raise Invalid(_("This drawing points at something outside itself. Take that out first."))
    return value


def _too_complicated() -> Invalid:
    return Invalid(_("This drawing has too many parts. Simplify it first."))


def _require_bounded(root: Element) -> None:
    """Raise Invalid when parts that use parts that use parts would keep a browser busy for ever."""
    by_id = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    drawn: dict[str, int] = {}

    def weight(element: Element, above: frozenset[str], depth: int) -> int:
        total = 1 + sum(weight(child, above, depth + 1) for child in element)
        for target in _targets(element):
            if target in above or depth > 4 * DEEPEST:
                raise _too_complicated()
            if target in by_id and target not in drawn:
                drawn[target] = weight(by_id[target], above | {target}, depth + 1)
            total += drawn.get(target, 0)
        if total > MOST_ELEMENTS:
            raise _too_complicated()
        return total

    weight(root, frozenset(), 1)


def _targets(element: Element) -> set[str]:
    values = " ".join(value for name, value in element.attrib.items() if name != "href")
    anchor = _ANCHOR.fullmatch(element.attrib.get("href", ""))
    return {*_REFERENCE.findall(values), *([anchor[1]] if anchor else [])}


def _size(root: Element) -> tuple[int, int]:
    """Width and height, from the attributes or else the view box."""
    box = root.attrib.get("viewBox", "").replace(",", " ").split()
    measures = [_pixels(root.attrib.get(name, "")) for name in ("width", "height")]
    if None in measures and len(box) == 4:
        measures = [_pixels(length) for length in box[2:]]
    rounded = [round(measure or 0) for measure in measures]
    if not all(1 <= side <= LONGEST_SIDE for side in rounded):
        raise Invalid(_("This drawing does not say how large it is. Give it a width and a height in pixels."))
    return rounded[0], rounded[1]


def _pixels(length: str) -> float | None:
    measured = _LENGTH.fullmatch(length)
    return float(measured[1]) * _PIXELS[measured[2] or "px"] if measured else None

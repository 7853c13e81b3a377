"""Word: a .docx as Markdown with its pictures. Runs apart (`app.core.apart`): a document may be made to do harm.

Read through `office_files.require_harmless` first: mammoth expands the entities that a document type defines.
"""

import re
from collections import Counter
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

import filetype  # type: ignore[import-untyped]
import mammoth

from content.bringing.from_html import markdown_from
from content.office_package import Package

MOST_PICTURES: Final = 60
MOST_DOCUMENT: Final = 10_000_000
"""Bytes of the text with its marks: some 500 pages. 400,000 empty paragraphs have 14 MB and took a minute."""

MOST_LETTERS: Final = 2_000_000
"""Of the HTML in between."""

STYLES: Final = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name^='toc '] => !
p[style-name^='TOC '] => !
p[style-name='table of figures'] => !
comment-reference => !
"""
"""Style names as Word keeps them, whatever language it speaks to people."""

EXTENSIONS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}

_MADE_UP: Final = re.compile(r"(?i)automatisch gegenereerde beschrijving|description automatically generated")
"""What Word says of a picture that nobody described."""

_COUNTED: Final = {
    "equations": re.compile(rb"<m:oMath[ >]"),
    "drawings": re.compile(rb"<(?:c:chart|dgm:relIds|wps:wsp|v:shape|w:object)[ >/]"),
}

Made = tuple[dict[str, Any], list[bytes]]


def answer(data: bytes, stem: str) -> Made:
    """The text as Markdown, its title, what was left out, and the pictures, whose names begin with `stem`."""
    pictures: dict[str, bytes] = {}

    def kept(picture: Any) -> dict[str, str]:
        with picture.open() as stream:
            shown = stream.read()
        extension = EXTENSIONS.get(filetype.guess_mime(shown[:4_000]) or "")
        if extension is None or len(pictures) >= MOST_PICTURES:
            return {"src": ""}
        name = f"{stem}-{len(pictures) + 1}.{extension}"
        pictures[name] = shown
        return {"src": name}

    try:
        with ZipFile(BytesIO(data)) as container:
            if container.getinfo(Package(container).main_part("docx")).file_size > MOST_DOCUMENT:
                return {"too_long": True}, []
        made = mammoth.convert_to_html(
            BytesIO(data),
            style_map=STYLES,
            convert_image=mammoth.images.img_element(kept),
            ignore_empty_paragraphs=True,
        )
        html = _MADE_UP.sub("", made.value[:MOST_LETTERS])
        brought = markdown_from(html, pictures={name: name for name in pictures}, takes_title=True)
        left_out = brought.dropped + _left_out(data)
    except Exception:
        # Damaged or hostile: mammoth raises whatever it trips over.
        return {"unreadable": True}, []
    told = {"markdown": brought.markdown, "title": brought.title, "left_out": left_out, "pictures": list(pictures)}
    return told, list(pictures.values())


def _left_out(data: bytes) -> Counter[str]:
    counts: Counter[str] = Counter()
    with ZipFile(BytesIO(data)) as container:
        document = container.read(Package(container).main_part("docx"))
        counts.update({name: len(pattern.findall(document)) for name, pattern in _COUNTED.items()})
        if "word/comments.xml" in container.namelist():
            counts["comments"] = len(re.findall(rb"<w:comment[ >]", container.read("word/comments.xml")))
        counts["removed words"] = len(re.findall(rb"<w:del[ >]", document))
    return counts


def _warm_up() -> None:
    """What is looked up by name later is looked up now, while something can be read from disk."""
    written = BytesIO()
    with ZipFile(written, "w") as container:
        container.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        container.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            "<w:body><w:p><w:r><w:t>x</w:t></w:r></w:p></w:body></w:document>",
        )
    answer(written.getvalue(), "x")


_warm_up()

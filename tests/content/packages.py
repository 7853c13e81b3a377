"""Documents of Word, Excel and PowerPoint by hand: as a program might write them, in either family of namespaces."""

import io
import zipfile
from collections.abc import Mapping

OFTEN = "http://schemas.openxmlformats.org/"
STRICT = "http://purl.oclc.org/ooxml/"
OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}

Relations = Mapping[str, tuple[str, str]]
"""Id -> kind and target."""


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as container:
        for name, text in parts.items():
            container.writestr(name, text)
    return made.getvalue()


def namespaces(*, strict: bool = False) -> str:
    """The prefixes w, s, p, a, r and mc, as attributes."""
    told = {
        "w": "wordprocessingml/main" if strict else "wordprocessingml/2006/main",
        "s": "spreadsheetml/main" if strict else "spreadsheetml/2006/main",
        "p": "presentationml/main" if strict else "presentationml/2006/main",
        "a": "drawingml/main" if strict else "drawingml/2006/main",
        "r": "officeDocument/relationships" if strict else "officeDocument/2006/relationships",
    }
    base = STRICT if strict else OFTEN
    mc = f'xmlns:mc="{OFTEN}markup-compatibility/2006"'
    return " ".join([*(f'xmlns:{prefix}="{base}{name}"' for prefix, name in told.items()), mc])


def relations(told: Relations, *, strict: bool = False) -> str:
    base = f"{STRICT}officeDocument/relationships" if strict else f"{OFTEN}officeDocument/2006/relationships"
    rows = (
        f'<Relationship Id="{id_}" Type="{base}/{kind}" Target="{target}"/>' for id_, (kind, target) in told.items()
    )
    return f'<Relationships xmlns="{OFTEN}package/2006/relationships">{"".join(rows)}</Relationships>'


def document(
    kind: str, main: str, parts: Mapping[str, str], belonging: Mapping[str, Relations], *, strict: bool = False
) -> bytes:
    """A document with this main part. `belonging`: part -> what belongs to it."""
    types = (
        f'<Types xmlns="{OFTEN}package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{OFFICE}.{MAIN[kind]}"/></Types>'
    )
    rels = {"_rels/.rels": relations({"r1": ("officeDocument", main)}, strict=strict)}
    for part, told in belonging.items():
        folder, _, name = part.rpartition("/")
        rels[f"{folder}/_rels/{name}.rels"] = relations(told, strict=strict)
    return zipped({"[Content_Types].xml": types, **rels, **parts})
